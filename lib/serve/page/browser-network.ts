/** The network in this browser, as the page sees it; the work is done in `network-worker.ts`. */

import type { NamedPoints } from '../../landmarks/points';
import type { BareBundle } from '../../predict/bare-predictor';
import type { Box } from '../../predict/image/resize';
import type { Pixels } from './decode';

/** What the page asks of the worker. */
export type Question =
  | { readonly kind: 'network'; readonly bundle: BareBundle }
  | { readonly kind: 'photo'; readonly pixels: Pixels }
  | { readonly kind: 'points'; readonly box: Box };

/** Points in pixels of the photo, and what they took. */
export interface Answer {
  readonly landmarks: NamedPoints;
  readonly ms: number;
}

/** Asks the worker; answers come in the order of the questions. */
export function startWorker(): (question: Question) => Promise<Answer> {
  const worker = new Worker('/page/network-worker.js', { type: 'module' });
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let last = 0;
  worker.onmessage = ({ data: { id, answer, problem } }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) asked?.resolve(answer);
    else asked?.reject(new Error(problem));
  };
  worker.onerror = ({ message }) => {
    for (const asked of waiting.values()) asked.reject(new Error(message || 'its worker cannot be started'));
  };
  return (question) => {
    const asked = Promise.withResolvers<Answer>();
    waiting.set(++last, asked);
    worker.postMessage({ id: last, question }, question.kind === 'photo' ? [question.pixels.data.buffer] : []);
    return asked.promise;
  };
}
