/**
 * The whole job of the tutorial, from a file of faces to a run folder: read, prepare, build, train, evaluate, say what to try
 * next. `facemark train` is this function with a terminal in front of it.
 */

import { resolve } from 'node:path';
import { type BackendName, useBackend } from '../backend/choose';
import { groupsOf, readGroups } from '../data/groups';
import { type ReadFacesOptions, readFaces } from '../data/read-faces';
import { syntheticFaces } from '../data/synthetic/faces';
import { FacemarkError } from '../errors';
import { evaluate, type Scores } from '../evaluate/evaluate';
import { sha256 } from '../files';
import type { Faces, ReadReport } from '../landmarks/faces';
import { type BuildModelOptions, buildModel, networkName } from '../model/build-model';
import { createPredictor } from '../predict/predictor';
import { type PrepareOptions, prepare } from '../prepare/prepare';
import { type Run, type TrainOptions, train } from '../train/train';
import type { IterationReport } from '../train/watch';
import { version } from '../version';
import { nextSteps } from './next-steps';
import { chooseRunFolder, writeHistory, writeRecord } from './run-folder';

export interface TrainJobOptions
  extends Pick<PrepareOptions, 'validationFraction' | 'centre'>,
    Pick<BuildModelOptions, 'hiddenUnits' | 'activation' | 'bias' | 'initializer'>,
    Pick<TrainOptions, 'iterations' | 'learningRate' | 'solver' | 'restoreBest' | 'patience'>,
    Pick<ReadFacesOptions, 'incomplete' | 'width' | 'height'> {
  /** A CSV of faces, perhaps gzipped; without it synthetic faces are drawn. */
  readonly faces?: string;
  /** How many synthetic faces are drawn. */
  readonly count?: number;
  /** A CSV that names the person of every row, so that nobody stands on both sides of the split. */
  readonly groups?: string;
  /** The column of that CSV, where it has several. */
  readonly groupsColumn?: string;
  /** Seed of the synthetic faces, the split and the initial weights. */
  readonly seed?: number;
  /** Engine to force. */
  readonly backend?: BackendName;
  /** The run folder; without it a new one in ./facemark-runs. */
  readonly out?: string;
  /** Whether the run folder may hold an earlier run, which is replaced. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: JobEvent) => void;
}

/** What a job tells while it works. */
export type JobEvent =
  | { readonly kind: 'reading'; readonly rows: number; readonly bytes: number; readonly totalBytes: number | undefined }
  | { readonly kind: 'drawing'; readonly count: number }
  | { readonly kind: 'start'; readonly setup: JobSetup }
  | ({ readonly kind: 'iteration' } & IterationReport);

/** What is known before the first iteration. */
export interface JobSetup {
  readonly faces: {
    readonly count: number;
    readonly width: number;
    readonly height: number;
    readonly landmarks: readonly string[];
    /** SHA-256 of pixels and coordinates. */
    readonly sha256: string;
    readonly report: ReadReport;
  };
  readonly split: { readonly by: 'row' | 'group'; readonly train: number; readonly validation: number };
  /** Such as 9216-100(tanh)-30(linear), and how many weights that is. */
  readonly network: { readonly layers: string; readonly weights: number };
  readonly backend: { readonly name: string; readonly why: string };
}

/** What a job returns and leaves in run.json: plain data. */
export interface TrainJobReport extends JobSetup {
  readonly folder: string;
  readonly versions: { readonly facemark: string; readonly tfjs: string; readonly node: string };
  /** Every setting that has a say in the result. */
  readonly options: Record<string, unknown>;
  /** The rows of the source that validated. */
  readonly validationRows: readonly number[];
  readonly run: Pick<Run, 'best' | 'restoredBest' | 'stopped' | 'solver' | 'solverWhy' | 'seconds'>;
  /** Errors as the tutorial prints them: the best validation error, and the training error of the same iteration. */
  readonly minimumValidationError: number;
  readonly trainingError: number;
  /** Scores of the validation faces, in pixels, with the weights that the model ended with. */
  readonly scores: Scores;
  readonly nextSteps: readonly string[];
}

/**
 * Does the whole job and leaves history.csv, history.json and run.json in the run folder.
 *
 * @throws FacemarkError for every mistake in the input; `aborted` when the signal came before training began; `diverged`, with
 *   the history up to there in the run folder
 */
export async function trainJob(options: TrainJobOptions = {}): Promise<TrainJobReport> {
  const { seed = 1, signal, onEvent } = options;
  const folder = chooseRunFolder(options.out, options.overwrite ?? false);
  const backend = await useBackend(options.backend);
  const faces = await getFaces(options, seed);
  const groups = await getGroups(options, faces);
  if (signal?.aborted) throw new FacemarkError('aborted', 'stopped before training began; nothing was written.');

  const data = prepare(faces, { ...options, groups, seed });
  try {
    const model = buildModel({ ...options, inputs: data.inputs, outputs: data.outputs, seed });
    const predictor = createPredictor(model, data);
    try {
      const setup: JobSetup = {
        faces: describeFaces(faces),
        split: { by: groups ? 'group' : 'row', train: data.train.rows.length, validation: data.validation.rows.length },
        network: { layers: networkName(model), weights: model.countParams() },
        backend: { name: backend.name, why: backend.why },
      };
      onEvent?.({ kind: 'start', setup });
      const onIteration = (report: IterationReport) => onEvent?.({ kind: 'iteration', ...report });
      const run = await train(model, data, { ...options, onIteration }).catch((thrown) => keepHistory(thrown, folder));
      const scores = await evaluate(predictor, faces, { rows: data.validation.rows });
      const { history, best, restoredBest, stopped, solver, solverWhy, seconds } = run;
      const report: TrainJobReport = {
        folder,
        versions: { facemark: version, tfjs: backend.tfjs, node: process.versions.node },
        ...setup,
        options: { ...data.options, ...run.options, groups: options.groups && resolve(options.groups) },
        validationRows: Array.from(data.validation.rows, (row) => faces.sourceRows[row] as number),
        run: { best, restoredBest, stopped, solver, solverWhy, seconds },
        minimumValidationError: best.validation,
        trainingError: history.training[best.iteration] ?? Number.NaN,
        scores,
        nextSteps: nextSteps(run, scores, data.options.centre),
      };
      await writeHistory(folder, history);
      await writeRecord(folder, report);
      return report;
    } finally {
      predictor.dispose();
    }
  } finally {
    data.dispose();
  }
}

async function getFaces(options: TrainJobOptions, seed: number): Promise<Faces> {
  const { count = 1000, signal, onEvent } = options;
  if (options.faces !== undefined)
    return readFaces(options.faces, {
      ...options,
      onProgress: (progress) => onEvent?.({ kind: 'reading', ...progress }),
    });
  onEvent?.({ kind: 'drawing', count });
  await new Promise((resolve) => setImmediate(resolve)); // so that the event is seen before the work
  if (signal?.aborted) throw new FacemarkError('aborted', 'stopped before training began; nothing was written.');
  return syntheticFaces({ count, seed });
}

async function getGroups({ groups, groupsColumn }: TrainJobOptions, faces: Faces): Promise<string[] | undefined> {
  return groups === undefined ? undefined : groupsOf(faces, await readGroups(groups, { column: groupsColumn }));
}

function describeFaces({ count, width, height, schema, report, pixels, points }: Faces): JobSetup['faces'] {
  const bytes = new Uint8Array(points.buffer, points.byteOffset, points.byteLength);
  return { count, width, height, landmarks: schema.landmarks, sha256: sha256(pixels, bytes), report };
}

/** A run that diverged leaves its history; whatever was thrown is thrown on. */
async function keepHistory(thrown: unknown, folder: string): Promise<never> {
  if (!(thrown instanceof FacemarkError) || thrown.code !== 'diverged') throw thrown;
  await writeHistory(folder, (thrown.details as Pick<Run, 'history'>).history);
  throw new FacemarkError('diverged', `${thrown.message} The history up to there is in ${folder}.`, {
    cause: thrown,
    details: thrown.details,
  });
}
