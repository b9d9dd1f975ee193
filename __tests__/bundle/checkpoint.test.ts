/** A checkpoint on disk: the same when it is read again, refused by name when it is damaged, and whole whenever its writer is killed. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../lib/bundle/checkpoint';
import { emptyFolder, ROOT } from '../child';
import { messageFrom } from '../tiny-faces';

/** Numbers that JSON or a careless conversion would change. */
const checkpoint = (first = 0.1): Checkpoint => ({
  history: { training: Float64Array.of(first, Number.NaN), validation: Float64Array.of(1 / 3, 5e-324, 0.2) },
  best: { iteration: 1, validation: 5e-324 },
  seconds: 1.5,
  solver: 'batches',
  solverWhy: 'batches: asked for',
  backend: 'wasm',
  circumstances: { learningRate: 0.1, augment: { mirror: true }, faces: 'ab' },
  state: {
    weights: [Float32Array.of(first, -0, 1e-45), Float32Array.of(3)],
    best: [Float32Array.of(1, 2, 3), Float32Array.of(4)],
    memory: [Float32Array.of(5)],
    numbers: Float64Array.of(0.1 + 0.2),
    start: [new Float32Array(0)],
  },
});

const file = () => join(emptyFolder(), 'in', 'checkpoint.bin');

test('what is read is what was written, bit by bit', async () => {
  const path = file();
  await writeCheckpoint(path, checkpoint());
  expect(await readCheckpoint(path)).toEqual(checkpoint());
  const state = { ...checkpoint().state, best: undefined, memory: [], start: [] };
  await writeCheckpoint(path, { ...checkpoint(), state });
  expect(await readCheckpoint(path)).toEqual({ ...checkpoint(), state });
  expect(readdirSync(join(path, '..'))).toEqual(['checkpoint.bin']);
});

test('its first line tells a person what it is', async () => {
  const path = file();
  await writeCheckpoint(path, checkpoint());
  const line = readFileSync(path, 'latin1').split('\n')[0] as string;
  expect(JSON.parse(line)).toMatchObject({
    ...{ format: 'facemark-checkpoint', formatVersion: 1, iterations: 3, seconds: 1.5, solver: 'batches' },
    best: { iteration: 1 },
    circumstances: { learningRate: 0.1 },
    arrays: { training: [2], validation: [3], numbers: [1], weights: [3, 1], best: [3, 1], memory: [1], start: [0] },
  });
});

test('where there is none, there is none', async () => {
  expect(await readCheckpoint(file())).toBeUndefined();
});

test.each<[string, (path: string) => void, string]>([
  ['a file of something else', (path) => writeFileSync(path, 'left_eye_x,left_eye_y\n1,2\n'), 'FOREIGN'],
  ['an empty file', (path) => writeFileSync(path, ''), 'FOREIGN'],
  [
    'a checkpoint of which the beginning is missing',
    (path) => writeFileSync(path, readFileSync(path).subarray(9)),
    'FOREIGN',
  ],
  [
    'a checkpoint that is cut off in its arrays',
    (path) => truncateSync(path, readFileSync(path).length - 1),
    'CHANGED',
  ],
  [
    'a checkpoint that is cut off after its first line',
    (path) => truncateSync(path, readFileSync(path).indexOf('\n') + 1),
    'CHANGED',
  ],
  ['a checkpoint with a byte more', (path) => writeFileSync(path, 'x', { flag: 'a' }), 'CHANGED'],
  [
    'a checkpoint with a changed setting',
    (path) => replace(path, '"learningRate":0.1', '"learningRate":0.2'),
    'CHANGED',
  ],
  ['a checkpoint with a changed bit', (path) => flip(path), 'CHANGED'],
  [
    'a checkpoint of a later facemark',
    (path) => replace(path, '"formatVersion":1,"facemark":"0.1.0"', '"formatVersion":2,"facemark":"9.0.0"'),
    'NEWER',
  ],
])('%s is refused', async (_, damage, kind) => {
  const sentences: Record<string, string> = {
    FOREIGN: 'is no checkpoint of facemark; expected one that a training has saved.',
    CHANGED:
      'is not as it was saved: its SHA-256 differs, so it was cut off or changed. Copy it anew, or train from the beginning.',
    NEWER:
      'has the format version 2, written by facemark 9.0.0; this facemark reads up to 1: update it (npm install facemark@latest).',
  };
  const path = file();
  await writeCheckpoint(path, checkpoint());
  damage(path);
  expect(await messageFrom(() => readCheckpoint(path))).toBe(`${path} ${sentences[kind]}`);
});

function replace(path: string, from: string, to: string): void {
  const bytes = readFileSync(path, 'latin1');
  expect(bytes).toContain(from);
  writeFileSync(path, bytes.replace(from, to), 'latin1');
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
  writeFileSync(path, bytes);
}

test('a folder in its place is refused', async () => {
  const path = file();
  mkdirSync(path, { recursive: true });
  expect(await messageFrom(() => readCheckpoint(path))).toMatch(
    / cannot be read \(EISDIR: .*\); expected a checkpoint\.$/,
  );
  expect(await messageFrom(() => writeCheckpoint(path, checkpoint()))).toBe(
    `${path} cannot be written: it is a folder.`,
  );
});

test('a write that fails half-way leaves the checkpoint before it, and nothing else', async () => {
  const path = file();
  const script = `
    const { readCheckpoint, writeCheckpoint } = require(process.argv[1]);
    const path = process.argv[2];
    const checkpoint = (weights) => ({
      history: { training: new Float64Array(1), validation: new Float64Array(1) },
      best: { iteration: 0, validation: 0 },
      ...{ seconds: 0, solver: '', backend: '', circumstances: {} },
      state: { weights: [new Float32Array(weights)], memory: [], numbers: new Float64Array(), start: [] },
    });
    (async () => {
      await writeCheckpoint(path, checkpoint(10));
      const message = await writeCheckpoint(path, checkpoint(1e5)).catch((thrown) => thrown.message);
      const { state } = await readCheckpoint(path);
      console.log(JSON.stringify({ message, weights: state.weights[0].length }));
    })();`;
  const limited = 'ulimit -f 64; exec "$0" "$@"'; // no file may be longer than 64 KiB
  const command = [process.execPath, '-e', script, join(ROOT, 'dist', 'bundle', 'checkpoint.js'), path];
  const answer = execFileSync('bash', ['-c', limited, ...command], { encoding: 'utf8' });
  expect(JSON.parse(answer)).toEqual({
    message: `${path} cannot be written: it would be longer than files may be there.`,
    weights: 10,
  });
  expect(readdirSync(join(path, '..'))).toEqual(['checkpoint.bin']);
});
