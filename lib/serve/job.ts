/** A piece of work that somebody waits for: it ends once, with an answer, an error, at its deadline or by its signal. */

import { setMaxListeners } from 'node:events';
import { FacemarkError } from '../errors';

export interface JobOptions {
  /** Time for all of it, waiting included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of what comes on the way to the answer. */
  readonly onEvent?: ((event: unknown) => void) | undefined;
}

export class Job<Work, Answer> {
  /** Fulfilled or rejected when the job is over. */
  readonly outcome: Promise<Answer>;
  /** Workers that died while they had it. */
  deaths = 0;
  isOver = false;
  private settle: { resolve(answer: Answer): void; reject(error: Error): void };
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly onAbort = (): void => this.fail(new FacemarkError('aborted', 'the caller took the request back.'));

  /** @param onLeft called when the job is over before its answer came: nobody waits for that any more */
  constructor(
    readonly id: number,
    readonly work: Work,
    private readonly options: JobOptions,
    private readonly onLeft: (job: Job<Work, Answer>) => void,
  ) {
    const { promise, resolve, reject } = withResolvers<Answer>();
    this.outcome = promise;
    this.settle = { resolve, reject };
    const { timeoutMs, signal } = options;
    if (Number.isFinite(timeoutMs)) this.timer = setTimeout(() => this.fail(late(timeoutMs)), timeoutMs);
    if (!signal) return;
    setMaxListeners(0, signal); // one signal may belong to all requests of a host
    signal.addEventListener('abort', this.onAbort, { once: true });
  }

  answer(answer: Answer): void {
    if (this.end()) this.settle.resolve(answer);
  }

  /** Ends it with what the worker, or who looks after it, says. */
  refuse(error: Error): void {
    if (this.end()) this.settle.reject(error);
  }

  event(event: unknown): void {
    if (!this.isOver) this.options.onEvent?.(event);
  }

  private fail(error: Error): void {
    if (!this.end()) return;
    this.settle.reject(error);
    this.onLeft(this);
  }

  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    clearTimeout(this.timer);
    this.options.signal?.removeEventListener('abort', this.onAbort);
    return true;
  }
}

function late(timeoutMs: number): FacemarkError {
  return new FacemarkError(
    'timeout',
    `there was no answer within ${timeoutMs} ms; try again when there is less to do, or allow more time (timeoutMs).`,
  );
}

/** `Promise.withResolvers` of Node 22. */
function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
