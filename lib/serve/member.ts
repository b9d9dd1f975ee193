/** One worker of a crew: its start, the jobs it has at the moment, its end. It is not used again after that. */

import { FacemarkError, messageOf } from '../errors';
import { compiled } from '../files';
import type { Job } from './job';
import { type Isolation, type Link, type LinkOptions, openLink } from './link';
import { type FromWorker, type ToWorker, unpackError } from './messages';

export interface MemberOptions<Start> extends LinkOptions {
  /** File of the build that the worker runs, such as `serve/predict-worker.js`, or a path. */
  readonly file: string;
  readonly isolation: Isolation;
  readonly start: Start;
  /** A worker that answers nothing for so long, although somebody gave up waiting for it, hangs: it is ended. */
  readonly hangMs: number;
}

export interface MemberEvents<Work, Answer, Ready> {
  onReady(ready: Ready): void;
  /** It cannot do the work at all, and says why; its end follows. */
  onUnfit(error: Error): void;
  /** It can take another job. */
  onRoom(): void;
  /** @param jobs those that it had and will not answer */
  onEnd(how: string, jobs: readonly Job<Work, Answer>[]): void;
}

export class Member<Start, Work, Answer, Ready> {
  isReady = false;
  private readonly link: Link;
  private readonly jobs = new Map<number, Job<Work, Answer>>();
  private readonly watches = new Set<NodeJS.Timeout>();
  private lastHeard = 0;
  private isHanging = false;
  private isTaken = false;

  constructor(
    private readonly options: MemberOptions<Start>,
    private readonly events: MemberEvents<Work, Answer, Ready>,
  ) {
    const { file, isolation, name, heapMb, env } = options;
    this.link = openLink<FromWorker<Ready, Answer>>(
      file.startsWith('serve/') ? compiled(file) : file,
      isolation,
      { name, ...(heapMb && { heapMb }), ...(env && { env }) },
      { onMessage: (message) => this.hear(message), onEnd: (how) => this.over(how) },
    );
    this.post({ kind: 'start', start: options.start });
  }

  get pid(): number | undefined {
    return this.link.pid;
  }

  /** How many jobs it has, those included that nobody waits for any more; Infinity when it is to have no other beside the one. */
  get load(): number {
    return this.isTaken ? Infinity : this.jobs.size;
  }

  /** @param isAlone whether no other job may stand beside this one */
  take(job: Job<Work, Answer>, isAlone: boolean): void {
    this.isTaken = isAlone;
    if (this.jobs.size === 0) {
      this.lastHeard = performance.now();
      this.link.hold(true);
    }
    this.jobs.set(job.id, job);
    try {
      this.post({ kind: 'job', id: job.id, work: job.work });
    } catch (thrown) {
      this.jobs.delete(job.id);
      job.refuse(
        new FacemarkError('bad-option', `the request cannot be sent to a worker: ${messageOf(thrown)}`, {
          cause: thrown,
        }),
      );
    }
  }

  /** Nobody waits for one of its jobs any more: it is told so, and watched until it has come back from it. */
  drop(job: Job<Work, Answer>): void {
    if (!this.jobs.has(job.id)) return;
    this.post({ kind: 'drop', id: job.id });
    this.watch(job, this.options.hangMs);
  }

  end(): Promise<void> {
    return this.link.end();
  }

  private post(message: ToWorker<Start, Work>): void {
    this.link.post(message);
  }

  private hear(message: FromWorker<Ready, Answer>): void {
    this.lastHeard = performance.now();
    if (message.kind === 'ready') {
      this.isReady = true;
      this.link.hold(false);
      this.events.onReady(message.ready);
    } else if (message.kind === 'unfit') {
      this.events.onUnfit(unpackError(message.error));
      void this.end();
    } else if (message.kind === 'event') this.jobs.get(message.id)?.event(message.event);
    else this.hearOutcome(message);
  }

  private hearOutcome(message: FromWorker<Ready, Answer> & { kind: 'answer' | 'error' }): void {
    const job = this.jobs.get(message.id);
    this.jobs.delete(message.id);
    if (this.jobs.size === 0) {
      this.isTaken = false;
      this.link.hold(false);
    }
    if (message.kind === 'answer') job?.answer(message.answer);
    else job?.refuse(unpackError(message.error));
    this.events.onRoom();
  }

  private watch(job: Job<Work, Answer>, ms: number): void {
    const timer = setTimeout(() => {
      this.watches.delete(timer);
      if (!this.jobs.has(job.id)) return;
      const silentMs = performance.now() - this.lastHeard;
      if (silentMs < this.options.hangMs) return this.watch(job, this.options.hangMs - silentMs);
      this.isHanging = true;
      void this.end();
    }, ms);
    timer.unref();
    this.watches.add(timer);
  }

  private over(how: string): void {
    this.isReady = false;
    for (const timer of this.watches) clearTimeout(timer);
    this.events.onEnd(this.isHanging ? 'did not answer any more' : how, [...this.jobs.values()]);
  }
}
