/** Every example runs, on a small file, and says what it promises. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, node, ROOT } from '../child';
import { csvOf, tinyFaces } from '../tiny-faces';

const EXAMPLES = join(ROOT, 'examples');
const MAX_LINES = 60;
const faces = join(emptyFolder(), 'faces.csv');
writeFileSync(faces, csvOf(tinyFaces({ count: 40 })));

/** What each example is given, and what its output must show. */
const examples: Record<string, { args: string[]; shows: RegExp[] }> = {
  '01-first-net.mjs': {
    args: [faces],
    shows: [
      /the mean face +[\d.]+ px/,
      /as in the tutorial +[\d.]+ px/,
      /better settings +[\d.]+ px +\d+ % better than the mean face/,
    ],
  },
};

const files = readdirSync(EXAMPLES).filter((name) => /^\d\d-.*\.mjs$/.test(name));

test('every example is tested', () => {
  expect(files).toEqual(Object.keys(examples));
});

test.each(files)('%s is short', (name) => {
  expect(readFileSync(join(EXAMPLES, name), 'utf8').split('\n').length).toBeLessThanOrEqual(MAX_LINES);
});

test.each(files)('%s runs', async (name) => {
  const { args, shows } = examples[name] as (typeof examples)[string];
  const { code, stdout, stderr } = await node([join(EXAMPLES, name), ...args], { env: { FACEMARK_BACKEND: 'cpu' } });
  expect([stderr, code]).toEqual(['', 0]);
  for (const pattern of shows) expect(stdout).toMatch(pattern);
});
