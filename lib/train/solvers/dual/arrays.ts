/**
 * The arrays of a descent on their way into the memory of the threads and out of it. There samples go in panels of eight and units in
 * fours (`problem.as.ts`); outside matrices lie row by row, as tfjs has them.
 */

import type { Tensor, Tensor2D } from '../../../backend/tf';
import type { Part } from '../../../prepare/prepare';
import { type MemoryPlan, padded } from './memory-plan';

const PORTION = 2 ** 20; // floats copied in one go: about 2 ms

/** Copies both parts of the data into the memory; `breathe` is awaited between portions. */
export async function writeData(
  memory: Float32Array,
  { problem }: MemoryPlan,
  { train, validation }: { readonly train: Part; readonly validation: Part },
  breathe: () => Promise<void>,
): Promise<void> {
  let row = 0;
  for (const { x, y, mask } of [train, validation]) {
    const [samples, inputs] = x.shape;
    const pixels = x.dataSync();
    const at = float(problem.x) + row * inputs;
    for (let from = 0; from < pixels.length; from += PORTION) {
      memory.set(pixels.subarray(from, from + PORTION), at + from);
      await breathe();
    }
    await breathe();
    intoPanels(memory, float(problem.y), row, y, y.dataSync());
    intoPanels(memory, float(problem.mask), row, y, mask?.dataSync());
    row += Math.ceil(samples / 8) * 8;
  }
}

/** [samples, units] → [panel][units][8] from a row on; without values, ones. */
function intoPanels(memory: Float32Array, at: number, row: number, { shape }: Tensor2D, values?: ArrayLike<number>) {
  const [samples, units] = shape;
  for (let i = 0; i < samples; i++) {
    const place = at + ((row + i) >> 3) * padded(units) * 8 + ((row + i) & 7);
    for (let j = 0; j < units; j++) memory[place + j * 8] = values ? (values[i * units + j] as number) : 1;
  }
}

/** Copies the model's weights into the memory: W₁(0) as it is, all others in fours. */
export async function writeWeights(
  memory: Float32Array,
  { problem, layers, sizes }: MemoryPlan,
  weights: readonly Tensor[],
  breathe: () => Promise<void>,
): Promise<void> {
  let next = 0;
  for (const [l, { useBias }] of sizes.layers.entries()) {
    const layer = layers[l] as (typeof layers)[number];
    const kernel = (weights[next++] as Tensor2D).dataSync();
    if (l === 0) memory.set(kernel, float(problem.w0));
    else
      for (let i = 0; i < (sizes.layers[l - 1]?.units as number); i++) {
        eachUnit(layer, i, float(layer.weights), (place, at) => {
          memory[place] = kernel[at] as number;
        });
        await breathe();
      }
    if (useBias) memory.set((weights[next++] as Tensor).dataSync(), float(layer.bias));
  }
}

/** The weights after the descent, in the model's order; W₁ is the one that the threads have made. */
export async function readWeights(
  memory: Float32Array,
  { problem, layers, sizes }: MemoryPlan,
  which: 'last' | 'best',
  breathe: () => Promise<void>,
): Promise<Float32Array[]> {
  const copy = (at: number, length: number): Float32Array => memory.slice(at, at + length);
  const weights: Float32Array[] = [];
  for (const [l, { units, useBias }] of sizes.layers.entries()) {
    const layer = layers[l] as (typeof layers)[number];
    const below = l === 0 ? sizes.inputs : (sizes.layers[l - 1]?.units as number);
    const kernel = l === 0 ? copy(float(problem[which]), below * units) : new Float32Array(below * units);
    for (let i = 0; l > 0 && i < below; i++) {
      eachUnit(layer, i, float(which === 'last' ? layer.weights : layer.bestWeights), (place, at) => {
        kernel[at] = memory[place] as number;
      });
      await breathe();
    }
    weights.push(kernel);
    if (useBias) weights.push(copy(float(which === 'last' ? layer.bias : layer.bestBias), units));
  }
  return weights;
}

/** The weights of input i of a layer: their places in [units / 4][inputs][4], and in [inputs, units]. */
function eachUnit(
  { realUnits, inputs }: Readonly<Record<string, number>>,
  i: number,
  start: number,
  visit: (place: number, at: number) => void,
): void {
  const units = realUnits as number;
  for (let j = 0; j < units; j++) visit(start + (j >> 2) * (inputs as number) * 4 + i * 4 + (j & 3), i * units + j);
}

function float(address: number | undefined): number {
  return (address as number) / 4;
}
