import { chooseSolver, type SolverName } from '../../lib/train/choose-solver';
import type { DenseLayer } from '../../lib/train/dense-stack';
import type { Problem } from '../../lib/train/solvers/solver';

interface Shape {
  readonly rows: number;
  readonly pixels?: number;
  readonly hidden?: number;
  readonly backend?: string;
  readonly threads?: number;
}

/** A problem of a shape, with nothing in it: a choice is made of sizes alone. */
function problem({ rows, pixels = 9216, hidden = 100, backend = 'wasm', threads = 2 }: Shape): Problem {
  const dense = (units: number): DenseLayer => ({ units, activation: 'tanh', useBias: true });
  const part = (n: number) => ({ rows: { length: n }, x: { shape: [n, pixels] }, y: { size: n * 30 } });
  return {
    stack: [dense(hidden), dense(30)],
    train: part(Math.round(rows * 0.7)),
    validation: part(Math.round(rows * 0.3)),
    ...{ model: { layers: [] }, regime: { optimizer: 'sgd', schedule: 'constant', weightDecay: 0, seed: 1 } },
    ...{ learningRate: 0.01, momentum: 0, nesterov: false, threads, backend },
  } as unknown as Problem;
}

const why = (shape: Shape, iterations: number, refused: Partial<Record<SolverName, string>> = {}) =>
  chooseSolver('auto', problem(shape), iterations, refused).why;

// Multiply-adds by hand: fit 2·n·d·h + m·d·h an iteration with n rows that train and m that validate, dual (n + m)·n·h an iteration
// after (n/2 + m)·n·d + (n + m)·d·h + n·d·h once.
test.each([
  ['the tutorial', { rows: 1000 }, 750, 'dual (20 times fewer operations than fit)'],
  ["the tutorial, on TensorFlow's engine", { rows: 1000, backend: 'tensorflow' }, 750, /^dual \(/],
  ['the tutorial, on one thread', { rows: 1000, threads: 1 }, 750, /^dual \(/],
  [
    'a network for a minute, on the fast engine',
    { rows: 7000, hidden: 1600, backend: 'tensorflow' },
    750,
    /^dual-ops \(/,
  ],
  ['a few iterations, on one thread', { rows: 1000, threads: 1 }, 20, /^dual \(/],
  ['a few small faces', { rows: 20, pixels: 256 }, 20, /^dual-ops \(.*sooner done than threads\)$/],
  ['more rows than pixels', { rows: 7000, pixels: 576 }, 750, /^fit \(dual would need [\d.]+ times more operations\)$/],
  ['a single iteration', { rows: 7000 }, 1, /^fit \(dual would need [\d.]+ times more operations\)$/],
])('the choice for %s', (_, shape, iterations, expected) => {
  expect(why(shape, iterations)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

test('on both sides of the crossing point it is the one that needs fewer operations', () => {
  // fit: (2·0.7 + 0.3)·n·d·h = 1.7·n·d·h an iteration; dual: 0.7·n²·h. They cross at n = 17/7·d.
  const pixels = 1024;
  const crossing = (17 / 7) * pixels;
  const at = (share: number) =>
    chooseSolver('auto', problem({ rows: Math.round(crossing * share), pixels, hidden: 1000, threads: 1 }), 100_000)
      .name;
  expect(at(0.9)).toBe('dual');
  expect(at(1.1)).toBe('fit');
});

test('where threads are refused it is the form in ops, and says why', () => {
  expect(why({ rows: 1000 }, 750, { dual: 'there is no shared memory' })).toMatch(
    /^dual-ops \([\d.]+ times fewer operations than fit; not dual: there is no shared memory\)$/,
  );
  expect(() => chooseSolver('dual', problem({ rows: 1000 }), 750, { dual: 'there is no shared memory' })).toThrow(
    'the solver dual cannot begin: there is no shared memory. Use the solver auto.',
  );
});

test('products of rows that would fill the memory are left to fit', () => {
  expect(why({ rows: 30_000, hidden: 10 }, 750)).toMatch(
    /^fit \(not dual: the products of 21000 training rows would take 2\.3 GiB\)$/,
  );
});
