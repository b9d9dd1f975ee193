/**
 * The whole job of the tutorial, from a file of faces to a run folder: read, prepare, build, train, evaluate, draw, save, and say
 * what to try next. `facemark train` is this function with a terminal in front of it.
 */

import { join, resolve } from 'node:path';
import { type BackendName, useBackend } from '../backend/choose';
import { FacemarkError } from '../errors';
import type { Scores } from '../evaluate/evaluate';
import { type Faces, selectFaces } from '../landmarks/faces';
import { saveBundle } from '../predict/bundle';
import { checkPrepareOptions, type Prepared, type PrepareOptions, prepare } from '../prepare/prepare';
import type { Run } from '../train/train';
import { softwareVersions } from '../version';
import { type FacesOptions, facesSettings, type GroupsOptions, getFaces, getGroups } from './get-faces';
import { type FacesSummary, fingerprints, type JobEvent, type JobSetup, summarise } from './job-events';
import { nextSteps } from './next-steps';
import { drawNet, type NetPictures } from './pictures';
import { type PresetName, withPreset } from './presets';
import { clearRun, inRunFolder, writeHistory, writeRecord } from './run-folder';
import { checkNetOptions, type NetOptions, type TrainedNet, trainNet } from './train-net';

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
  readonly onEvent?: (event: JobEvent) => void;
}

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
  /** Scores of the validation faces, in pixels, with the weights that the model ended with. */
  readonly scores: Scores;
  readonly nextSteps: readonly string[];
  /** Paths of what was left in the folder. */
  readonly bundle: string;
  readonly pictures: NetPictures;
}

/**
 * Does the whole job and leaves a bundle, pictures, history and record in the run folder.
 *
 * @throws FacemarkError for every mistake in the input, and `output` for one in the place of the results; `aborted` when the signal came before training began; `diverged`, with
 *   the history up to there in the run folder
 */
export async function trainJob(asked: TrainJobOptions = {}): Promise<TrainJobReport> {
  const options = withPreset(asked);
  const settings = { ...checkPrepareOptions(options), ...checkNetOptions(options) };
  return inRunFolder(options.out, options.overwrite ?? false, (folder) => trainIn(folder, options, settings));
}

type Settings = ReturnType<typeof checkPrepareOptions> & ReturnType<typeof checkNetOptions>;

async function trainIn(folder: string, options: TrainJobOptions, settings: Settings): Promise<TrainJobReport> {
  const { onEvent, signal } = options;
  const { seed } = settings;
  const { tfjs } = await useBackend(options.backend);
  const faces = await getFaces(options, onEvent);
  const groups = await getGroups(options, faces);
  const data = prepare(faces, { ...settings, groups });
  try {
    const by = groups ? 'group' : 'row';
    const net = await trainNet('', faces, data, by, { ...settings, signal, seed }, onEvent).catch((thrown) =>
      keepHistory(thrown, folder),
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
        bundle: join(folder, 'bundle'),
      };
      await saveBundle(outcome.bundle, net.predictor, bundleRecord(outcome));
      const report = { ...outcome, pictures: await drawNet(folder, faces, data.validation.rows, net) };
      await writeRecord(folder, report);
      return report;
    } finally {
      net.predictor.dispose();
    }
  } finally {
    data.dispose();
  }
}

function describe(faces: Faces, data: Prepared, { setup, run, scores }: TrainedNet, settings: Settings) {
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

/** A run that diverged leaves its history, in place of an earlier run's results; whatever was thrown is thrown on. */
async function keepHistory(thrown: unknown, folder: string): Promise<never> {
  if (!(thrown instanceof FacemarkError) || thrown.code !== 'diverged') throw thrown;
  await clearRun(folder);
  await writeHistory(folder, (thrown.details as Pick<Run, 'history'>).history);
  throw new FacemarkError('diverged', `${thrown.message} The history up to there is in ${folder}.`, {
    cause: thrown,
    details: thrown.details,
  });
}
