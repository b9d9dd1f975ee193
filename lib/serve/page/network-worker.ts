/**
 * The browser's own prediction, in a worker, so that the page never waits: the network in plain TensorFlow.js, the photo turned to gray, cut
 * and resized by the functions that the server runs.
 */

import { type BareBundle, type BarePredictor, barePredictor } from '../../predict/bare-predictor';
import type { GrayImage } from '../../predict/image/gray';
import { lumaOf } from '../../predict/image/luma';
import type { Box } from '../../predict/image/resize';
import type { Answer, Question } from './browser-network';
import type { Pixels } from './decode';

type TensorFlow = Parameters<typeof barePredictor>[0];

const SCRIPTS = ['tf-core.js', 'tf-backend-cpu.js', 'tf-layers.js']; // each needs those before it

let predictor: Promise<BarePredictor> | undefined;
let photo: GrayImage | undefined;

self.onmessage = async ({ data: { id, question } }: MessageEvent<{ id: number; question: Question }>) => {
  try {
    self.postMessage({ id, answer: await answerTo(question) });
  } catch (thrown) {
    self.postMessage({ id, problem: (thrown as Error).message });
  }
};

async function answerTo(question: Question): Promise<Answer | undefined> {
  if (question.kind === 'network') predictor = load(question.bundle);
  if (question.kind === 'photo') photo = grayOf(question.pixels);
  return question.kind === 'points' ? predict(question.box) : void (await predictor);
}

async function load(bundle: BareBundle): Promise<BarePredictor> {
  for (const script of SCRIPTS) await import(`./${script}`);
  const { tf } = globalThis as unknown as { tf: TensorFlow };
  await tf.ready();
  return barePredictor(tf, bundle);
}

function grayOf({ data, width, height }: Pixels): GrayImage {
  return { width, height, pixels: lumaOf(new Uint8Array(data.buffer), 4) };
}

async function predict(box: Box): Promise<Answer> {
  if (!predictor || !photo) throw new Error('it waits for its network');
  const find = await predictor;
  const start = performance.now();
  const landmarks = await find(photo, box);
  return { landmarks, ms: performance.now() - start };
}
