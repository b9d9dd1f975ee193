/**
 * Sheets of faces with landmarks: the ground truth as rings, predictions as crosses, a line between the two, so that the error is seen.
 *
 * The centre of the first pixel is (0, 0), so the picture that is drawn from 0 to width begins at the coordinate −0.5.
 */

import { FacemarkError } from '../errors';
import { type Faces, selectFaces } from '../landmarks/faces';
import { checkNumber, withDefaults } from '../options';
import { cross, errorLine, near, ring } from './marks';
import { grayPngUri, round, textAt } from './svg';
import { type Theme, type ThemeName, themeOf } from './theme';

export interface DrawFacesOptions {
  /** Which faces, in this order; the first `limit` by default. */
  readonly rows?: ArrayLike<number>;
  /** How many faces at most when `rows` does not say. */
  readonly limit?: number;
  readonly columns?: number;
  /** Width of a face on the sheet, in pixels of the SVG. */
  readonly faceWidth?: number;
  /** Whether the ground truth is drawn, where there is one. */
  readonly truth?: boolean;
  readonly title?: string;
  /** Whether each face's name, and the error of its prediction, stand below it. */
  readonly captions?: boolean;
  readonly theme?: ThemeName;
}

export const DRAW_FACES_DEFAULTS = Object.freeze({
  limit: 24,
  columns: 6,
  faceWidth: 160,
  truth: true,
  captions: true,
  theme: 'light' as ThemeName,
});

const MARGIN = 16;
const GAP = 10;
const CAPTION = 18; // height of a caption
const TITLE = 26;
const LEGEND = 24;

/**
 * Draws faces with their landmarks.
 *
 * @returns an SVG document
 * @throws FacemarkError `bad-option` for an option out of range or a row that is no face
 */
export function drawFaces(faces: Faces, options: DrawFacesOptions = {}): string {
  return drawSheet(faces, undefined, options);
}

/**
 * Draws faces with predictions, and with their ground truth where there is one.
 *
 * @param predicted [n, 2k] coordinates in pixels for all of `faces`, as `predictor.predictPoints(faces)` returns them
 * @returns an SVG document
 * @throws FacemarkError `mismatch` when `predicted` has another length, `bad-option` as `drawFaces`
 */
export function drawPredictions(faces: Faces, predicted: Float32Array, options: DrawFacesOptions = {}): string {
  if (predicted.length !== faces.points.length)
    throw new FacemarkError(
      'mismatch',
      `there are ${predicted.length} predicted coordinates for ${faces.count} faces; expected ${faces.points.length}, as predictPoints returns them for the same faces.`,
    );
  return drawSheet(faces, predicted, options);
}

function drawSheet(faces: Faces, predicted: Float32Array | undefined, options: DrawFacesOptions): string {
  const { rows, title, limit, columns, faceWidth, truth, captions, theme } = withDefaults(DRAW_FACES_DEFAULTS, options);
  for (const [name, value] of Object.entries({ limit, columns, faceWidth }))
    checkNumber(name, value, { integer: name !== 'faceWidth', atLeast: 1 });
  const colours = themeOf(theme);
  const indices = rows ?? Array.from({ length: Math.min(limit, faces.count) }, (_, i) => i);
  const shown = selectFaces(faces, indices);
  const coordinates = faces.schema.landmarks.length * 2;
  const across = Math.max(1, Math.min(columns, shown.count));
  const down = Math.ceil(shown.count / across);
  const scale = faceWidth / faces.width;
  const cell = { width: faceWidth, height: faces.height * scale + (captions ? CAPTION : 0) };
  const legend = drawLegend(
    truth && shown.points.some((value) => !Number.isNaN(value)),
    predicted !== undefined,
    colours,
  );
  const top = MARGIN + (title ? TITLE : 0) + (legend ? LEGEND : 0);
  const width = Math.max(2 * MARGIN + across * cell.width + (across - 1) * GAP, legend ? 300 : 0);
  const height = top + down * cell.height + Math.max(0, down - 1) * GAP + MARGIN;

  const drawn = Array.from({ length: shown.count }, (_, i) => {
    const from = (indices[i] as number) * coordinates;
    const face: DrawnFace = {
      pixels: shown.pixels.subarray(i * faces.width * faces.height, (i + 1) * faces.width * faces.height),
      truth: shown.points.subarray(i * coordinates, (i + 1) * coordinates),
      predicted: predicted?.subarray(from, from + coordinates),
      id: shown.ids[i] as string,
    };
    const x = MARGIN + (i % across) * (cell.width + GAP);
    const y = top + Math.floor(i / across) * (cell.height + GAP);
    return `<g transform="translate(${round(x)} ${round(y)})">${drawFace(face, faces, scale, truth, captions ? colours : undefined)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}">`,
    `<rect width="100%" height="100%" fill="${colours.background}"/>`,
    title ? textAt(MARGIN, MARGIN + 14, title, { size: 16, fill: colours.text, weight: 600 }) : '',
    legend && `<g transform="translate(${MARGIN} ${MARGIN + (title ? TITLE : 0)})">${legend}</g>`,
    ...drawn,
    '</svg>',
  ].join('\n');
}

interface DrawnFace {
  readonly pixels: Uint8Array;
  readonly truth: Float32Array;
  readonly predicted: Float32Array | undefined;
  readonly id: string;
}

function drawFace(
  face: DrawnFace,
  { width, height, schema }: Faces,
  scale: number,
  withTruth: boolean,
  captions: Theme | undefined,
): string {
  const marks: string[] = [];
  let sum = 0;
  let count = 0;
  schema.landmarks.forEach((name, j) => {
    const at = (points: Float32Array | undefined): [number, number] | undefined => {
      const x = points?.[2 * j] ?? Number.NaN;
      const y = points?.[2 * j + 1] ?? Number.NaN;
      return Number.isNaN(x) || Number.isNaN(y) ? undefined : [(x + 0.5) * scale, (y + 0.5) * scale];
    };
    const truth = at(face.truth);
    const predicted = at(face.predicted);
    if (truth && predicted) {
      sum += ((truth[0] - predicted[0]) / scale) ** 2 + ((truth[1] - predicted[1]) / scale) ** 2;
      count += 2;
      if (withTruth) marks.push(errorLine(near(truth), near(predicted)));
    }
    if (truth && withTruth) marks.push(ring(near(truth), face.predicted === undefined, name));
    if (predicted) marks.push(cross(near(predicted), name));
  });
  const caption = count > 0 ? `${face.id} · ${Math.sqrt(sum / count).toFixed(1)} px` : face.id;
  const [w, h] = [round(width * scale), round(height * scale)];
  return [
    `<svg width="${w}" height="${h}" overflow="hidden"><image width="${w}" height="${h}" href="${grayPngUri(face.pixels, width, height)}"/>`,
    ...marks,
    '</svg>', // what lies outside of the picture does not cover its neighbours
    captions
      ? textAt(0, height * scale + 13, shortened(caption, width * scale), { size: 11, fill: captions.muted })
      : '',
  ].join('');
}

function drawLegend(hasTruth: boolean, hasPredictions: boolean, { text }: Theme): string {
  const items: string[] = [];
  const add = (mark: string, words: string) => {
    const x = items.length === 0 ? 0 : 130;
    items.push(`<g transform="translate(${x} 0)">${mark}${textAt(14, 12, words, { size: 12, fill: text })}</g>`);
  };
  if (hasTruth) add(ring([5, 8], !hasPredictions), 'ground truth');
  if (hasPredictions) add(cross([5, 8]), 'prediction');
  return items.join('');
}

/** A caption that fits below a face: about 6 pixels a letter. */
function shortened(text: string, width: number): string {
  const letters = Math.max(4, Math.floor(width / 6));
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
