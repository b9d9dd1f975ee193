/** A checkpoint on disk: the same when it is read again, refused by name when it is damaged, and whole whenever its writer is killed. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, copyCheckpoint, type LiveArray } from '../../lib/bundle/checkpoint';
import { readCheckpoint, writeCheckpoint } from '../../lib/bundle/checkpoint-file';
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

test('a copy of plain data shares no array with it', () => {
  const plain = checkpoint();
  const copy = copyCheckpoint(plain);
  expect(copy).toEqual(plain);
  for (const array of [...plain.state.weights, ...plain.state.memory]) array.fill(7);
  expect(copy).toEqual(checkpoint());
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

/** An array of 1/3, 4/3, 7/3 …, and how much of it was asked for at once. */
class Watched implements LiveArray {
  largest = 0;
  constructor(readonly length: number) {}
  read(from: number, into: Float32Array): void {
    this.largest = Math.max(this.largest, into.byteLength);
    for (let i = 0; i < into.length; i++) into[i] = from + i + 1 / 3;
  }
}

test('what lies elsewhere is written as its copy would be, and read in portions of 1 MiB', async () => {
  const [weights, memory] = [new Watched(2 ** 19 + 5), new Watched(7)];
  const { state, ...rest } = checkpoint();
  const live = { ...rest, state: { ...state, weights: [weights], best: undefined, memory: [memory], start: [] } };
  const [path, ofCopy] = [file(), file()];
  await writeCheckpoint(path, live);
  expect([weights.largest, memory.largest]).toEqual([2 ** 20, 28]);
  const copy = copyCheckpoint(live);
  await writeCheckpoint(ofCopy, copy);
  expect(readFileSync(path).equals(readFileSync(ofCopy))).toBe(true);
  expect(copy.state.weights[0]?.[2 ** 19 + 4]).toBe(Math.fround(2 ** 19 + 4 + 1 / 3));
  expect(await readCheckpoint(path)).toEqual(copy);
});

/** Where the first line of a file ends: its arrays begin there. */
const arraysAt = (path: string): number => readFileSync(path).indexOf('\n') + 1;

test('its arrays begin at a multiple of 8 bytes, whatever is said in its first line', async () => {
  const ends: number[] = [];
  for (const solver of ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'né']) {
    const path = file();
    await writeCheckpoint(path, { ...checkpoint(), solver });
    ends.push(arraysAt(path) % 8);
    expect(await readCheckpoint(path)).toEqual({ ...checkpoint(), solver });
  }
  expect(ends).toEqual(Array.from({ length: 9 }, () => 0));
});

test('its arrays are not copied when it is read, but for those that would keep them all', async () => {
  const path = file();
  const long = { ...checkpoint().state, weights: [new Float32Array(1e5)] };
  await writeCheckpoint(path, { ...checkpoint(), state: long });
  const { history, state } = (await readCheckpoint(path)) as Checkpoint;
  const buffers = [...state.weights, ...(state.best ?? []), ...state.memory, ...state.start].map(
    ({ buffer }) => buffer,
  );
  expect(new Set(buffers).size).toBe(1);
  expect(buffers).not.toContain(history.training.buffer);
  expect(buffers).not.toContain(state.numbers.buffer);
});

test.each([1, 2, 3, 4])('one of an earlier facemark, whose arrays begin %i bytes further, is read', async (bytes) => {
  const path = file();
  await writeCheckpoint(path, checkpoint());
  const all = readFileSync(path);
  const json = all.toString('utf8', 0, arraysAt(path)).trimEnd();
  const blanks = ' '.repeat((bytes + 7 - (json.length % 8)) % 8);
  const sealed = Buffer.concat([Buffer.from(`${json}${blanks}\n`), all.subarray(arraysAt(path), -64)]);
  writeFileSync(path, Buffer.concat([sealed, Buffer.from(createHash('sha256').update(sealed).digest('hex'))]));
  expect(arraysAt(path) % 8).toBe(bytes);
  expect(await readCheckpoint(path)).toEqual(checkpoint());
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
  const command = [process.execPath, '-e', script, join(ROOT, 'dist', 'bundle', 'checkpoint-file.js'), path];
  const answer = execFileSync('bash', ['-c', limited, ...command], { encoding: 'utf8' });
  expect(JSON.parse(answer)).toEqual({
    message: `${path} cannot be written: it would be longer than files may be there.`,
    weights: 10,
  });
  expect(readdirSync(join(path, '..'))).toEqual(['checkpoint.bin']);
});
