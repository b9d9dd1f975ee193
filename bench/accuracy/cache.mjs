/**
 * What has been computed, one JSON for each job, so that a table that was interrupted goes on.
 *
 * A job's key is the hash of all that its result depends on: its configuration, fold and seed, the faces, the engine, and the code (that of
 * facemark which learns and scores, and that of this folder which a job runs). How many jobs ran at once is noted and no part of it.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

const BENCH = join(import.meta.dirname, '..');
const DIST = join(BENCH, '..', 'dist');
const DO_NOT_LEARN = ['bundle', 'cli', 'doctor', 'draw', 'run', 'serve', 'data']; // rooms; the faces are hashed themselves
const DO_NOT_LEARN_EITHER = ['index.js', 'version.js', 'files.js', 'processes.js', 'jest-environment.js'];
const OURS = [
  'accuracy/one.mjs',
  'accuracy/learners.mjs',
  'accuracy/folds.mjs',
  'accuracy/faces.mjs',
  'peers/ridge.py',
];

/** The hash of whatever is told, without what JSON leaves out; the order of properties does not matter. */
export function keyOf(parts) {
  return createHash('sha256').update(JSON.stringify(parts, sorted)).digest('hex').slice(0, 16);
}

/** SHA-256 of the code that a job runs. */
export function codeSha256() {
  const hash = createHash('sha256');
  const files = readdirSync(DIST, { recursive: true })
    .filter((file) => /\.(js|wasm)$/.test(file))
    .filter((file) => !DO_NOT_LEARN.includes(file.split(/[\\/]/)[0]) && !DO_NOT_LEARN_EITHER.includes(file))
    .filter((file) => statSync(join(DIST, file)).isFile())
    .sort();
  for (const path of [...files.map((file) => join(DIST, file)), ...OURS.map((file) => join(BENCH, file))])
    hash.update(path.slice(BENCH.length)).update(readFileSync(path));
  return hash.digest('hex');
}

/** The results in a folder, by job. */
export function resultsIn(folder) {
  const fileOf = ({ name, key }) => join(folder, `${name}-${key}.json`);
  return {
    get: (job) => (existsSync(fileOf(job)) ? JSON.parse(readFileSync(fileOf(job), 'utf8')) : undefined),
    async put(job, result) {
      mkdirSync(folder, { recursive: true });
      await writeFileAtomic(fileOf(job), `${JSON.stringify(result, null, 2)}\n`);
    },
  };
}

function sorted(_, value) {
  if (Object(value) !== value || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
