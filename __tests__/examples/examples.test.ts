/** Every example runs, on a small file, and says what it promises; those that embed a pool do so in embedding.test.ts. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { buildModel, createPredictor, prepare, saveBundle, syntheticFaces, useBackend } from '../../lib';
import { emptyFolder, node, ROOT } from '../child';
import { csvOf, tinyFaces } from '../tiny-faces';

const EXAMPLES = join(ROOT, 'examples');
const MAX_LINES = 60;
const cwd = emptyFolder();
const faces = join(cwd, 'faces.csv');
const tiny = tinyFaces({ count: 40 });
writeFileSync(faces, csvOf(tiny));

/** What each example is given, and what its output must show. */
const examples: Record<string, { args: string[]; shows: RegExp[] }> = {
  '01-first-net.mjs': {
    args: [faces],
    shows: [
      /the mean face +[\d.]+ px/,
      /as in the tutorial +[\d.]+ px/,
      /improved +[\d.]+ px +\d+ % better than the mean face/,
    ],
  },
  '02-change-and-compare.mjs': {
    args: [faces],
    shows: [
      /hidden 25, tanh, rate 0\.01 +[\d.]+ px, [\d.]+ s/,
      /hidden 100, relu, rate 0\.1 +[\d.]+ px/,
      /Chart: .*comparison\.png/,
    ],
  },
  '03-draw.mjs': {
    args: [faces, 'drawings'],
    shows: [/^drawings.samples\.png\ndrawings.curve\.png\ndrawings.predictions\.png\n$/],
  },
};

/** The detector is given a photo below; the last three are told to stop, in embedding.test.ts. */
const DETECTOR = '04-detector.mjs';
const EMBEDDING = ['05-fastify.mjs', '06-express.mjs', '07-queue-consumer.mjs'];

const files = readdirSync(EXAMPLES).filter((name) => /^\d\d-.*\.mjs$/.test(name));

test('every example is tested', () => {
  expect(files).toEqual([...Object.keys(examples), DETECTOR, ...EMBEDDING]);
});

test.each(files)('%s is short', (name) => {
  expect(readFileSync(join(EXAMPLES, name), 'utf8').split('\n').length).toBeLessThanOrEqual(MAX_LINES);
});

test.each(Object.keys(examples))('%s runs', async (name) => {
  const { args, shows } = examples[name] as (typeof examples)[string];
  const { code, stdout, stderr } = await node([join(EXAMPLES, name), ...args], {
    cwd,
    env: { FACEMARK_BACKEND: 'cpu' },
  });
  expect([stderr, code]).toEqual(['', 0]);
  for (const pattern of shows) expect(stdout).toMatch(pattern);
});

test('the detector finds the faces of a photo, or says in one line what to install', async () => {
  const drawn = syntheticFaces({ count: 2, seed: 1 });
  const face = (row: number) =>
    sharp(drawn.pixels.slice(row * 96 * 96, (row + 1) * 96 * 96), { raw: { width: 96, height: 96, channels: 1 } });
  const [left, right] = await Promise.all([0, 1].map((row) => face(row).resize(150, 150).png().toBuffer()));
  const photo = join(cwd, 'two faces.jpg');
  await sharp({ create: { width: 640, height: 300, channels: 3, background: '#8899aa' } })
    .composite([
      { input: left, left: 80, top: 70 },
      { input: right, left: 400, top: 80 },
    ])
    .toFile(photo);
  const bundle = join(cwd, 'bundle for photos');
  await useBackend('cpu');
  const data = prepare(drawn, { centre: 'perCoordinate' });
  const predictor = createPredictor(buildModel({ inputs: 9216, hiddenUnits: 2, initializer: 'zeroOutput' }), data);
  await saveBundle(bundle, predictor);
  data.dispose();
  predictor.dispose();

  const { code, stdout, stderr } = await node([join(EXAMPLES, DETECTOR), bundle, photo, 'found.png'], {
    cwd,
    env: { FACEMARK_BACKEND: 'cpu' },
  });
  if (code === 2) {
    expect([stdout, stderr]).toEqual(['', 'This example needs a face detector: npm install jsfeat\n']);
    return;
  }
  expect([stderr, code]).toEqual(['', 0]);
  // The network puts out the mean face: the noses lie below the middle of the faces, which are 150 pixels wide.
  const found = [...stdout.matchAll(/ {2}(\d+) pixels wide, nose at ([\d.]+), ([\d.]+)\n/g)].map((line) =>
    line.slice(1).map(Number),
  );
  const [first, second] = found.sort((a, b) => (a[1] as number) - (b[1] as number)) as [number[], number[]];
  expect(found).toHaveLength(2);
  for (const [[width, x, y], [middleX, middleY]] of [
    [first, [155, 145]],
    [second, [475, 155]],
  ] as [number[], number[]][]) {
    expect(Math.abs((width as number) - 150)).toBeLessThan(40);
    expect(Math.abs((x as number) - (middleX as number))).toBeLessThan(30);
    expect(Math.abs((y as number) - (middleY as number))).toBeLessThan(50);
  }
  expect(stdout).toMatch(/Picture: found\.png\n$/);
});
