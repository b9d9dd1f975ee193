/** The pictures of a job, each as SVG and as PNG. */

import { statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { drawFaces, drawPredictions } from '../draw/faces';
import { drawHistory } from '../draw/history';
import { type RenderPngOptions, renderPng } from '../draw/png';
import { FacemarkError } from '../errors';
import { writeFileSafely } from '../files';
import { type Faces, selectFaces } from '../landmarks/faces';
import type { TrainedNet } from './train-net';

/** Paths of the PNGs; an SVG lies beside each. */
export interface NetPictures {
  /** Faces of the source with their landmarks. */
  readonly samples: string;
  /** Training and validation error by iteration. */
  readonly curve: string;
  /** Validation faces with truth and prediction. */
  readonly predictions: string;
}

const SHOWN = 24; // faces on a sheet

/** Draws what there is to see of one trained network. */
export async function drawNet(
  folder: string,
  faces: Faces,
  validationRows: Int32Array,
  { run, predictor }: TrainedNet,
): Promise<NetPictures> {
  const shown = selectFaces(faces, validationRows.slice(0, SHOWN));
  const predicted = await predictor.predictPoints(shown);
  return {
    samples: await writePicture(join(folder, 'samples'), drawFaces(faces, { limit: SHOWN })),
    curve: await writePicture(join(folder, 'curve'), drawHistory(run.history, { best: run.best })),
    predictions: await writePicture(join(folder, 'predictions'), drawPredictions(shown, predicted)),
  };
}

/**
 * The path of a picture without its ending.
 *
 * @throws FacemarkError `bad-option` for a folder, and for an ending other than .png and .svg
 */
export function pictureBase(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new FacemarkError(
      'bad-option',
      `${path} is a folder; expected the name of a picture, such as ${join(path, 'faces.png')}.`,
    );
  const { ext } = parse(path);
  if (!/^(\.png|\.svg|)$/i.test(ext))
    throw new FacemarkError('bad-option', `${path} ends in ${ext}; expected .png or .svg: both are written.`);
  return path.slice(0, path.length - ext.length);
}

/** Writes `base`.svg and `base`.png, and returns the PNG's path. */
export async function writePicture(base: string, svg: string, options?: RenderPngOptions): Promise<string> {
  await writeFileSafely(`${base}.svg`, svg);
  await writeFileSafely(`${base}.png`, await renderPng(svg, options));
  return `${base}.png`;
}
