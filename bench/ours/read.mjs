/** facemark reads a CSV. */

import { createHash } from 'node:crypto';
import { readFaces, version } from 'facemark';
import { report, settings } from '../as-subject.mjs';

const started = performance.now();
const { count, width, height, pixels, points } = await readFaces(settings.faces);
const seconds = (performance.now() - started) / 1000;
const sha256 = (values) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
const found = [
  [[count, width * height], sha256(pixels)],
  [[count, points.length / count], sha256(points)],
];
report(seconds, found, { facemark: version });
