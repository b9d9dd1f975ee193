/** What the pool asks of the workers that predict, and what they answer: plain data and typed arrays. */

import type { BackendName } from '../backend/choose';
import type { Parts } from '../bundle/parts';
import type { RawImage } from '../predict/image/gray';
import type { ImageLimits } from '../predict/image/limits';
import type { Box } from '../predict/image/resize';
import type { ImagePrediction } from '../predict/predict-image';

export interface PredictStart {
  readonly bundles: Readonly<Record<string, Parts>>;
  readonly backend: BackendName;
  readonly limits: Partial<ImageLimits>;
}

/** What a worker tells when it is ready. */
export interface PredictReady {
  readonly backend: { readonly name: string; readonly why: string };
}

export type PredictWork = { readonly model: string } & (
  | { readonly kind: 'image'; readonly image: string | Uint8Array | RawImage; readonly box: Box | undefined }
  /** Faces [n, height·width] as the network takes them. */
  | { readonly kind: 'faces'; readonly pixels: Uint8Array }
  /** A request of the Open Inference Protocol; see `inference/request.ts`. */
  | { readonly kind: 'inference'; readonly body: Uint8Array; readonly headerBytes: number | undefined }
);

export type PredictAnswer =
  | { readonly kind: 'image'; readonly prediction: ImagePrediction }
  | { readonly kind: 'faces'; readonly points: Float32Array }
  | { readonly kind: 'inference'; readonly body: Uint8Array; readonly headerBytes: number | undefined };
