/** Goes on with a training job that was interrupted, by a crash, `kill -9` or Ctrl-C, as if nothing had happened. */

import { resolve } from 'node:path';
import { FacemarkError } from '../errors';
import { type TrainJobReport, trainIn } from './train-job';
import { checkTrainJobOptions, type TrainJobOptions } from './train-job-options';
import { Unfinished } from './unfinished';

/** What may be otherwise in a later sitting: it has no say in the result. */
export interface ResumeJobOptions
  extends Pick<TrainJobOptions, 'threads' | 'checkpointEverySeconds' | 'signal' | 'onEvent'> {
  /** The faces, for a job that was given them in memory. */
  readonly faces?: Exclude<TrainJobOptions['faces'], string>;
}

/**
 * Goes on from the last checkpoint in a run folder, with the settings and the faces that the job was begun with, and leaves what it would
 * have left: the same history, the same weights bit by bit. A job that had no checkpoint yet begins again.
 *
 * @param folder the run folder
 * @throws FacemarkError `bad-option` where nothing was interrupted; `bad-file` when settings or checkpoint are damaged; `mismatch` when
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
  return trainIn(runFolder, all, checkTrainJobOptions(all), unfinished);
}
