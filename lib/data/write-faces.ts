/** Faces as a CSV in Kaggle's layout, whole or not at all; what `readFaces` reads comes back the same. */

import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { writeStreamSafely } from '../files';
import type { Faces } from '../landmarks/faces';
import { coordinateNames } from '../landmarks/schema';

const ROWS_AT_A_TIME = 16; // about half a megabyte of text at 96×96

/**
 * Writes a header and one row a face: coordinates in pixels (empty where not labelled), then the pixels with spaces between them; an
 * `ImageId` in front where the faces are called otherwise than 0, 1, 2 …. Gzipped when the path ends in `.gz`.
 *
 * @throws FacemarkError `output` when the disk refuses; then nothing is left behind
 */
export async function writeFaces(path: string, faces: Faces): Promise<void> {
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
      const image = pixels.subarray(i * size, (i + 1) * size).join(' ');
      return [...(hasIds ? [ids[i]] : []), ...Array.from(coordinates, shortest), image];
    });
    yield Buffer.from(stringify(rows));
  }
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
