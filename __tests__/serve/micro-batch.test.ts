import { microBatched } from '../../lib/serve/micro-batch';
import { messageFrom } from '../tiny-faces';

const SIZE = 2;

/** A network whose one landmark is at the face's two pixels; it notes how many faces came together, and waits for `go`. */
function slowNetwork() {
  const batches: number[] = [];
  const gates: (() => void)[] = [];
  const network = async (pixels: Uint8Array): Promise<Float32Array> => {
    if (pixels.length % SIZE !== 0) throw new Error('no whole faces');
    if (pixels.includes(13)) throw new Error('unlucky');
    batches.push(pixels.length / SIZE);
    await new Promise<void>((resolve) => gates.push(resolve));
    return Float32Array.from(pixels);
  };
  const go = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batches, go, network: microBatched(network, SIZE, 2) };
}

test('what waits while the network computes goes through it together, and everybody gets the own points', async () => {
  const { network, batches, go } = slowNetwork();
  const first = network(Uint8Array.of(1, 2));
  await new Promise((resolve) => setImmediate(resolve));
  const others = [network(Uint8Array.of(3, 4, 5, 6)), network(Uint8Array.of()), network(Uint8Array.of(7, 8))];
  await go();
  await go();
  expect(batches).toEqual([1, 3]);
  expect(await first).toEqual(Float32Array.of(1, 2));
  expect(await Promise.all(others)).toEqual([Float32Array.of(3, 4, 5, 6), Float32Array.of(), Float32Array.of(7, 8)]);
});

test('a batch has at most 64 faces, and more in one request go alone', async () => {
  const { network, batches, go } = slowNetwork();
  const all = [60, 5, 70, 1].map((faces) => network(new Uint8Array(faces * SIZE)));
  for (let i = 0; i < 4; i++) await go();
  await Promise.all(all);
  expect(batches).toEqual([60, 5, 70, 1]);
});

test('an error is told to all of its batch and to nobody else, and no whole faces to the one who brought them', async () => {
  const { network, go } = slowNetwork();
  const [unlucky, beside, odd] = [Uint8Array.of(13, 1), Uint8Array.of(1, 1), Uint8Array.of(1)].map((pixels) =>
    messageFrom(() => network(pixels)),
  );
  expect(await Promise.all([unlucky, beside, odd])).toEqual(['unlucky', 'unlucky', 'no whole faces']);
  const after = network(Uint8Array.of(2, 2));
  await go();
  expect(await after).toEqual(Float32Array.of(2, 2));
});
