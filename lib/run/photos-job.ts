/** Landmarks for photos: as a table, as JSON, and drawn on each. A photo that cannot be used ends nothing; it is reported. */

import { stringify } from 'csv-stringify/sync';
import { type BackendName, useBackend } from '../backend/choose';
import { drawPhoto } from '../draw/photo';
import { FacemarkError } from '../errors';
import { writeFileSafely } from '../files';
import { coordinateNames, type Schema } from '../landmarks/schema';
import { loadPredictor } from '../predict/bundle';
import type { PredictImageOptions } from '../predict/cut-faces';
import { type ImageLimits, limitsOf } from '../predict/image/limits';
import type { ImagePrediction } from '../predict/predict-image';
import { findPhotos, type Photo } from './find-photos';
import type { JobEvent } from './job-events';
import { pictureNames } from './photo-pictures';
import { writePicture } from './pictures';

export interface PhotosJobOptions extends PredictImageOptions {
  /** The bundle's folder. */
  readonly bundle: string;
  /** Files, folders with their subfolders, patterns such as `faces/*.jpg`; `-` is standard input. */
  readonly photos: readonly string[];
  /** A file for the table: .csv, or .json for JSON; .png or .svg draws the one photo there, as `draw` does. */
  readonly out?: string;
  /** Where the photos are drawn with their landmarks, each as SVG and PNG: a folder; the name of a picture for one photo. */
  readonly draw?: string;
  readonly backend?: BackendName;
  readonly onEvent?: (event: JobEvent) => void;
}

/** One photo that could be used. */
export interface PredictedPhoto extends ImagePrediction {
  /** Its path. */
  readonly photo: string;
  /** Path of its drawing, if one was asked for. */
  readonly picture?: string | undefined;
}

export interface PhotosJobReport {
  readonly backend: string;
  readonly photos: readonly PredictedPhoto[];
  /** The photos that could not be used, and why, each in a sentence. */
  readonly failures: readonly { readonly photo: string; readonly error: string }[];
  /** A table: a header, and a line for each face, in pixels of the upright photos. */
  readonly csv: string;
}

/**
 * Predicts the landmarks of the faces of photos.
 *
 * @throws FacemarkError for a bundle that is not usable, for options that make no sense, `bad-file` where there are no photos, `aborted`
 *   when the signal comes; for the one photo that was asked for what is wrong with it
 */
export async function photosJob(options: PhotosJobOptions): Promise<PhotosJobReport> {
  const { bundle, out, onEvent } = options;
  const limits = limitsOf(options.limits);
  const isTable = out !== undefined && /\.(csv|json)$/i.test(out);
  const backend = await useBackend(options.backend);
  const predictor = await loadPredictor(bundle);
  const photos: PredictedPhoto[] = [];
  const failures: { photo: string; error: string }[] = [];
  try {
    const found = await findPhotos(options.photos, limits, options.draw);
    const drawings = pictureNames(found, isTable ? undefined : out, options.draw);
    const images = found.map(({ image }) => image);
    for await (const { prediction, error } of predictor.predictImages(images, { ...options, limits })) {
      const at = photos.length + failures.length;
      const { name, image } = found[at] as Photo;
      if (error) {
        const failure = named(error, { name, image });
        if (found.length === 1) throw failure;
        failures.push({ photo: name, error: failure.message });
      } else {
        const base = drawings?.[at];
        const picture = base && (await draw(base, image, prediction, limits));
        photos.push({ photo: name, ...prediction, ...(picture ? { picture } : {}) });
      }
      onEvent?.({ kind: 'photos', done: at + 1, total: found.length });
    }
    const report = { backend: backend.why, photos, failures, csv: asCsv(predictor.schema, photos) };
    if (isTable) await writeFileSafely(out, /\.json$/i.test(out) ? photosAsJson(report) : report.csv);
    return report;
  } finally {
    predictor.dispose();
  }
}

/** What is wrong with a photo, with its name: bytes of standard input have none of their own. */
function named(error: FacemarkError, { name, image }: Photo): FacemarkError {
  if (typeof image === 'string') return error;
  return new FacemarkError(error.code, error.message.replace(/^the picture/, name), { cause: error });
}

/** The photos of a report as a JSON document, those that could not be used at the end. */
export function photosAsJson({ photos, failures }: Pick<PhotosJobReport, 'photos' | 'failures'>): string {
  return `${JSON.stringify([...photos, ...failures], null, 2)}\n`;
}

async function draw(
  base: string,
  image: Photo['image'],
  prediction: ImagePrediction,
  limits: ImageLimits,
): Promise<string> {
  return writePicture(base, await drawPhoto(image, prediction, { limits }), { scale: 1 }); // it has the size of a screen already
}

function asCsv(schema: Schema, photos: readonly PredictedPhoto[]): string {
  const header = ['photo', 'face', 'box_x', 'box_y', 'box_width', 'box_height', ...coordinateNames(schema)];
  const rows = photos.flatMap(({ photo, faces }) =>
    faces.map(({ box, landmarks }, face) => [
      photo,
      face,
      ...[box.x, box.y, box.width, box.height].map((value) => Number(value.toFixed(3))),
      ...schema.landmarks.flatMap((name) => [landmarks[name]?.x.toFixed(3), landmarks[name]?.y.toFixed(3)]),
    ]),
  );
  return stringify([header, ...rows]);
}
