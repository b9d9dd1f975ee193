/** Which column of a table of faces is what: coordinates, pixels, names. The header decides; its order does not matter. */

import { FacemarkError } from '../errors';
import { KAGGLE_LANDMARKS, kaggleSchema, type Schema, schemaOf } from '../landmarks/schema';
import { textOf } from './text';

/** A name ending in x or y, perhaps after _ . - or a space: `nose_tip_x`, `pt1y`. */
const COORDINATE = /^(?<name>.*[^_.\- ])[_.\- ]?(?<axis>[xy])$/i;
/** A number after x or y, as OpenFace writes it: `x_0`, `y12`. */
const NUMBERED = /^(?<axis>[xy])[_.\- ]?(?<name>\d+)$/i;
/** A unit behind a title: `nose_x (px)`. */
const PIXEL_UNIT = /\s*[([](px|pixels?)[)\]]$/i;
export const PIXELS = /^(image|images|pixels?|img)$/i;
export const ID = /^(image|face|row|photo)?[_ ]?(id|name|file|file[_ ]?name)$/i;

const ONE_COLUMN_EACH = 16; // numbered columns from which on they are taken for pixels; a 4×4 picture has as many

export interface Layout {
  /** Titles of all columns. */
  readonly titles: readonly string[];
  readonly schema: Schema;
  /** [2k] column of each coordinate, x and y in turn; empty for a file without landmarks. */
  readonly coordinates: readonly number[];
  /** Column of the pixels, or -1 when only the content can tell. */
  readonly pixels: number;
  /** Column that names the faces, or -1. */
  readonly id: number;
  /** Columns of no use. */
  readonly ignored: readonly number[];
}

/**
 * Reads a header.
 *
 * @param where the file and the line, for messages
 * @throws FacemarkError `bad-header` for a title that stands twice, several columns of pixels, or no landmarks where they are required
 */
export function readHeader(fields: readonly Buffer[], where: string, labelsRequired: boolean): Layout {
  const titles = fields.map((field) => textOf(field, where).replace(PIXEL_UNIT, ''));
  refuseRows(titles, where);
  refuseTwice(titles, where);

  const { landmarks, columns } = findLandmarks(titles, where);
  if (landmarks.length === 0 && labelsRequired)
    throw bad(
      `${where}: there are no coordinate columns, such as nose_tip_x and nose_tip_y (found ${shortList(titles)}); a file without landmarks can be predicted, but not trained on or scored.`,
    );
  const taken = new Set(columns.values());
  const rest = titles.map((_, i) => i).filter((i) => !taken.has(i));
  const named = rest.filter((i) => PIXELS.test(titles[i] as string));
  if (named.length > 1)
    throw bad(
      `${where}: ${shortList(named.map((i) => titles[i] as string))} could all be the pixels; expected one column of them.`,
    );
  const pixels = named[0] ?? -1;
  const id = rest.find((i) => i !== pixels && ID.test(titles[i] as string)) ?? -1;

  const isKaggles =
    landmarks.length === KAGGLE_LANDMARKS.length && KAGGLE_LANDMARKS.every((name) => landmarks.includes(name));
  const schema = landmarks.length === 0 || isKaggles ? kaggleSchema : schemaOf(landmarks);
  const coordinates =
    landmarks.length === 0
      ? []
      : schema.landmarks.flatMap((name) => [columns.get(`${name} x`) as number, columns.get(`${name} y`) as number]);
  return { titles, schema, coordinates, pixels, id, ignored: rest.filter((i) => i !== pixels && i !== id) };
}

const SEVERAL_NUMBERS = /^[[(\s]*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[\])]*[\s,|;]+[[(\s]*[+-]?[.\d]/i;

/**
 * The column of the pixels by the content of the first row: the only one that holds several numbers.
 *
 * @throws FacemarkError `bad-header` when there is none, or several
 */
export function findPixels({ titles, ignored }: Layout, fields: readonly Buffer[], where: string): number {
  const head = (i: number) => (fields[i] ?? Buffer.alloc(0)).toString('latin1', 0, 64).trim();
  const found = ignored.filter((i) => SEVERAL_NUMBERS.test(head(i)));
  if (found.length === 1) {
    const empty = ignored.find((i) => head(i) === '' && titles[i] !== '');
    if (empty === undefined) return found[0] as number;
    found.push(empty); // its pixels may be missing in this row alone
  }
  if (found.length > 1)
    throw bad(
      `${where}: ${shortList(found.map((i) => titles[i] as string))} could all be the pixels; name the right column Image.`,
    );
  throw bad(
    `${where}: there is no column of pixels, such as Image (found ${shortList(titles)}); expected one with the gray values of a face, from 0 to 255, with spaces between them.`,
  );
}

/** @throws FacemarkError `bad-header` for a title that stands twice */
export function refuseTwice(titles: readonly string[], where: string): void {
  const seen = new Set<string>();
  for (const title of titles) {
    if (title !== '' && seen.has(title))
      throw bad(`${where}: the column ${title} stands twice; expected every column once.`);
    seen.add(title);
  }
}

/**
 * Refuses what is no header in Kaggle's layout: a row of numbers, or a column for every pixel.
 *
 * @throws FacemarkError `bad-header`
 */
function refuseRows(titles: readonly string[], where: string): void {
  const numbers = titles.filter((title) => /^[+-]?(\d+[.,]?\d*|[.,]\d+)$/.test(title));
  if (
    titles.some((title) => SEVERAL_NUMBERS.test(title)) ||
    (numbers.length > titles.length / 2 && numbers.some((title) => /[.,]/.test(title)))
  )
    throw bad(
      `${where}: found numbers (${shortList(titles)}); expected a header with a title for every column, such as nose_tip_x,nose_tip_y,Image.`,
    );
  const single = titles.filter((title) => /^(pixels?|px|p|image)?[_ ]?\d+$/i.test(title));
  if (single.length >= ONE_COLUMN_EACH)
    throw bad(
      `${where}: ${single.length} columns (${shortList(single)}) seem to hold one pixel each; expected one column Image with all of them, with spaces in between: in pandas df['Image'] = df[columns].astype(str).agg(' '.join, axis=1).`,
    );
}

/** Landmarks whose x and y are both there, in the order of their first column. */
function findLandmarks(
  titles: readonly string[],
  where: string,
): { landmarks: string[]; columns: Map<string, number> } {
  const found = new Map<string, { x?: number; y?: number }>();
  titles.forEach((title, i) => {
    const match = NUMBERED.exec(title) ?? COORDINATE.exec(title);
    if (!match) return;
    const { name, axis } = match.groups as { name: string; axis: string };
    if (ID.test(name) || PIXELS.test(name) || /^unnamed\b/i.test(name)) return; // ImageId_x: a suffix of pandas' merge
    const pair = found.get(name) ?? {};
    const other = pair[axis.toLowerCase() as 'x' | 'y'];
    if (other !== undefined)
      throw bad(
        `${where}: ${titles[other]} and ${title} both give the ${axis.toLowerCase()} of ${name}; expected one column for it: remove or rename the other.`,
      );
    found.set(name, { ...pair, [axis.toLowerCase()]: i });
  });
  const columns = new Map<string, number>();
  const landmarks: string[] = [];
  for (const [name, { x, y }] of found) {
    if (x === undefined || y === undefined) {
      refuseHalf(titles[(x ?? y) as number] as string, x === undefined ? 'x' : 'y', where);
      continue;
    }
    const base = /^(.*)_x$/.exec(name)?.[1];
    if (base !== undefined && found.has(`${base}_y`))
      throw bad(
        `${where}: ${base}_x and ${base}_y have a further _x and _y behind them, as pandas' merge writes them; expected each coordinate once: merge without suffixes.`,
      );
    landmarks.push(name);
    columns.set(`${name} x`, x).set(`${name} y`, y);
  }
  return { landmarks, columns };
}

/**
 * A coordinate without its other half is a slip of the pen; `sex` and `city`, which end in x and y too, are not.
 *
 * @throws FacemarkError `bad-header`
 */
function refuseHalf(title: string, missing: 'x' | 'y', where: string): void {
  if (!/[_.\- ][xy]$/i.test(title) && !NUMBERED.test(title)) return;
  throw bad(
    `${where}: ${title} has no ${missing} beside it; expected both coordinates of a landmark under the same name: correct the titles, or rename the column.`,
  );
}

function shortList(titles: readonly string[]): string {
  const shown = titles
    .slice(0, 6)
    .map((title) => (title === '' ? '(no name)' : title.replace(/\s+/g, ' ').slice(0, 40)));
  return titles.length > 6 ? `${shown.join(', ')} and ${titles.length - 6} more` : shown.join(', ');
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-header', message);
}
