/** `trainJob` in a worker: the host's event loop does nothing but hear of it. */

import { type BackendName, expectedBackend } from '../backend/choose';
import { FacemarkError } from '../errors';
import { compiled } from '../files';
import type { JobEvent } from '../run/job-events';
import type { TrainJobReport } from '../run/train-job';
import type { TrainJobOptions } from '../run/train-job-options';
import { isolationOf, openLink } from './link';
import { type FromWorker, type ToWorker, unpackError } from './messages';

/** What the worker is asked: the options that are plain data. */
export type TrainWork = Omit<TrainJobOptions, 'onEvent' | 'signal'>;

const ID = 1; // of the one job

/**
 * Does `trainJob` in a worker of its own, a thread or, where the engine is `tensorflow`, a process: the same options, events, report and
 * files. The signal ends it after the iteration in progress, as there.
 *
 * @throws FacemarkError as `trainJob`; `worker` when the worker dies
 */
export async function trainJobInWorker({ onEvent, signal, ...work }: TrainJobOptions = {}): Promise<TrainJobReport> {
  const backend = await expectedBackend(work.backend);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => post({ kind: 'drop', id: ID });
    const done = (settle: () => void): void => {
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const link = openLink<FromWorker<undefined, TrainJobReport>>(
      compiled('serve/train-worker.js'),
      isolationOf(backend),
      { name: 'facemark training' },
      {
        onMessage(message) {
          if (message.kind === 'event') return onEvent?.(message.event as JobEvent);
          if (message.kind === 'ready') return;
          void link.end();
          if (message.kind === 'answer') done(() => resolve(message.answer));
          else done(() => reject(unpackError(message.error)));
        },
        onEnd: (how) => done(() => reject(new FacemarkError('worker', `the worker that trained ${how}.`))),
      },
    );
    const post = (message: ToWorker<BackendName, TrainWork>): void => link.post(message);
    try {
      post({ kind: 'start', start: backend });
      post({ kind: 'job', id: ID, work });
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) onAbort();
    } catch (thrown) {
      void link.end();
      done(() => reject(thrown));
    }
  });
}
