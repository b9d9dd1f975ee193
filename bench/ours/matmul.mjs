/** A product through tf.matMul on facemark's WASM backend, which computes it on one thread. */

import { join } from 'node:path';
import { tf, useBackend, version } from 'facemark';
import { medianSeconds, readFloats, report, settings } from '../as-subject.mjs';

const { folder, sizes, transposeA, transposeB, budget } = settings;
const [m, k, n] = sizes;
await useBackend();
const operand = (name, shape) => tf.tensor2d(readFloats(join(folder, name)), shape);
const a = operand('a.f32', transposeA ? [k, m] : [m, k]);
const b = operand('b.f32', transposeB ? [n, k] : [k, n]);
const product = () => tf.matMul(a, b, transposeA, transposeB);
const seconds = await medianSeconds(() => product().dispose(), budget);
const c = product();
report(seconds, [...tf.sum(c, 1).dataSync(), ...tf.sum(c, 0).dataSync()], { how: 'one thread', facemark: version });
