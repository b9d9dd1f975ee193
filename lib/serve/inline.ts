/**
 * Inline answers: small faces that the process which listens answers itself. What is around the prediction takes three times as much of the
 * processors by a worker, and has to wake another process; a picture of 96×96 and a small network take less than that.
 *
 * Only what JavaScript, WebAssembly and Node's own zlib compute is done here, which no picture can crash. Everything else goes to a worker:
 * what takes longer, and whatever sharp has to decode.
 */

import { isCurrent, useBackend } from '../backend/choose';
import type { Parts } from '../bundle/parts';
import { predictorOf } from '../predict/bundle';
import type { ImageLimits } from '../predict/image/limits';
import type { Box } from '../predict/image/resize';
import { type FaceNetwork, type ImagePrediction, predictSmall } from '../predict/predict-image';
import type { Predictor } from '../predict/predictor';
import { batchedThrough, namedFaces } from './micro-batch';

// What a request takes around its prediction, in milliseconds of a processor: answered here, and by a worker in all processes together, with
// those who ask, or a proxy for them, on the same machine. docs/serving.md has the measurements.
const [HERE_MS, BY_WORKER_MS] = [0.12, 0.365];
const ALONE_MS = 1; // for which others may be held, who come while nobody else is inside
const MOST_PIXELS = 16_384; // 128×128: some 0.1 ms to decode
const MOST_BYTES = 2 ** 15; // of a file: twice as many as gray pixels, and made to be slow it takes 2 ms
const TRIAL = { faces: 8, ms: 100 }; // of each network at the start

export interface InlineAnswers {
  /**
   * Answers one request, if it is one to be answered here.
   *
   * @param isAlone whether no other is inside
   * @returns undefined for one that a worker should answer
   * @throws FacemarkError as `pool.predictImage`
   */
  predictImage(
    image: Uint8Array,
    request: { readonly model: string; readonly box: Box | undefined; readonly isAlone: boolean },
  ): Promise<ImagePrediction> | undefined;
  /** How many it has answered. */
  readonly answered: number;
  /** Frees the networks. */
  dispose(): void;
}

/**
 * Makes the networks ready in this thread, on WebAssembly: the caller has seen that it suits this process. When another engine computes here later,
 * workers answer all. A network that takes too long for any is not kept.
 *
 * @param bundles by the names of the networks
 * @param limits of photos; how long bodies are has been looked at
 * @param processors that this process and the workers share
 */
export async function inlineAnswers(
  bundles: Readonly<Record<string, Parts>>,
  limits: Partial<ImageLimits>,
  processors: number,
): Promise<InlineAnswers> {
  await useBackend('wasm');
  const networks = new Map<string, Inline>();
  const dispose = (): void => {
    for (const { predictor } of networks.values()) predictor.dispose();
  };
  try {
    for (const [model, parts] of Object.entries(bundles)) {
      const predictor = await predictorOf(parts, true);
      const network = inlineThrough(predictor, await faceMsOf(predictor));
      if (network.faceMs > ALONE_MS) predictor.dispose();
      else networks.set(model, network);
    }
  } catch (thrown) {
    dispose();
    throw thrown;
  }
  const worthMs = longestWorth(processors);
  let answered = 0;
  return {
    predictImage(image, { model, box, isAlone }) {
      const network = networks.get(model);
      if (!network || image.length > MOST_BYTES || !isCurrent('wasm')) return undefined;
      if (!isAlone && network.faceMs > worthMs) return undefined;
      const prediction = predictSmall(network.faces, image, { mostPixels: MOST_PIXELS, limits, ...(box && { box }) });
      if (prediction) answered++;
      return prediction;
    },
    get answered() {
      return answered;
    },
    dispose,
  };
}

/** A network that answers here. */
interface Inline {
  readonly predictor: Predictor;
  readonly faces: FaceNetwork;
  /** How long it takes for a face. */
  readonly faceMs: number;
}

/** So many faces go through it together that nobody waits for longer than for one who was alone. */
function inlineThrough(predictor: Predictor, faceMs: number): Inline {
  const most = Math.max(1, Math.floor(ALONE_MS / faceMs));
  return { predictor, faces: namedFaces(predictor, batchedThrough(predictor, most)), faceMs };
}

/**
 * The longest prediction p with which this process alone answers more requests in a second than all processors do by workers,
 *
 *     here + p < (by worker + p) / processors
 *
 * @returns next to nothing for three processors and below 0 for more: there handing over is better always, but for who is alone and need wake nobody
 */
export function longestWorth(processors: number): number {
  if (processors === 1) return ALONE_MS;
  return (BY_WORKER_MS - processors * HERE_MS) / (processors - 1);
}

/**
 * How long a face takes, in milliseconds, of several at a time as they come where there is much to do: the least of some, since what is more is
 * V8, which compiles the way, or others on this machine.
 */
async function faceMsOf({ predictPoints, width, height }: Predictor): Promise<number> {
  const faces = new Uint8Array(TRIAL.faces * width * height);
  const until = performance.now() + TRIAL.ms;
  let least = Infinity;
  while (performance.now() < until) {
    const begun = performance.now();
    await predictPoints(faces);
    least = Math.min(least, performance.now() - begun);
    await new Promise((resolve) => setImmediate(resolve)); // a host has other things to do
  }
  return least / TRIAL.faces;
}
