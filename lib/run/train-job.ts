/**
 * The whole job of the tutorial, from a file of faces to a run folder: read, prepare, build, train, evaluate, draw, save, and say
 * what to try next. `facemark train` is this function with a terminal in front of it.
 */

import { join, resolve } from 'node:path';
import { type Backend, type BackendName, useBackend } from '../backend/choose';
import type { LiveCheckpoint } from '../bundle/checkpoint';
import { FacemarkError } from '../errors';
import type { Scores } from '../evaluate/evaluate';
import { type Faces, selectFaces } from '../landmarks/faces';
import { saveBundle } from '../predict/bundle';
import { type Prepared, prepare } from '../prepare/prepare';
import type { Run } from '../train/train';
import { softwareVersions } from '../version';
import { facesSettings, getFaces, getGroups } from './get-faces';
import { type FacesSummary, fingerprints, type JobSetup, summarise } from './job-events';
import { nextSteps } from './next-steps';
import { drawNet, type NetPictures } from './pictures';
import { withPreset } from './presets';
import { clearRun, inRunFolder, writeHistory, writeRecord } from './run-folder';
import { checkTrainJobOptions, type TrainJobOptions } from './train-job-options';
import { type TrainedNet, trainNet } from './train-net';
import { type Resumed, Unfinished } from './unfinished';

/** What a job returns and leaves in run.json: plain data. */
export interface TrainJobReport extends Omit<JobSetup, 'name'> {
  readonly folder: string;
  readonly versions: ReturnType<typeof softwareVersions>;
  readonly faces: FacesSummary;
  /** Every setting that has a say in the result. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The rows of the source that validated. */
  readonly validationRows: readonly number[];
  /** Fingerprints of the faces that were trained on, with spaces between them, so that nobody scores the network on them unawares. */
  readonly trainedOn: string;
  readonly run: Pick<
    Run,
    'best' | 'restoredBest' | 'stopped' | 'solver' | 'solverWhy' | 'threads' | 'simd' | 'seconds'
  >;
  /** Errors as the tutorial prints them: the best validation error, and the training error of the same iteration. */
  readonly minimumValidationError: number;
  readonly trainingError: number;
  /** When the job was interrupted and went on; undefined for one that never was. */
  readonly resumed: readonly Resumed[] | undefined;
  /** Scores of the validation faces, in pixels, with the weights that the model ended with. */
  readonly scores: Scores;
  readonly nextSteps: readonly string[];
  /** Paths of what was left in the folder. */
  readonly bundle: string;
  readonly pictures: NetPictures;
}

/**
 * Does the whole job and leaves a bundle, pictures, history and record in the run folder. Until then there are checkpoints in it, from which
 * `resumeJob` goes on when the process dies, and which a job that its signal stopped in the middle of the training leaves too.
 *
 * @throws FacemarkError for every mistake in the input, and `output` for one in the place of the results; `aborted` when the signal came before training began; `diverged`, with
 *   the history up to there in the run folder
 */
export async function trainJob(asked: TrainJobOptions = {}): Promise<TrainJobReport> {
  const options = withPreset(asked);
  const settings = checkTrainJobOptions(options);
  return inRunFolder(options.out, options.overwrite ?? false, async (folder) => {
    const unfinished = await Unfinished.begin(folder, options);
    return trainIn(folder, options, settings, unfinished).catch(async (thrown) => {
      if (!unfinished.isKept) await unfinished.remove(); // nobody could go on from it
      throw thrown;
    });
  });
}

/** The job itself, from the beginning or from a checkpoint on. */
export async function trainIn(
  folder: string,
  options: TrainJobOptions,
  settings: ReturnType<typeof checkTrainJobOptions>,
  unfinished: Unfinished,
): Promise<TrainJobReport> {
  const { onEvent, signal, checkpointEverySeconds: everySeconds } = options;
  const { seed } = settings;
  const { tfjs } = await sameBackend(options.backend, unfinished.progress?.backend);
  const faces = await getFaces(options, onEvent);
  const groups = await getGroups(options, faces);
  const data = prepare(faces, { ...settings, groups });
  try {
    const by = groups ? 'group' : 'row';
    onEvent?.({ kind: 'run', folder, resumed: unfinished.beginning });
    const checkpoint = { save: (last: LiveCheckpoint) => unfinished.save(last), everySeconds };
    const resume = () => unfinished.take();
    const net = await trainNet('', faces, data, by, { ...settings, signal, seed, checkpoint, resume }, onEvent).catch(
      (thrown) => keepHistory(thrown, folder, unfinished),
    );
    try {
      await clearRun(folder);
      await writeHistory(folder, net.run.history);
      const outcome: Omit<TrainJobReport, 'pictures'> = {
        folder,
        versions: softwareVersions(tfjs),
        ...describe(faces, data, net, settings),
        options: {
          preset: options.preset,
          ...settings,
          ...facesSettings(options),
          groups: options.groups && resolve(options.groups),
        },
        resumed: unfinished.resumed.length > 0 ? unfinished.resumed : undefined,
        bundle: join(folder, 'bundle'),
      };
      await saveBundle(outcome.bundle, net.predictor, bundleRecord(outcome));
      const report = { ...outcome, pictures: await drawNet(folder, faces, data.validation.rows, net) };
      await writeRecord(folder, report);
      if (net.run.stopped !== 'aborted') await unfinished.remove();
      return report;
    } finally {
      net.predictor.dispose();
    }
  } finally {
    data.dispose();
  }
}

/** The engine of the checkpoint, whatever led to it then. */
async function sameBackend(asked: BackendName | undefined, then: string | undefined): Promise<Backend> {
  const backend = await useBackend(asked);
  return then === undefined || then === backend.name ? backend : useBackend(then as BackendName);
}

function describe(
  faces: Faces,
  data: Prepared,
  { setup, run, scores }: TrainedNet,
  settings: ReturnType<typeof checkTrainJobOptions>,
) {
  const { history, best, restoredBest, stopped, solver, solverWhy, threads, simd, seconds } = run;
  const { name: _, ...rest } = setup;
  return {
    faces: summarise(faces),
    ...rest,
    validationRows: Array.from(data.validation.rows, (row) => faces.sourceRows[row] as number),
    trainedOn: fingerprints(selectFaces(faces, data.train.rows)).join(' '),
    run: { best, restoredBest, stopped, solver, solverWhy, threads, simd, seconds },
    minimumValidationError: best.validation,
    trainingError: history.training[best.iteration] ?? Number.NaN,
    scores,
    nextSteps: nextSteps(run, scores, settings),
  };
}

/** What the bundle remembers of the run: everything but the places on this machine's disk. */
function bundleRecord({ folder: _, bundle: __, ...record }: Omit<TrainJobReport, 'pictures'>): Record<string, unknown> {
  return record as unknown as Record<string, unknown>;
}

/**
 * A run that diverged leaves its history, in place of an earlier run's results, and no checkpoint: who went on from that would diverge again.
 * Whatever was thrown is thrown on.
 */
async function keepHistory(thrown: unknown, folder: string, unfinished: Unfinished): Promise<never> {
  if (!(thrown instanceof FacemarkError) || thrown.code !== 'diverged') throw thrown;
  await clearRun(folder);
  await writeHistory(folder, (thrown.details as Pick<Run, 'history'>).history);
  await unfinished.remove();
  throw new FacemarkError('diverged', `${thrown.message} The history up to there is in ${folder}.`, {
    cause: thrown,
    details: thrown.details,
  });
}
