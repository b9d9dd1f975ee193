/**
 * The pool: predictions in workers, beside the host's event loop. Photos are decoded there too; photos that wait go through the network
 * together. Each engine has the workers that suit it (docs/serving.md has the measurements): threads for `wasm` and `cpu`, processes for
 * `tensorflow`, whose native code may end the process it is in.
 */

import { availableParallelism } from 'node:os';
import { type BackendName, expectedBackend } from '../backend/choose';
import type { Parts } from '../bundle/parts';
import { checkNumber, checkOneOf, withDefaults } from '../options';
import { type ImageLimits, limitsOf } from '../predict/image/limits';
import type { ImageInput } from '../predict/image/open-image';
import type { Box } from '../predict/image/resize';
import type { ImagePrediction } from '../predict/predict-image';
import { Crew, type CrewStatus } from './crew';
import type { InferenceBody } from './inference/infer';
import { ISOLATIONS, type Isolation, isolationOf } from './link';
import { type Bundles, chooseModel, modelOf, type PoolModel, readBundles } from './networks';
import type { PredictAnswer, PredictReady, PredictStart, PredictWork } from './predict-work';
import { sendable } from './sendable';

export interface PoolOptions {
  /** How many workers; by default one for each core, at most 8. */
  readonly workers?: number;
  /** Photos that a worker has at a time: while some are decoded, others go through the network together. */
  readonly concurrency?: number;
  /** Requests that may wait for a worker; one more is refused with `overloaded`. */
  readonly maxQueue?: number;
  /** Time for a request, waiting included; Infinity for no end. A worker that is silent for as long afterwards is replaced. */
  readonly timeoutMs?: number;
  /** Whether workers are threads of this process or processes of their own; by default what suits the engine. */
  readonly isolation?: Isolation;
  /** Engine to force in the workers. */
  readonly backend?: BackendName;
  /** How large photos may be. */
  readonly limits?: Partial<ImageLimits>;
}

export const POOL_DEFAULTS = Object.freeze({
  workers: Math.min(availableParallelism(), 8), // each holds an engine and the networks, 60 to 150 MB
  concurrency: 16, // small faces that go through the network together; sharp decodes four at a time, however many wait
  maxQueue: 256, // some seconds of work
  timeoutMs: 30_000,
});

const HEAP_MB = 512; // of a worker's objects: an inference of 16 MB of JSON takes 200, and nothing may take the host's memory

/** What is asked for beside the picture. */
export interface PoolRequest {
  /** Which of several networks; not needed when there is one. */
  readonly model?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the pool's. */
  readonly timeoutMs?: number | undefined;
}

export interface PoolStatus extends CrewStatus {
  readonly backend: { readonly name: string; readonly why: string };
  readonly isolation: Isolation;
}

export interface Pool {
  /** The networks by name. */
  readonly models: Readonly<Record<string, PoolModel>>;
  /** Their bundles as they were read, by name: what every worker has. */
  readonly bundles: Readonly<Record<string, Parts>>;
  /**
   * One photo → the landmarks of the face in the box, or of the whole photo.
   *
   * @param image must not change until the promise is settled
   * @throws FacemarkError as `predictor.predictImage`; `overloaded`, `timeout`, `aborted`, `closed`, `no-model`; `worker` when two workers
   *   died of it, one after the other
   */
  predictImage(image: ImageInput, request?: PoolRequest & { readonly box?: Box | undefined }): Promise<ImagePrediction>;
  /**
   * Faces [n, height·width] as the network takes them → [n, 2k] coordinates in their pixels.
   *
   * @throws FacemarkError as `predictImage`; `mismatch` for another length
   */
  predictPoints(pixels: Uint8Array, request?: PoolRequest): Promise<Float32Array>;
  /** A request of the Open Inference Protocol v2, body in, body out: what `facemark serve` answers with. */
  infer(request: InferenceBody, options?: PoolRequest): Promise<InferenceBody>;
  /** Resolves as soon as the pool would take another request: for callers that can wait, such as a consumer of a queue. */
  room(): Promise<void>;
  status(): PoolStatus;
  /** Takes no more requests, answers those it has, and ends the workers. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts workers that predict; they do not keep the process alive while they have nothing to do.
 *
 * @param bundles the folder of a bundle, or several by name; they are read once, every worker has the same weights
 * @throws FacemarkError `bad-file` for a broken bundle, `backend` when the engine does not start, `bad-option`
 */
export async function createPool(bundles: Bundles, options: PoolOptions = {}): Promise<Pool> {
  const { workers, concurrency, maxQueue, timeoutMs, ...asked } = withDefaults(POOL_DEFAULTS, options);
  checkNumber('workers', workers, { integer: true, atLeast: 1 });
  checkNumber('concurrency', concurrency, { integer: true, atLeast: 1 });
  checkNumber('maxQueue', maxQueue, { integer: true, atLeast: 0 });
  checkTimeout(timeoutMs);
  if (asked.isolation !== undefined) checkOneOf('isolation', asked.isolation, ISOLATIONS);
  const limits = limitsOf(asked.limits);
  const parts = await readBundles(bundles);
  const models = Object.fromEntries(Object.entries(parts).map(([name, bundle]) => [name, modelOf(bundle)]));
  const backend = await expectedBackend(asked.backend);
  const isolation = asked.isolation ?? isolationOf(backend);
  const { crew, ready } = await Crew.start<PredictStart, PredictWork, PredictAnswer, PredictReady>({
    ...{ name: 'facemark pool', file: 'serve/predict-worker.js', isolation, workers, concurrency, maxQueue },
    hangMs: Number.isFinite(timeoutMs) ? timeoutMs : POOL_DEFAULTS.timeoutMs,
    ...{ heapMb: HEAP_MB, env: shareOfCores(workers), start: { bundles: parts, backend, limits } },
  });

  function ask<Kind extends PredictWork['kind']>(
    work: (model: string) => PredictWork & { readonly kind: Kind },
    request: PoolRequest,
  ): Promise<PredictAnswer & { readonly kind: Kind }> {
    const { signal, timeoutMs: own = timeoutMs } = request;
    checkTimeout(own);
    return crew.run(work(chooseModel(models, request.model)), { timeoutMs: own, signal }) as Promise<
      PredictAnswer & { readonly kind: Kind }
    >;
  }

  const close = (): Promise<void> => crew.close();
  return {
    models,
    bundles: parts,
    async predictImage(image, { box, ...request } = {}) {
      const sent = sendable(image, request);
      return (await ask((model) => ({ kind: 'image', model, image: sent, box }), request)).prediction;
    },
    async predictPoints(pixels, request = {}) {
      return (await ask((model) => ({ kind: 'faces', model, pixels }), request)).points;
    },
    async infer({ body, headerBytes }, request = {}) {
      const { kind: _, ...answer } = await ask((model) => ({ kind: 'inference', model, body, headerBytes }), request);
      return answer;
    },
    room: () => crew.room(),
    status: () => ({ ...crew.status(), backend: ready.backend, isolation }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs !== Infinity) checkNumber('timeoutMs', timeoutMs, { above: 0, atMost: 2 ** 31 - 1 }); // Node's longest timer
}

/** TensorFlow starts a thread for each core in every process: here they share them, unless the host has decided otherwise. */
function shareOfCores(workers: number): Record<string, string> {
  const threads = String(Math.max(1, Math.floor(availableParallelism() / workers)));
  return { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: threads, ...given(process.env, /^TF_NUM_/) };
}

function given(env: NodeJS.ProcessEnv, names: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => names.test(entry[0])));
}
