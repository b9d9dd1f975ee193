/** What the pool and its workers say to each other: plain data and typed arrays. */

import { type ErrorCode, FacemarkError, messageOf } from '../errors';

/** To a worker. */
export type ToWorker<Start, Work> =
  /** First of all; answered by `ready` or `unfit`. */
  | { readonly kind: 'start'; readonly start: Start }
  | { readonly kind: 'job'; readonly id: number; readonly work: Work }
  /** Nobody waits for this job any more; it is answered all the same. */
  | { readonly kind: 'drop'; readonly id: number };

/** From a worker. */
export type FromWorker<Ready, Answer> =
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'unfit'; readonly error: PackedError }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'error'; readonly id: number; readonly error: PackedError }
  /** Something on the way to the answer. */
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown };

/** An error as plain data. */
export interface PackedError {
  /** Of a FacemarkError. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly details: unknown;
  readonly stack: string | undefined;
}

/** Anything that was thrown, as plain data. */
export function packError(thrown: unknown): PackedError {
  const { stack } = Object(thrown) as { stack?: string };
  if (thrown instanceof FacemarkError)
    return { code: thrown.code, message: thrown.message, details: cloneable(thrown.details), stack };
  return { code: undefined, message: messageOf(thrown), details: undefined, stack };
}

/** The error again, with the worker's stack. */
export function unpackError({ code, message, details, stack }: PackedError): Error {
  const error = code === undefined ? new Error(message) : new FacemarkError(code, message, { details });
  if (stack !== undefined) error.stack = stack;
  return error;
}

function cloneable(details: unknown): unknown {
  try {
    return structuredClone(details);
  } catch {
    return undefined;
  }
}
