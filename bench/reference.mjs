/**
 * The losses that every side must come to: NumPy's plain loop in float64, from the same split and the same initial weights. It takes a
 * minute, so what it found is kept beside the data, by the data's hash.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { runSubject } from './subject.mjs';

/** @returns iterations → `{ training, validation }`, or undefined without NumPy */
export function referenceLosses({ python }, { folder, sha256 }) {
  return async (iterations) => {
    const path = join(folder, `losses-${iterations}-${sha256.slice(0, 16)}.json`);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
    const settings = { folder, iterations, dtype: 'float64' };
    const { result } = await runSubject(python('the reference', 'numpy_plain.py', settings));
    if (result) await writeFileAtomic(path, JSON.stringify(result));
    return result;
  };
}
