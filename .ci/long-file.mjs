/** Reads a stream of faces that is longer than the longest JavaScript string, in memory that does not grow with it. */

import { constants } from 'node:buffer';
import { Readable } from 'node:stream';
import { readFaces } from 'facemark';

const SIDE = 16;
const row = `1,2,${Array(SIDE * SIDE)
  .fill(123)
  .join(' ')}\n`.repeat(1000);
const chunks = Math.ceil(constants.MAX_STRING_LENGTH / row.length) + 1;
function* csv() {
  yield Buffer.from('nose_x,nose_y,Image\n');
  for (let i = 0; i < chunks; i++) yield Buffer.from(row);
}
const started = performance.now();
const faces = await readFaces(Readable.from(csv()), { name: 'a long stream' });
const seconds = (performance.now() - started) / 1000;
if (faces.count !== chunks * 1000 || faces.pixels.some((pixel) => pixel !== 123))
  throw new Error(`read ${faces.count} faces wrongly`);
console.log(
  `${faces.count} rows, ${((chunks * row.length) / 2 ** 20).toFixed(0)} MiB of text (a string ends at ${(constants.MAX_STRING_LENGTH / 2 ** 20).toFixed(0)}), ${seconds.toFixed(1)} s`,
);
