/**
 * The folder that a job leaves behind. Every file is written atomically; `run.json` comes last, so a folder that has one is
 * whole.
 *
 *     history.csv    iteration, training and validation error: for a spreadsheet
 *     history.json   the same for programs
 *     run.json       what was trained on what, with which versions, and what came of it
 */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FacemarkError } from '../errors';
import { writeFileSafely } from '../files';
import type { Run } from '../train/train';

const RECORD = 'run.json';

/**
 * The path of the run folder, absolute. Nothing is made yet.
 *
 * @param asked the folder that was asked for; without it a new one named by the time, in ./facemark-runs
 * @throws FacemarkError `output` when it holds an earlier run that is not to be overwritten
 */
export function chooseRunFolder(asked: string | undefined, overwrite: boolean): string {
  if (asked === undefined) return freshFolder(join('facemark-runs', timestamp(new Date())));
  const folder = resolve(asked);
  if (!overwrite && existsSync(join(folder, RECORD)))
    throw new FacemarkError(
      'output',
      `${folder} holds the results of an earlier run (${RECORD}); choose another folder, or overwrite it with --overwrite.`,
    );
  return folder;
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

/** `base`, or with a number behind it where that is taken. */
function freshFolder(base: string): string {
  let folder = resolve(base);
  for (let n = 2; existsSync(folder); n++) folder = resolve(`${base}-${n}`);
  return folder;
}

/** 2026-11-25T18-42-23: sortable, and a file name everywhere. */
function timestamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(':', '-');
}
