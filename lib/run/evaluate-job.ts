/** Scores a bundle on a file of faces: honestly, which means not on the faces that it was trained on. */

import { type BackendName, useBackend } from '../backend/choose';
import { FacemarkError } from '../errors';
import { evaluate, type Scores } from '../evaluate/evaluate';
import type { Faces } from '../landmarks/faces';
import { loadPredictor } from '../predict/bundle';
import { type FacesOptions, getFaces } from './get-faces';
import { type FacesSummary, fingerprints, type JobEvent, summarise } from './job-events';

export interface EvaluateJobOptions extends FacesOptions {
  /** The bundle's folder. */
  readonly bundle: string;
  /** Whether to score the faces that it was trained on too. */
  readonly all?: boolean;
  readonly backend?: BackendName;
  readonly onEvent?: (event: JobEvent) => void;
}

export interface EvaluateJobReport {
  readonly bundle: string;
  readonly backend: string;
  readonly faces: FacesSummary;
  /** How many of them were not scored, because the network was trained on them. */
  readonly leftOut: number;
  readonly scores: Scores;
}

/**
 * Scores a bundle. Faces that it was trained on are left out, whichever file they stand in, unless `all` is set.
 *
 * @throws FacemarkError for a bundle or a file that is not usable
 */
export async function evaluateJob(options: EvaluateJobOptions): Promise<EvaluateJobReport> {
  const backend = await useBackend(options.backend);
  const predictor = await loadPredictor(options.bundle);
  try {
    const faces = await getFaces(options, options.onEvent);
    const unseen = options.all ? undefined : unseenRows(faces, predictor.record);
    const scores = await evaluate(predictor, faces, { rows: unseen });
    const leftOut = faces.count - scores.count;
    return { bundle: options.bundle, backend: backend.why, faces: summarise(faces), leftOut, scores };
  } finally {
    predictor.dispose();
  }
}

/** The faces whose pixels the network has not been trained on; undefined where that is all of them. */
function unseenRows(faces: Faces, { trainedOn }: Readonly<Record<string, unknown>>): number[] | undefined {
  if (typeof trainedOn !== 'string') return undefined;
  const trained = new Set(trainedOn.split(' '));
  const rows = [...fingerprints(faces).entries()].filter(([, print]) => !trained.has(print)).map(([row]) => row);
  if (rows.length === 0)
    throw new FacemarkError(
      'mismatch',
      `the network was trained on every one of these ${faces.count} faces, so they cannot tell how good it is; bring others, or score these all the same (all: true, --all).`,
    );
  return rows.length === faces.count ? undefined : rows;
}
