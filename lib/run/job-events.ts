/** What a job tells while it works, for whoever shows it. */

import { sha256 } from '../files';
import { type Faces, facesSha256, type ReadReport } from '../landmarks/faces';
import type { IterationReport } from '../train/watch';

export type JobEvent =
  | {
      readonly kind: 'run';
      readonly folder: string;
      /** Of a job that goes on: with which iteration, 0 where there was no checkpoint, and the seconds of training before it. */
      readonly resumed: { readonly iteration: number; readonly seconds: number } | undefined;
    }
  | {
      readonly kind: 'reading';
      readonly rows: number;
      readonly bytes: number;
      readonly totalBytes?: number | undefined;
    }
  | { readonly kind: 'drawing'; readonly count: number }
  /** Photos that are done, whether they could be used or not. */
  | { readonly kind: 'photos'; readonly done: number; readonly total: number }
  | { readonly kind: 'faces'; readonly faces: FacesSummary }
  | { readonly kind: 'start'; readonly setup: JobSetup }
  | ({ readonly kind: 'iteration' } & IterationReport);

export type OnEvent = ((event: JobEvent) => void) | undefined;

/** Faces in short: plain data. */
export interface FacesSummary {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly landmarks: readonly string[];
  /** SHA-256 of pixels and coordinates: the same faces, the same hash. */
  readonly sha256: string;
  readonly report: ReadReport;
}

/** What is known of a network before its first iteration. */
export interface JobSetup {
  /** What tells it from the others of a comparison; empty when there is only one. */
  readonly name: string;
  readonly split: { readonly by: 'row' | 'group'; readonly train: number; readonly validation: number };
  /** On how many faces of either side each landmark is labelled, in the order of the schema. */
  readonly labels: readonly LandmarkLabels[];
  /** Such as 9216-100(tanh)-30(linear), and how many weights that is. */
  readonly network: { readonly layers: string; readonly weights: number };
  readonly backend: { readonly name: string; readonly why: string };
}

export interface LandmarkLabels {
  readonly name: string;
  readonly train: number;
  readonly validation: number;
}

/** [n] what tells each face from every other: the beginning of the SHA-256 of its pixels. */
export function fingerprints({ count, width, height, pixels }: Faces): string[] {
  const size = width * height;
  return Array.from({ length: count }, (_, i) => sha256(pixels.subarray(i * size, (i + 1) * size)).slice(0, 12));
}

/** Faces in short. */
export function summarise(faces: Faces): FacesSummary {
  const { count, width, height, schema, report } = faces;
  return { count, width, height, landmarks: schema.landmarks, sha256: facesSha256(faces), report };
}
