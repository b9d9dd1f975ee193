/**
 * The one error class of facemark.
 *
 * A message is one clear sentence (or two): where it happened, what was found, what was expected, how to fix it.
 * `code` is for programs: it stays the same when a sentence is improved.
 */

export type ErrorCode =
  /** An option or argument has a value that makes no sense. */
  | 'bad-option'
  /** A file cannot be opened, or is not the kind of file it should be. */
  | 'bad-file'
  /** A picture that is empty, cut off, damaged, or none at all. */
  | 'bad-image'
  /** A picture of more bytes or pixels than the limits allow. */
  | 'too-large'
  /** Pictures cannot be decoded here: sharp is not installed whole. */
  | 'decoder'
  /** A detector failed, or returned something other than boxes. */
  | 'detector'
  /** The header of a table of faces is not usable. */
  | 'bad-header'
  /** A row or cell of a table of faces is not usable. */
  | 'bad-row'
  /** Faces, tensors, a model and options that do not fit each other. */
  | 'mismatch'
  /** No engine, or not the one that was asked for. */
  | 'backend'
  /** The native engine cannot be made here: something is missing, or a step of it failed. */
  | 'native'
  /** The loss or the weights of a training run are no longer finite. */
  | 'diverged'
  /** An output folder or file that is in the way, or that the disk refuses. */
  | 'output'
  /** The caller's signal ended it before there was a result. */
  | 'aborted'
  /** A request to the service that is not understood. */
  | 'bad-request'
  /** There is no network of that name. */
  | 'no-model'
  /** More requests wait than may: try again later. */
  | 'overloaded'
  /** There was no answer in time. */
  | 'timeout'
  /** The thread or process that worked on it died, and so did the next one. */
  | 'worker'
  /** The pool or service has been closed. */
  | 'closed'
  /** The service cannot listen where it is told to. */
  | 'listen';

/** Every error that facemark throws on purpose; anything else that comes out of it is a bug. */
export class FacemarkError extends Error {
  /** Stable name of the kind of mistake, for programs. */
  readonly code: ErrorCode;
  /** What else is known, as plain data; its shape is documented where it is thrown. */
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FacemarkError';
    this.code = code;
    this.details = options.details;
  }
}

/** What a value is, in a word or two, for messages: `a Float32Array`, `null`. */
export function kindOf(value: unknown): string {
  if (Object(value) !== value) return String(value);
  const name = (value as object).constructor?.name || 'object';
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** The message of anything that was thrown, on one line. (Node's own errors are no `instanceof Error` inside Jest.) */
export function messageOf(thrown: unknown): string {
  const { message } = Object(thrown) as { message?: unknown };
  const text = typeof message === 'string' ? message : String(thrown);
  return text.replace(/\s+/g, ' ').trim();
}
