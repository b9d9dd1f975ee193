/** One network of a job: built, trained and scored on prepared data. `train-job` does it once, `compare-job` for each setting. */

import { useBackend } from '../backend/choose';
import { evaluate, type Scores } from '../evaluate/evaluate';
import { type Faces, labelCounts } from '../landmarks/faces';
import { countTrainable, networkName } from '../model/describe';
import { buildNetwork, checkNetworkOptions, type NetworkOptions } from '../model/networks';
import { createPredictor, type Predictor } from '../predict/predictor';
import type { Prepared } from '../prepare/prepare';
import { type Run, train } from '../train/train';
import { checkTrainOptions, type TrainOptions } from '../train/train-options';
import type { JobSetup, LandmarkLabels, OnEvent } from './job-events';

/** The settings of a network and its training; they fall back to the library's defaults. */
export interface NetOptions
  extends Omit<NetworkOptions, 'seed'>,
    Omit<TrainOptions, 'onIteration' | 'seed' | 'checkpoint' | 'resume'> {}

export interface TrainedNet {
  readonly setup: JobSetup;
  /** Without the best weights, as large as the network: it holds them itself, or the last ones, as was asked for. */
  readonly run: Omit<Run, 'bestWeights'>;
  /** Of the validation faces, with the weights that the model ended with. */
  readonly scores: Scores;
  /** The caller's, who disposes it. */
  readonly predictor: Predictor;
}

/**
 * Checks the settings of a network before any work is done for it.
 *
 * @returns the settings with their defaults, as plain data for a record
 * @throws FacemarkError `bad-option` for one out of range
 */
export function checkNetOptions(options: NetOptions) {
  const { patience, signal: _, onIteration: __, seed: ___, ...training } = checkTrainOptions(options);
  return {
    ...checkNetworkOptions(options),
    ...training,
    patience: patience === Infinity ? undefined : patience, // JSON has no infinity
  };
}

/**
 * Builds, trains and scores a network.
 *
 * @param name what tells it from others; may be empty
 * @param by what the split kept together
 * @returns the network inside of a predictor, which is the caller's
 * @throws FacemarkError `diverged`, whose `details` hold the history, and whatever `train` throws
 */
export async function trainNet(
  name: string,
  faces: Faces,
  data: Prepared,
  by: 'row' | 'group',
  { seed, ...options }: NetOptions & Pick<TrainOptions, 'checkpoint' | 'resume'> & { readonly seed: number },
  onEvent?: OnEvent,
): Promise<TrainedNet> {
  const backend = await useBackend();
  const model = buildNetwork({ ...options, seed }, data);
  const predictor = createPredictor(model, data);
  try {
    const setup: JobSetup = {
      name,
      split: { by, train: data.train.rows.length, validation: data.validation.rows.length },
      labels: labelsOf(faces, data),
      network: { layers: networkName(model), weights: countTrainable(model) },
      backend: { name: backend.name, why: backend.why },
    };
    onEvent?.({ kind: 'start', setup });
    const { bestWeights: _, ...run } = await train(model, data, {
      ...options,
      seed,
      onIteration: (report) => onEvent?.({ kind: 'iteration', ...report }),
    });
    return { setup, run, scores: await evaluate(predictor, faces, { rows: data.validation.rows }), predictor };
  } catch (thrown) {
    predictor.dispose();
    throw thrown;
  }
}

function labelsOf(faces: Faces, { train, validation }: Prepared): LandmarkLabels[] {
  const [trained, validated] = [labelCounts(faces, train.rows), labelCounts(faces, validation.rows)];
  return faces.schema.landmarks.map((name, j) => ({
    name,
    train: trained[j] as number,
    validation: validated[j] as number,
  }));
}
