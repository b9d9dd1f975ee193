/**
 * Lays out two matrices for a product and multiplies them in float64, the plain way; the result is the sums of the product's rows, then of
 * its columns. `sizes` is [m, k, n]; the floats are the same whether an operand counts as stored or as its transpose.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report, settings } from './as-subject.mjs';

const { folder, sizes, transposeA, transposeB } = settings;
const [m, k, n] = sizes;
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};
const a = Float32Array.from({ length: m * k }, random);
const b = Float32Array.from({ length: k * n }, random);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'a.f32'), a);
writeFileSync(join(folder, 'b.f32'), b);

const [rows, columns] = [new Float64Array(m), new Float64Array(n)];
for (let i = 0; i < m; i++)
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let l = 0; l < k; l++) sum += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
    rows[i] += sum;
    columns[j] += sum;
  }
report(0, [...rows, ...columns]);
