/**
 * The folder that a job leaves behind. Every file is written atomically; `run.json` comes last, so a folder that has one is
 * whole.
 *
 *     history.csv    iteration, training and validation error: for a spreadsheet
 *     history.json   the same for programs
 *     run.json       what was trained on what, with which versions, and what came of it
 *     checkpoint/    of a training that was interrupted; `unfinished.ts` knows it
 */

import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FacemarkError, messageOf } from '../errors';
import { writeFileSafely } from '../files';
import type { Run } from '../train/train';

const RECORD = 'run.json';
/** What is there of a run that has not come to its end: a folder in its own, and the files in that. */
export const UNFINISHED = 'checkpoint';
const ASIDE = `${UNFINISHED}.overwritten`;
export const SETTINGS = 'settings.json';
export const TRAINING = 'training.bin';
/** Everything that a job may leave, the record first: once it is gone the folder holds no run. */
const LEFT_BEHIND = [
  RECORD,
  ...['history.csv', 'history.json', 'comparison.csv'],
  ...['samples', 'curve', 'predictions', 'comparison'].flatMap((name) => [`${name}.svg`, `${name}.png`]),
  'bundle',
];

/**
 * Makes the run folder before the work begins, so that no other run takes it and a mistake in its name costs no training; a folder in
 * which the job leaves nothing is removed again.
 *
 * @param asked the folder that was asked for; without it a new one named by the time, in ./facemark-runs
 * @param job is given the folder's absolute path
 * @throws FacemarkError `output` when it holds an earlier run, finished or not, that is not to be overwritten, or cannot be made; whatever the job throws
 */
export async function inRunFolder<T>(
  asked: string | undefined,
  overwrite: boolean,
  job: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = asked === undefined ? await freshFolder() : resolve(asked);
  if (!overwrite && holds(folder, UNFINISHED))
    throw new FacemarkError(
      'output',
      `${folder} holds a training that was interrupted; go on with it (facemark train --resume ${folder}), choose another folder, or overwrite it with --overwrite.`,
    );
  if (!overwrite && holdsRecord(folder))
    throw new FacemarkError(
      'output',
      `${folder} holds the results of an earlier run (${RECORD}); choose another folder, or overwrite it with --overwrite.`,
    );
  const isNew = asked === undefined || (await make(folder));
  await setAside(folder);
  try {
    return await job(folder);
  } catch (thrown) {
    if (holds(folder, ASIDE) && !holds(folder, UNFINISHED)) await moveFiles(folder, ASIDE, UNFINISHED);
    if (isNew) await rmdir(folder).catch(() => undefined); // does nothing to a folder that has something in it
    throw thrown;
  } finally {
    await clearCheckpoint(join(folder, ASIDE));
  }
}

/**
 * Moves an unfinished run that is to be overwritten out of the way. A job that fails before it has anything to go on from, by a mistake in
 * the name of its file, say, puts it back.
 */
async function setAside(folder: string): Promise<void> {
  await clearCheckpoint(join(folder, ASIDE));
  if (holds(folder, UNFINISHED)) await moveFiles(folder, UNFINISHED, ASIDE);
  await clearUnfinished(folder);
}

/** Whether there is something to go on from. */
function holds(folder: string, unfinished: string): boolean {
  return existsSync(join(folder, unfinished, SETTINGS));
}

/** Moves what there is to go on from, and no files of others; the settings last, as they say that it is whole. */
async function moveFiles(folder: string, from: string, to: string): Promise<void> {
  await mkdir(join(folder, to), { recursive: true });
  for (const name of [TRAINING, SETTINGS])
    if (existsSync(join(folder, from, name))) await rename(join(folder, from, name), join(folder, to, name));
}

/**
 * Removes what an unfinished run has left, the settings first: without them nobody goes on with it. Files that a killed write has left
 * under a temporary name are among it, files of others are not.
 */
export function clearUnfinished(folder: string): Promise<void> {
  return clearCheckpoint(join(folder, UNFINISHED));
}

async function clearCheckpoint(unfinished: string): Promise<void> {
  const names = await readdir(unfinished).catch(() => []);
  for (const ours of [SETTINGS, TRAINING])
    for (const name of names)
      if (name === ours || name.startsWith(`${ours}.`)) await rm(join(unfinished, name), { force: true });
  await rmdir(unfinished).catch(() => undefined); // does nothing to a folder that has something else in it
}

/** Whether a job has come to its end in a folder. */
export function holdsRecord(folder: string): boolean {
  return existsSync(join(folder, RECORD));
}

/** Removes what an earlier run has left, files that a killed one has left under a temporary name included, and nothing else. */
export async function clearRun(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => LEFT_BEHIND.includes(name.replace(/\.\d+$/, '')));
  const recordFirst = (a: string, b: string) => LEFT_BEHIND.indexOf(a) - LEFT_BEHIND.indexOf(b);
  for (const name of names.sort(recordFirst)) await rm(join(folder, name), { recursive: true, force: true });
  await clearCheckpoint(join(folder, ASIDE)); // of what lies beside the new results there is no way back
}

/** Writes the history of a run, in both forms. */
export async function writeHistory(folder: string, { training, validation }: Run['history']): Promise<void> {
  const lines = Array.from(training, (error, i) => `${i},${error},${validation[i]}\n`);
  await writeFileSafely(join(folder, 'history.csv'), `iteration,training,validation\n${lines.join('')}`);
  const json = { training: [...training], validation: [...validation] };
  await writeFileSafely(join(folder, 'history.json'), `${JSON.stringify(json)}\n`);
}

/** Writes the record of a job, which must be plain data. */
export async function writeRecord(folder: string, record: unknown): Promise<void> {
  await writeFileSafely(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** A folder that nobody has: named by the time, with a number behind it where that is taken. */
async function freshFolder(): Promise<string> {
  const base = resolve('facemark-runs', timestamp(new Date()));
  await make(dirname(base));
  for (let n = 1; ; n++) {
    const folder = n === 1 ? base : `${base}-${n}`;
    if (await make(folder)) return folder;
  }
}

/** Makes a folder; false when it is there already. */
async function make(folder: string): Promise<boolean> {
  try {
    return (await mkdir(folder, { recursive: true })) !== undefined;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file stands in its way' : messageOf(cause);
    throw new FacemarkError('output', `the run folder ${folder} cannot be made: ${why}; choose another place.`, {
      cause,
    });
  }
}

/** 2026-11-25T18-42-23: sortable, and a file name everywhere. */
function timestamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(':', '-');
}
