import { setImmediate as turn } from 'node:timers/promises';
import { inTurn } from '../../../lib/predict/image/sharp';

/** Work that ends when it is told to, and who is at it. */
function works(count: number) {
  const begun: number[] = [];
  const end: ((error?: Error) => void)[] = [];
  const outcomes = Array.from({ length: count }, (_, i) =>
    inTurn(
      () =>
        new Promise<number>((resolve, reject) => {
          begun.push(i);
          end[i] = (error) => (error ? reject(error) : resolve(i));
        }),
    ).catch(({ message }: Error) => message),
  );
  return { begun, end, outcomes };
}

test('four pictures are decoded at a time, the others in the order in which they came, whatever becomes of the first', async () => {
  const { begun, end, outcomes } = works(7);
  await null;
  expect(begun).toEqual([0, 1, 2, 3]);
  end[2]?.(new Error('damaged'));
  expect(await outcomes[2]).toBe('damaged');
  expect(begun).toHaveLength(4); // who asked has not used it yet
  await turn();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  for (const i of [0, 1, 3, 4]) {
    end[i]?.();
    await turn();
  }
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const i of [5, 6]) end[i]?.();
  expect(await Promise.all(outcomes)).toEqual([0, 1, 'damaged', 3, 4, 5, 6]);
  await turn();
  expect(works(4).begun).toEqual([0, 1, 2, 3]);
});
