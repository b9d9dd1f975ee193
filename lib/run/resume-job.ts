/** Goes on with a training job that was interrupted, by a crash, `kill -9` or Ctrl-C, as if nothing had happened. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { FacemarkError } from '../errors';
import { type TrainJobReport, trainIn } from './train-job';
import { checkTrainJobOptions, type TrainJobOptions } from './train-job-options';
import { Unfinished } from './unfinished';

/**
 * What may be otherwise in a later sitting: it has no say in the result. `faces` and `groups` are where these files are now, if they were
 * moved, or the faces again that a job was given in memory; a checkpoint knows whether they are the same.
 */
export type ResumeJobOptions = Pick<
  TrainJobOptions,
  'threads' | 'checkpointEverySeconds' | 'signal' | 'onEvent' | 'faces' | 'groups'
>;

/**
 * Goes on from the last checkpoint in a run folder, with the settings and the faces that the job was begun with, and leaves what it would
 * have left: the same history, the same weights bit by bit. A job that had no checkpoint yet begins again.
 *
 * @param folder the run folder
 * @throws FacemarkError `bad-option` where nothing was interrupted, or the faces are not where they were; `bad-file` when settings or checkpoint are damaged; `mismatch` when
 *   the faces, the engine or facemark are not the same any more; whatever `trainJob` throws
 */
export async function resumeJob(folder: string, options: ResumeJobOptions = {}): Promise<TrainJobReport> {
  const runFolder = resolve(folder);
  const unfinished = await Unfinished.find(runFolder);
  if (unfinished.facesInMemory && options.faces === undefined)
    throw new FacemarkError(
      'bad-option',
      `the run in ${runFolder} was given its faces in memory; expected the same faces again: resumeJob(folder, { faces }).`,
    );
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: TrainJobOptions = { ...unfinished.options, ...given };
  for (const file of [all.faces, all.groups])
    if (typeof file === 'string' && !existsSync(file))
      throw new FacemarkError(
        'bad-option',
        `the run in ${runFolder} needs ${file}, which is not there; if it was moved, say where to: facemark train FACES.csv --groups PEOPLE.csv --resume ${folder}.`,
      );
  return trainIn(runFolder, all, checkTrainJobOptions(all), unfinished);
}
