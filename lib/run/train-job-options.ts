/** What a training job is asked for. */

import type { BackendName } from '../backend/choose';
import { checkNumber } from '../options';
import { checkPrepareOptions, type PrepareOptions } from '../prepare/prepare';
import type { FacesOptions, GroupsOptions } from './get-faces';
import type { JobEvent } from './job-events';
import type { PresetName } from './presets';
import { checkNetOptions, type NetOptions } from './train-net';

export interface TrainJobOptions
  extends FacesOptions,
    GroupsOptions,
    NetOptions,
    Pick<PrepareOptions, 'validationFraction' | 'centre'> {
  /** A whole recipe, see `PRESETS`; the other options go before it. */
  readonly preset?: PresetName;
  /** Seed of all that is random: synthetic faces, split, initial weights, order of the rows, dropout, augmentation. */
  readonly seed?: number;
  /** Engine to force. */
  readonly backend?: BackendName;
  /** The run folder; without it a new one in ./facemark-runs. */
  readonly out?: string;
  /** Whether the run folder may hold an earlier run, which is replaced. */
  readonly overwrite?: boolean;
  /** Seconds of training from one checkpoint in the run folder to the next; see `resumeJob`. */
  readonly checkpointEverySeconds?: number;
  readonly onEvent?: (event: JobEvent) => void;
}

/**
 * The settings that have a say in the result, with their defaults.
 *
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkTrainJobOptions(options: TrainJobOptions) {
  const { checkpointEverySeconds: seconds } = options;
  if (seconds !== undefined) checkNumber('checkpointEverySeconds', seconds, { atLeast: 0 });
  return { ...checkPrepareOptions(options), ...checkNetOptions(options) };
}
