/** Scores a bundle on a file of faces: honestly, which means not on the faces that it was trained on. */

import { type BackendName, useBackend } from '../backend/choose';
import { evaluate, type Scores } from '../evaluate/evaluate';
import type { Faces } from '../landmarks/faces';
import { loadPredictor } from '../predict/bundle';
import { type FacesOptions, getFaces } from './get-faces';
import { type FacesSummary, type JobEvent, summarise } from './job-events';

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
  /** Which of them were scored: all, or those that validated because the others were trained on. */
  readonly rows: 'all' | 'validation';
  readonly scores: Scores;
}

/**
 * Scores a bundle. When the file is the one that it was trained on, only the rows that validated are scored, unless `all` is set.
 *
 * @throws FacemarkError for a bundle or a file that is not usable
 */
export async function evaluateJob(options: EvaluateJobOptions): Promise<EvaluateJobReport> {
  const backend = await useBackend(options.backend);
  const predictor = await loadPredictor(options.bundle);
  try {
    const faces = await getFaces(options, options.onEvent);
    const summary = summarise(faces);
    const validated = options.all ? undefined : rowsThatValidated(faces, summary, predictor.record);
    const scores = await evaluate(predictor, faces, { rows: validated });
    return {
      bundle: options.bundle,
      backend: backend.why,
      faces: summary,
      rows: validated ? 'validation' : 'all',
      scores,
    };
  } finally {
    predictor.dispose();
  }
}

/** The faces that validated when the bundle was trained on these very faces; undefined when it was trained on others. */
function rowsThatValidated(
  faces: Faces,
  { sha256 }: FacesSummary,
  record: Readonly<Record<string, unknown>>,
): number[] | undefined {
  const trained = record as { faces?: { sha256?: string }; validationRows?: readonly number[] };
  if (trained.faces?.sha256 !== sha256 || !Array.isArray(trained.validationRows)) return undefined;
  const validated = new Set(trained.validationRows);
  return Array.from(faces.sourceRows.keys()).filter((i) => validated.has(faces.sourceRows[i] as number));
}
