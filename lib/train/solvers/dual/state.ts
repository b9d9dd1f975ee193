/**
 * A descent in the middle: to be read where it lies in the memory of the threads while they wait for an answer, and written into it before they begin.
 * Everything is as it lies there, padding included. The products of rows are not part of it: they come out the same when they are made again.
 */

import { type LiveArray, liveArray, type SolverState } from '../../../bundle/checkpoint';
import type { MemoryPlan } from './memory-plan';

/** @param isBest whether the weights are the best so far, which the threads keep only with the next step */
export function liveState(memory: Float32Array, plan: MemoryPlan, isBest: boolean): SolverState<LiveArray> {
  return {
    weights: views(memory, plan, 'weights', 'bias').map(liveArray),
    best: isBest ? undefined : views(memory, plan, 'bestWeights', 'bestBias').map(liveArray),
    memory: velocities(memory, plan).map(liveArray),
    numbers: new Float64Array(),
    start: [liveArray(start(memory, plan))],
  };
}

/** The way back. */
export function writeState(memory: Float32Array, plan: MemoryPlan, state: SolverState): void {
  const fill = (arrays: readonly Float32Array[], values: readonly Float32Array[]): void => {
    for (const [i, array] of arrays.entries()) array.set(values[i] as Float32Array);
  };
  fill([start(memory, plan)], state.start);
  fill(views(memory, plan, 'weights', 'bias'), state.weights);
  fill(views(memory, plan, 'bestWeights', 'bestBias'), state.best ?? state.weights);
  fill(velocities(memory, plan), state.memory);
}

/** W₁(0). */
function start(memory: Float32Array, { problem, sizes }: MemoryPlan): Float32Array {
  return view(memory, problem.w0, sizes.inputs * (sizes.layers[0]?.units as number));
}

function velocities(memory: Float32Array, plan: MemoryPlan): Float32Array[] {
  return plan.sizes.momentum > 0 ? views(memory, plan, 'velocity', 'biasVelocity') : [];
}

/** Of every layer an array like its kernel, and one like its biases. */
function views(memory: Float32Array, { layers }: MemoryPlan, kernel: string, bias: string): Float32Array[] {
  return layers.flatMap((layer) => [
    view(memory, layer[kernel], (layer.units as number) * (layer.inputs as number)),
    view(memory, layer[bias], layer.units as number),
  ]);
}

function view(memory: Float32Array, address: number | undefined, length: number): Float32Array {
  const at = (address as number) / 4;
  return memory.subarray(at, at + length);
}
