/** The worker that trains: one job, its events told on the way. `train-in-worker.ts` starts it. */

import { type BackendName, useBackend } from '../backend/choose';
import { type TrainJobReport, trainJob } from '../run/train-job';
import type { TrainWork } from './train-in-worker';
import { serveAsWorker, type Task } from './worker-duty';

serveAsWorker(async (backend: BackendName) => {
  await useBackend(backend);
  return {
    ready: undefined,
    perform: ({ work, signal, tell }: Task<TrainWork>): Promise<TrainJobReport> =>
      trainJob({ ...work, signal, onEvent: tell }),
  };
});
