/** Faces as a CSV in Kaggle's layout, whole or not at all; what `readFaces` reads comes back the same. */

import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { FacemarkError } from '../errors';
import { writeStreamSafely } from '../files';
import type { Faces } from '../landmarks/faces';
import { coordinateNames } from '../landmarks/schema';
import { readHeader } from './header';
import { isAtLimit } from './spreadsheet-cut';

const ROWS_AT_A_TIME = 16; // about half a megabyte of text at 96×96

/**
 * Writes a header and one row a face: coordinates in pixels (empty where not labelled), then the pixels with spaces between them; an
 * `ImageId` in front where the faces are called otherwise than 0, 1, 2 …. Gzipped when the path ends in `.gz`.
 *
 * @throws FacemarkError `output` when the disk refuses, and then nothing is left behind; `bad-option` or `bad-header` for names of
 *   landmarks that would not come back
 */
export async function writeFaces(path: string, faces: Faces): Promise<void> {
  checkNames(faces, path);
  const text = Readable.from(textOf(faces));
  await writeStreamSafely(path, path.endsWith('.gz') ? text.compose(createGzip()) : text);
}

function* textOf(faces: Faces): Generator<Buffer> {
  const { schema, count, width, height, pixels, points, ids } = faces;
  const names = coordinateNames(schema);
  const size = width * height;
  const hasIds = ids.some((id, i) => id !== String(i));
  yield Buffer.from(stringify([[...(hasIds ? ['ImageId'] : []), ...names, 'Image']]));
  for (let from = 0; from < count; from += ROWS_AT_A_TIME) {
    const rows = Array.from({ length: Math.min(ROWS_AT_A_TIME, count - from) }, (_, at) => {
      const i = from + at;
      const coordinates = points.subarray(i * names.length, (i + 1) * names.length);
      const image = cellOf(pixels.subarray(i * size, (i + 1) * size), width, height);
      return [...(hasIds ? [ids[i]] : []), ...Array.from(coordinates, shortest), image];
    });
    yield Buffer.from(stringify(rows));
  }
}

/** Gray values with spaces between them; pictures that are no squares as a list of rows, by which the reader knows their size. */
function cellOf(pixels: Uint8Array, width: number, height: number): string {
  if (width !== height)
    return `[${Array.from({ length: height }, (_, y) => `[${pixels.subarray(y * width, (y + 1) * width).join(' ')}]`).join(' ')}]`;
  const text = pixels.join(' ');
  return isAtLimit(Buffer.from(text)) ? `${text} ` : text; // not as long as if a spreadsheet had cut it
}

/** Landmarks whose names do not survive as titles of columns. */
function checkNames({ schema }: Faces, path: string): void {
  const titles = [...coordinateNames(schema), 'Image'].map((title) => Buffer.from(title));
  const { schema: back } = readHeader(titles, path, true);
  const name = schema.landmarks.find((landmark) => !back.landmarks.includes(landmark));
  if (name === undefined) return;
  throw new FacemarkError(
    'bad-option',
    `the landmark ${JSON.stringify(name)} cannot be told from the titles of its columns; expected names of letters and digits, without white space or signs at their ends.`,
  );
}

/** The shortest decimal that reads back as the same float32; empty for NaN. */
function shortest(value: number): string {
  if (Number.isNaN(value)) return '';
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9))); // nine digits always suffice for a float32
}
