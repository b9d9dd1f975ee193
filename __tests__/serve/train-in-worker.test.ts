import { join } from 'node:path';
import { useBackend } from '../../lib/backend/choose';
import { loadPredictor } from '../../lib/predict/bundle';
import type { JobEvent } from '../../lib/run/job-events';
import { trainJob } from '../../lib/run/train-job';
import { trainJobInWorker } from '../../lib/serve/train-in-worker';
import { emptyFolder } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';

const faces = tinyFaces();
const options = { faces, backend: 'cpu', iterations: 20, hiddenUnits: 5, solver: 'fit' } as const;

test('leaves the network that trainJob leaves, and tells the same on the way', async () => {
  await useBackend('cpu');
  const [here, there]: [JobEvent[], JobEvent[]] = [[], []];
  const own = await trainJob({ ...options, out: join(emptyFolder(), 'run'), onEvent: (event) => here.push(event) });
  const workers = await trainJobInWorker({
    ...{ ...options, out: join(emptyFolder(), 'run'), onEvent: (event: JobEvent) => void there.push(event) },
  });
  const hash = async (folder: string) => (await loadPredictor(join(folder, 'bundle'))).weightsSha256;
  expect(await hash(workers.folder)).toBe(await hash(own.folder));
  expect(workers.scores).toEqual(own.scores);
  expect(there.map(({ kind }) => kind)).toEqual(here.map(({ kind }) => kind));
  expect(there.at(-1)).toMatchObject({ kind: 'iteration', iteration: 19 });
});

test('the signal ends it after the iteration in progress, with what there is', async () => {
  const controller = new AbortController();
  const report = await trainJobInWorker({
    ...options,
    iterations: 100_000,
    out: join(emptyFolder(), 'run'),
    signal: controller.signal,
    onEvent: (event) => event.kind === 'iteration' && event.iteration === 3 && controller.abort(),
  });
  expect(report.run.stopped).toBe('aborted');
});

test('errors keep their code and their sentence', async () => {
  await expect(trainJobInWorker({ ...options, iterations: 0 })).rejects.toMatchObject({
    ...{ name: 'FacemarkError', code: 'bad-option' },
    message: 'iterations is 0; expected a whole number of at least 1.',
  });
  expect(await messageFrom(() => trainJobInWorker({ ...options, faces: 'nowhere.csv' }))).toMatch(/nowhere\.csv/);
});
