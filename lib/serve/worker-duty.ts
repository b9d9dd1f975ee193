/** What every worker does: it starts, says that it is ready or why not, and answers one message for each job. */

import { type FromWorker, packError, type ToWorker } from './messages';
import { openPort } from './worker-port';

/** A job as its doer sees it. */
export interface Task<Work> {
  readonly work: Work;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Tells who waits something on the way. */
  tell(event: unknown): void;
}

/** What a worker is for. */
export interface Duty<Work, Answer, Ready> {
  /** What is told when it can begin. */
  readonly ready: Ready;
  perform(task: Task<Work>): Promise<Answer>;
}

/**
 * Makes this thread or process a worker.
 *
 * @param begin makes it ready; what it throws is told to the one who started the worker
 */
export function serveAsWorker<Start, Work, Answer, Ready>(
  begin: (start: Start) => Promise<Duty<Work, Answer, Ready>>,
): void {
  const port = openPort<ToWorker<Start, Work>, FromWorker<Ready, Answer>>();
  const open = new Map<number, AbortController>();
  let duty: Promise<Duty<Work, Answer, Ready>> | undefined;

  async function start(how: Start): Promise<void> {
    duty = begin(how);
    try {
      port.post({ kind: 'ready', ready: (await duty).ready });
    } catch (thrown) {
      port.post({ kind: 'unfit', error: packError(thrown) });
    }
  }

  async function answer(id: number, work: Work): Promise<void> {
    const controller = new AbortController();
    open.set(id, controller);
    try {
      const { perform } = await (duty as NonNullable<typeof duty>); // `start` is the first message of all
      const tell = (event: unknown): void => port.post({ kind: 'event', id, event });
      port.post({ kind: 'answer', id, answer: await perform({ work, signal: controller.signal, tell }) });
    } catch (thrown) {
      port.post({ kind: 'error', id, error: packError(thrown) });
    } finally {
      open.delete(id);
    }
  }

  port.listen((message) => {
    if (message.kind === 'start') void start(message.start);
    else if (message.kind === 'job') void answer(message.id, message.work);
    else open.get(message.id)?.abort();
  });
}
