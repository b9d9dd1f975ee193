/** Landmarks for a file of faces, labelled or not: as a table, as JSON, and as a picture. */

import { stringify } from 'csv-stringify/sync';
import { type BackendName, useBackend } from '../backend/choose';
import { drawPredictions } from '../draw/faces';
import { FacemarkError } from '../errors';
import { sameFile, writeFileSafely } from '../files';
import { type Faces, selectFaces } from '../landmarks/faces';
import type { NamedPoints } from '../landmarks/points';
import { coordinateNames, type Schema, sameSchema } from '../landmarks/schema';
import { withDefaults } from '../options';
import { loadPredictor } from '../predict/bundle';
import { namePoints } from '../predict/predictor';
import { type FacesOptions, getFaces } from './get-faces';
import type { JobEvent } from './job-events';
import { pictureBase, writePicture } from './pictures';

const DRAWN = 24; // faces on the sheet
const READ = { incomplete: 'keep', labels: 'optional' } as const;

export interface PredictJobOptions extends FacesOptions {
  /** The bundle's folder. */
  readonly bundle: string;
  /** A file for the table: .csv, or .json for JSON. */
  readonly out?: string;
  /** A picture of the first faces with their predictions: the path without its ending; an SVG and a PNG are written. */
  readonly draw?: string;
  readonly backend?: BackendName;
  readonly onEvent?: (event: JobEvent) => void;
}

export interface PredictJobReport {
  readonly backend: string;
  readonly faces: readonly { readonly id: string; readonly landmarks: NamedPoints }[];
  /** The same as a table: a header, and a line for each face, coordinates in pixels. */
  readonly csv: string;
  /** Path of the picture, if one was asked for. */
  readonly picture: string | undefined;
}

/**
 * Predicts the landmarks of every face of a file.
 *
 * @throws FacemarkError for a bundle or a file that is not usable
 */
export async function predictJob(options: PredictJobOptions): Promise<PredictJobReport> {
  checkOut(options);
  if (options.draw !== undefined) pictureBase(options.draw);
  const backend = await useBackend(options.backend);
  const predictor = await loadPredictor(options.bundle);
  try {
    const faces = await getFaces(withDefaults(READ, options), options.onEvent);
    const points = await predictor.predictPoints(faces);
    const predictions = {
      backend: backend.why,
      faces: faces.ids.map((id, row) => ({ id, landmarks: namePoints(predictor.schema, points, row) })),
      csv: asCsv(predictor.schema, faces, points),
    };
    const { out } = options;
    if (out) await writeFileSafely(out, /\.json$/i.test(out) ? asJson(predictions) : predictions.csv);
    const picture = options.draw && (await draw(options.draw, faces, predictor.schema, points));
    return { ...predictions, picture };
  } finally {
    predictor.dispose();
  }
}

/** @throws FacemarkError `output` for a table that would replace the faces, `bad-option` for an ending that is none */
function checkOut({ out, faces }: PredictJobOptions): void {
  if (out === undefined) return;
  if (!/\.(csv|json)$/i.test(out))
    throw new FacemarkError(
      'bad-option',
      `${out} ends in neither .csv nor .json; expected one of the two, by which the form is chosen.`,
    );
  if (typeof faces === 'string' && sameFile(out, faces))
    throw new FacemarkError('output', `${out} is the file of the faces; expected another one for their landmarks.`);
}

/** The faces of a report as a JSON document. */
export function asJson({ faces }: Pick<PredictJobReport, 'faces'>): string {
  return `${JSON.stringify(faces, null, 2)}\n`;
}

/** Draws the first faces; their own labels are left away where they are for other landmarks than the network's. */
async function draw(base: string, faces: Faces, schema: Schema, points: Float32Array): Promise<string> {
  const count = Math.min(DRAWN, faces.count);
  const shown = selectFaces(
    faces,
    Int32Array.from({ length: count }, (_, i) => i),
  );
  const predicted = points.subarray(0, (points.length / faces.count) * count);
  const truth = sameSchema(shown.schema, schema) ? shown.points : new Float32Array(predicted.length).fill(Number.NaN);
  const sheet = drawPredictions({ ...shown, schema, points: truth }, predicted);
  return writePicture(pictureBase(base), sheet);
}

function asCsv(schema: Schema, { count, ids }: Faces, points: Float32Array): string {
  const names = coordinateNames(schema);
  const rows = Array.from({ length: count }, (_, i) => {
    const row = points.subarray(i * names.length, (i + 1) * names.length);
    return [ids[i], ...Array.from(row, (value) => value.toFixed(3))];
  });
  return stringify([['ImageId', ...names], ...rows]);
}
