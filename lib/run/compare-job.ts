/**
 * "Change it and see": trains one network for every combination of the settings that are given several values, all from the same
 * seed and, where the preparation allows it, on the same split, and ends in one table and one chart.
 */

import { join, resolve } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { type BackendName, useBackend } from '../backend/choose';
import { drawComparison } from '../draw/comparison';
import { FacemarkError } from '../errors';
import type { Scores } from '../evaluate/evaluate';
import { writeFileSafely } from '../files';
import type { Faces } from '../landmarks/faces';
import { checkPrepareOptions, PREPARE_DEFAULTS, type Prepared, prepare } from '../prepare/prepare';
import type { Run } from '../train/train';
import { softwareVersions } from '../version';
import { type FacesOptions, facesSettings, type GroupsOptions, getFaces, getGroups } from './get-faces';
import { type FacesSummary, type JobEvent, summarise } from './job-events';
import { writePicture } from './pictures';
import { clearRun, inRunFolder, writeRecord } from './run-folder';
import { combinations, nameOf, type Setting, type Varied } from './settings';
import { checkNetOptions, type NetOptions, trainNet } from './train-net';

const MAX_NETS = 48; // more than that is a search, not a comparison, and no chart shows it

export interface CompareJobOptions extends FacesOptions, GroupsOptions, Omit<NetOptions, keyof Varied | 'signal'> {
  readonly vary: Varied;
  readonly validationFraction?: number;
  readonly seed?: number;
  readonly backend?: BackendName;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly onEvent?: (event: JobEvent) => void;
}

/** One network of a comparison: plain data. */
export interface ComparedNet {
  /** The settings in which the networks differ, such as `hidden 25, tanh`; `as it is` when there is only one. */
  readonly name: string;
  readonly settings: Setting;
  /** Undefined for a network that diverged; then `failure` says so. */
  readonly result?: {
    readonly weights: number;
    readonly best: Run['best'];
    readonly trainingError: number;
    readonly scores: Scores;
    readonly seconds: number;
    readonly stopped: Run['stopped'];
  };
  readonly failure?: string;
}

export interface CompareJobReport {
  readonly folder: string;
  readonly faces: FacesSummary;
  readonly backend: string;
  /** Undefined when no network was trained to an end that can be scored. */
  readonly meanFaceRmsePx: number | undefined;
  /** In the order of the settings. */
  readonly nets: readonly ComparedNet[];
  readonly versions: ReturnType<typeof softwareVersions>;
  /** Every setting that has a say in the results and is the same for all networks. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Settings that were not come to, because the job was stopped. */
  readonly left: number;
  /** Path of the chart; undefined when there is nothing to draw: all diverged, or the job was stopped. */
  readonly chart: string | undefined;
}

/**
 * Trains and compares; leaves comparison.csv, the chart and run.json in the run folder.
 *
 * @throws FacemarkError `bad-option` for no combination or too many, and whatever reading and training throw; a network that diverges
 *   is reported and does not end the job
 */
export async function compareJob(options: CompareJobOptions): Promise<CompareJobReport> {
  const settings = combinations(options.vary);
  if (settings.length > MAX_NETS)
    throw new FacemarkError(
      'bad-option',
      `these settings make ${settings.length} networks; expected at most ${MAX_NETS}: give fewer values.`,
    );
  for (const setting of settings) {
    checkPrepareOptions({ ...options, ...setting });
    checkNetOptions({ ...options, ...setting });
  }
  return inRunFolder(options.out, options.overwrite ?? false, (folder) => compareIn(folder, options, settings));
}

async function compareIn(folder: string, options: CompareJobOptions, settings: Setting[]): Promise<CompareJobReport> {
  const backend = await useBackend(options.backend);
  const faces = await getFaces(options, options.onEvent);
  const nets = await trainAll(faces, options, settings);
  const drawn = nets.flatMap(({ name, history, result }) =>
    history && result ? [{ name, history, rmsePx: result.scores.rmsePx }] : [],
  );
  const meanFaceRmsePx = nets.find(({ result }) => result)?.result?.scores.meanFace.rmsePx;
  await clearRun(folder);
  const chart =
    meanFaceRmsePx === undefined
      ? undefined
      : await writePicture(join(folder, 'comparison'), drawComparison(drawn, { meanFaceRmsePx, ...notShown(nets) }));
  const report: CompareJobReport = {
    folder,
    faces: summarise(faces),
    backend: backend.why,
    meanFaceRmsePx,
    nets: nets.map(({ history: _, ...net }) => net),
    versions: softwareVersions(backend.tfjs),
    options: commonSettings(options, settings),
    left: settings.length - nets.length,
    chart,
  };
  await writeFileSafely(join(folder, 'comparison.csv'), asCsv(report.nets));
  await writeRecord(folder, report);
  return report;
}

/** The settings of all networks, as plain data, without those that vary. */
function commonSettings(options: CompareJobOptions, settings: readonly Setting[]): Record<string, unknown> {
  const varied = new Set(settings.flatMap((setting) => Object.keys(setting)));
  const one = { ...options, ...settings[0] };
  const all = {
    ...{ ...checkPrepareOptions(one), ...checkNetOptions(one), ...facesSettings(options) },
    groups: options.groups && resolve(options.groups),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !varied.has(name)));
}

/** Trains one network after the other; the list is shorter than the settings when the signal comes. */
async function trainAll(
  faces: Faces,
  options: CompareJobOptions,
  settings: Setting[],
): Promise<(ComparedNet & { readonly history?: Run['history'] })[]> {
  const { seed = 1, signal, onEvent } = options;
  const groups = await getGroups(options, faces);
  const by = groups ? 'group' : 'row';
  const nets: (ComparedNet & { history?: Run['history'] })[] = [];
  let data: Prepared | undefined;
  try {
    for (const setting of settings) {
      if (signal?.aborted) break;
      const name = nameOf(setting, settings);
      const centre = setting.centre ?? PREPARE_DEFAULTS.centre;
      if (data?.options.centre !== centre) {
        data?.dispose();
        data = prepare(faces, { ...options, centre, groups, seed });
      }
      try {
        const { setup, run, scores, predictor } = await trainNet(
          name,
          faces,
          data,
          by,
          { ...options, ...setting, seed },
          onEvent,
        );
        predictor.dispose();
        const { best, seconds, stopped, history } = run;
        const trainingError = history.training[best.iteration] ?? Number.NaN;
        nets.push({
          name,
          settings: setting,
          history,
          result: { weights: setup.network.weights, best, trainingError, scores, seconds, stopped },
        });
      } catch (thrown) {
        if (!(thrown instanceof FacemarkError) || thrown.code !== 'diverged') throw thrown;
        nets.push({ name, settings: setting, failure: thrown.message });
      }
    }
  } finally {
    data?.dispose();
  }
  return nets;
}

/** A line for the chart about the networks that are not in it. */
function notShown(nets: readonly ComparedNet[]): { subtitle?: string } {
  const names = nets.filter(({ result }) => !result).map(({ name }) => name);
  return names.length === 0
    ? {}
    : { subtitle: `not shown, because ${names.length === 1 ? 'it' : 'they'} diverged: ${names.join('; ')}` };
}

function asCsv(nets: readonly ComparedNet[]): string {
  const rows = nets.map(({ name, result, failure }) => ({
    name,
    weights: result?.weights,
    minimum_validation_error: result?.best.validation,
    best_iteration: result?.best.iteration,
    training_error: result?.trainingError,
    labelled_coordinates: result?.scores.labelled,
    rmse_px: result?.scores.rmsePx,
    mean_face_rmse_px: result?.scores.meanFace.rmsePx,
    gain: result?.scores.gain,
    seconds: result?.seconds,
    failure,
  }));
  return stringify(rows, { header: true });
}
