/**
 * Micro-batching: faces that become ready while the network computes wait for it together, and go through it in one go. Nothing is
 * ever held back to wait for more, and between two goes the event loop does what else there is.
 */

import type { FaceNetwork } from '../predict/predict-image';
import { nameFaces, type Predictor } from '../predict/predictor';

const BATCH = 64; // faces in one go at most, as in `predictor.predictPoints`

/** Computes [n, 2k] coordinates of n faces [n, height·width]. */
export type Network = (pixels: Uint8Array) => Promise<Float32Array>;

interface Waiting {
  readonly pixels: Uint8Array;
  resolve(points: Float32Array): void;
  reject(thrown: unknown): void;
}

/**
 * The same network for many callers at once.
 *
 * @param size pixels of a face
 * @param coordinates of a face, 2k
 * @param most faces in one go
 */
export function microBatched(network: Network, size: number, coordinates: number, most = BATCH): Network {
  const waiting: Waiting[] = [];
  let isComputing = false;

  async function compute(): Promise<void> {
    isComputing = true;
    while (waiting.length > 0) {
      const some = waiting.splice(0, fitting(waiting, size, most));
      try {
        const points = await network(joined(some));
        let at = 0;
        for (const { pixels, resolve } of some) {
          const end = at + (pixels.length / size) * coordinates;
          resolve(points.slice(at, end));
          at = end;
        }
      } catch (thrown) {
        for (const { reject } of some) reject(thrown);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    isComputing = false;
  }

  return (pixels) => {
    if (pixels.length % size !== 0) return network(pixels); // no whole faces: it is refused, and nobody else is
    return new Promise((resolve, reject) => {
      waiting.push({ pixels, resolve, reject });
      if (!isComputing) setImmediate(() => isComputing || void compute()); // what else is ready in this turn comes along
    });
  };
}

/**
 * A predictor's network for many callers at once.
 *
 * @param most as for `microBatched`
 */
export function batchedThrough({ predictPoints, width, height, schema }: Predictor, most?: number): Network {
  return microBatched(predictPoints, width * height, 2 * schema.landmarks.length, most);
}

/** Faces through such a network: the landmarks of each. */
export function namedFaces({ width, height, schema }: Predictor, network: Network): FaceNetwork {
  return { width, height, predictFaces: async (pixels) => nameFaces(schema, await network(pixels)) };
}

/** How many of those that wait fit into a batch; one that is longer than a batch goes alone. */
function fitting(waiting: readonly Waiting[], size: number, most: number): number {
  let faces = 0;
  let count = 0;
  for (const { pixels } of waiting) {
    faces += pixels.length / size;
    if (count > 0 && faces > most) break;
    count++;
  }
  return count;
}

function joined(some: readonly Waiting[]): Uint8Array {
  const [only] = some;
  if (some.length === 1 && only) return only.pixels;
  const all = new Uint8Array(some.reduce((sum, { pixels }) => sum + pixels.length, 0));
  let at = 0;
  for (const { pixels } of some) {
    all.set(pixels, at);
    at += pixels.length;
  }
  return all;
}
