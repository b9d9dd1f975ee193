/**
 * A crew of workers and the queue in front of it: jobs are taken first come, first served, by the worker that has the fewest. A worker
 * that dies is replaced at once; a job that it had is tried once more, alone in its worker, so that the job that kills takes no
 * other along a second time.
 */

import { FacemarkError } from '../errors';
import { Job, type JobOptions } from './job';
import { Member, type MemberOptions } from './member';

export interface CrewOptions<Start> extends MemberOptions<Start> {
  /** How many workers. */
  readonly workers: number;
  /** Jobs that a worker has at a time. */
  readonly concurrency: number;
  /** Jobs that may wait for a worker. */
  readonly maxQueue: number;
}

/** How it goes at the moment, and how it went. */
export interface CrewStatus {
  readonly workers: {
    readonly wanted: number;
    readonly ready: number;
    /** Workers that died and were replaced. */
    readonly replaced: number;
    /** Numbers of their processes, where they are processes. */
    readonly pids: readonly number[];
  };
  /** Jobs that wait for a worker, and those in one. */
  readonly waiting: number;
  readonly running: number;
}

const FIRST_PAUSE_MS = 100; // before a worker that did not even start is tried again; doubled each time
const LONGEST_PAUSE_MS = 5000;
const MAX_DEATHS = 2; // of workers, until the job that they had is given up

export class Crew<Start, Work, Answer, Ready> {
  private readonly members = new Set<Member<Start, Work, Answer, Ready>>();
  private readonly queue: Job<Work, Answer>[] = [];
  private readonly where = new Map<Job<Work, Answer>, Member<Start, Work, Answer, Ready>>();
  private readonly pauses = new Set<NodeJS.Timeout>();
  private readonly waitingForRoom: (() => void)[] = [];
  private lastId = 0;
  private replaced = 0;
  private failedStarts = 0;
  private isClosing = false;
  private onIdle: (() => void) | undefined;

  private constructor(private readonly options: CrewOptions<Start>) {}

  /**
   * Starts a crew; resolves when every worker is ready.
   *
   * @throws what the first worker says that cannot do the work, or FacemarkError `worker` when one dies before it is ready
   */
  static async start<Start, Work, Answer, Ready>(
    options: CrewOptions<Start>,
  ): Promise<{ crew: Crew<Start, Work, Answer, Ready>; ready: Ready }> {
    const crew = new Crew<Start, Work, Answer, Ready>(options);
    try {
      const starts = Array.from({ length: options.workers }, () => crew.hire());
      const [ready] = await Promise.all(starts);
      return { crew, ready: ready as Ready };
    } catch (thrown) {
      await crew.close();
      throw thrown;
    }
  }

  /**
   * Has a job done.
   *
   * @throws FacemarkError `overloaded` when the queue is full, `closed`, `timeout`, `aborted`, `worker` when two workers died of it, and
   *   what the worker throws
   */
  async run(work: Work, options: JobOptions): Promise<Answer> {
    const { maxQueue } = this.options;
    if (this.isClosing) throw new FacemarkError('closed', 'the pool is closed; make a new one.');
    if (options.signal?.aborted) throw new FacemarkError('aborted', 'the caller took the request back.');
    if (this.free() <= 0)
      throw new FacemarkError(
        'overloaded',
        `the queue is full: ${maxQueue} wait already; try again later, or allow more of them (maxQueue) or more workers.`,
      );
    const job = new Job<Work, Answer>(++this.lastId, work, options, (left) => this.leave(left));
    this.queue.push(job);
    this.dispatch();
    try {
      return await job.outcome;
    } finally {
      this.settled(job);
    }
  }

  /** Resolves as soon as another job would be taken: for callers that can wait. */
  async room(): Promise<void> {
    while (!this.isClosing && this.free() <= 0)
      await new Promise<void>((resolve) => void this.waitingForRoom.push(resolve));
  }

  status(): CrewStatus {
    const members = [...this.members];
    const pids = members.map(({ pid }) => pid).filter((pid) => pid !== undefined);
    const ready = members.filter(({ isReady }) => isReady).length;
    return {
      workers: { wanted: this.options.workers, ready, replaced: this.replaced, pids },
      waiting: this.queue.length,
      running: this.where.size,
    };
  }

  /** Takes no more jobs, finishes those it has, and ends the workers. */
  async close(): Promise<void> {
    this.isClosing = true;
    for (const resolve of this.waitingForRoom.splice(0)) resolve();
    if (this.queue.length + this.where.size > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    for (const pause of this.pauses) clearTimeout(pause);
    await Promise.all([...this.members].map((member) => member.end()));
  }

  /** Adds a worker; resolves when it is ready. */
  private hire(): Promise<Ready> {
    return new Promise((resolve, reject) => {
      let wasReady = false;
      const member: Member<Start, Work, Answer, Ready> = new Member(this.options, {
        onReady: (ready) => {
          wasReady = true;
          this.failedStarts = 0;
          resolve(ready);
          this.dispatch();
        },
        onUnfit: reject,
        onRoom: () => this.dispatch(),
        onEnd: (how, jobs) => {
          const died = new FacemarkError('worker', `a worker ${how}.`);
          reject(died);
          this.members.delete(member);
          for (const job of [...jobs].reverse()) this.retry(job, died);
          if (!this.isClosing || this.queue.length > 0) this.replace(wasReady);
          this.dispatch();
        },
      });
      this.members.add(member);
    });
  }

  private retry(job: Job<Work, Answer>, died: FacemarkError): void {
    if (job.isOver) return;
    this.where.delete(job);
    job.deaths++;
    if (job.deaths < MAX_DEATHS) this.queue.unshift(job);
    else
      job.refuse(
        new FacemarkError('worker', `the request was tried ${MAX_DEATHS} times, and each time ${died.message}`),
      );
  }

  private replace(atOnce: boolean): void {
    this.replaced++;
    const pauseMs = atOnce ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** this.failedStarts++, LONGEST_PAUSE_MS);
    const pause = setTimeout(() => {
      this.pauses.delete(pause);
      this.hire().catch(() => undefined); // its end has been heard, and the next one is on its way
    }, pauseMs);
    if (this.queue.length === 0) pause.unref();
    this.pauses.add(pause);
  }

  /** Gives the jobs that wait to the workers that have room, and tells who waits for room. */
  private dispatch(): void {
    for (let job = this.queue[0]; job !== undefined; job = this.queue[0]) {
      const isAlone = job.deaths > 0;
      const member = this.freest();
      if (!member || member.load >= (isAlone ? 1 : this.options.concurrency)) break;
      this.queue.shift();
      this.where.set(job, member);
      member.take(job, isAlone);
    }
    for (let free = this.free(); free > 0 && this.waitingForRoom.length > 0; free--) this.waitingForRoom.shift()?.();
  }

  private freest(): Member<Start, Work, Answer, Ready> | undefined {
    let freest: Member<Start, Work, Answer, Ready> | undefined;
    for (const member of this.members) if (member.isReady && member.load < (freest?.load ?? Infinity)) freest = member;
    return freest;
  }

  /** How many more jobs would be taken. */
  private free(): number {
    if (this.queue.length + this.where.size === 0) return Infinity;
    const isSomeoneFree = this.queue.length === 0 && (this.freest()?.load ?? Infinity) < this.options.concurrency;
    return Math.max(this.options.maxQueue - this.queue.length, isSomeoneFree ? 1 : 0);
  }

  /** Nobody waits for a job any more. */
  private leave(job: Job<Work, Answer>): void {
    const at = this.queue.indexOf(job);
    if (at >= 0) this.queue.splice(at, 1);
    this.where.get(job)?.drop(job);
  }

  private settled(job: Job<Work, Answer>): void {
    this.where.delete(job);
    this.dispatch();
    if (this.queue.length + this.where.size === 0) this.onIdle?.();
  }
}
