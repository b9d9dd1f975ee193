/** Draws sample faces in a worker: a large one takes some tenths of a second, in which the page should not wait. */

import { createCanvas } from '../../data/synthetic/canvas';
import { drawFace } from '../../data/synthetic/face';
import { kaggleSchema } from '../../landmarks/schema';
import { Random } from '../../random';

self.onmessage = ({ data: { seed, size } }: MessageEvent<{ seed: number; size: number }>) => {
  const gray = new Uint8Array(size * size);
  const points = new Float32Array(kaggleSchema.landmarks.length * 2); // where its landmarks are: known, but not told here
  drawFace(new Random(seed, 'sample face'), createCanvas(size), gray, points);
  self.postMessage({ seed, size, gray });
};
