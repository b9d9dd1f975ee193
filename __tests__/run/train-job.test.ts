import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readyForTensors } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import { kaggleSchema } from '../../lib/landmarks/schema';
import type { JobEvent } from '../../lib/run/job-events';
import { trainJob } from '../../lib/run/train-job';
import { emptyFolder } from '../child';
import { csvOf, messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

const QUICK = { backend: 'cpu', hiddenUnits: 5, iterations: 20 } as const;

/** A folder with faces.csv, and where a run may go. */
function job(options: Parameters<typeof tinyFaces>[0] = {}) {
  const folder = emptyFolder();
  const faces = join(folder, 'faces.csv');
  writeFileSync(faces, csvOf(tinyFaces(options)));
  return { ...QUICK, faces, out: join(folder, 'run'), folder };
}

test('a job reads, trains, scores and leaves its history and its record', async () => {
  const events: JobEvent[] = [];
  const before = tf.memory().numTensors;
  const { folder: _, ...options } = job({ count: 30 });
  const report = await trainJob({ ...options, onEvent: (event) => events.push(event) });
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(options.out).sort()).toEqual([
    ...[
      'bundle',
      'curve.png',
      'curve.svg',
      'history.csv',
      'history.json',
      'predictions.png',
      'predictions.svg',
      'run.json',
    ],
    ...['samples.png', 'samples.svg'],
  ]);
  expect(report).toMatchObject({
    folder: options.out,
    faces: { count: 30, width: 8, height: 8 },
    split: { by: 'row', train: 21, validation: 9 },
    labels: Array.from(kaggleSchema.landmarks, (name) => ({ name, train: 21, validation: 9 })),
    network: { layers: '64-5(tanh)-30(linear)', weights: 64 * 5 + 5 + 5 * 30 + 30 },
    backend: { name: 'cpu' },
    run: { stopped: 'finished', solver: 'dual-ops' },
    scores: { count: 9, labelled: 270 },
  });
  const history = JSON.parse(readFileSync(join(options.out, 'history.json'), 'utf8'));
  expect(report.minimumValidationError).toBe(Math.min(...history.validation));
  expect(report.trainingError).toBe(history.training[report.run.best.iteration]);
  expect(JSON.parse(readFileSync(join(options.out, 'run.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
  const { options: settings } = JSON.parse(readFileSync(join(options.out, 'run.json'), 'utf8'));
  expect(settings).toEqual({
    ...{ seed: 1, validationFraction: 0.3, centre: 'global' },
    ...{
      network: 'dense',
      hiddenUnits: [5],
      activation: 'tanh',
      standardize: false,
      bias: true,
      initializer: 'tutorial',
    },
    ...{ iterations: 20, learningRate: 0.01, momentum: 0, nesterov: false, dropout: 0 },
    ...{ optimizer: 'sgd', schedule: 'constant', weightDecay: 0, solver: 'auto', restoreBest: false },
    ...{ incomplete: 'drop', unreadableRows: 'refuse', missing: [], swapLeftRight: false },
  });
  const { record } = JSON.parse(readFileSync(join(options.out, 'bundle', 'facemark.json'), 'utf8'));
  expect(record.options).toEqual(settings);
  expect(JSON.stringify(record)).not.toContain(options.out);
  const kinds = events.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'iteration')).toHaveLength(20);
  expect(kinds.indexOf('start')).toBeLessThan(kinds.indexOf('iteration'));
});

test('the same options give the same numbers, another seed others', async () => {
  const run = async (seed: number) => {
    const { folder: _, ...options } = job({ count: 30 });
    const { scores, minimumValidationError, validationRows } = await trainJob({ ...options, seed });
    return { scores, minimumValidationError, validationRows };
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test('without a file it trains on synthetic faces', async () => {
  const out = join(emptyFolder(), 'run');
  const report = await trainJob({ ...QUICK, iterations: 3, count: 12, out });
  expect(report.faces).toMatchObject({
    count: 12,
    width: 96,
    height: 96,
    landmarks: expect.arrayContaining(['nose_tip']),
  });
});

test('with groups nobody stands on both sides of the split', async () => {
  const { folder, ...options } = job({ count: 40 });
  const people = Array.from({ length: 40 }, (_, row) => `person${row % 8}`);
  writeFileSync(
    join(folder, 'people.csv'),
    ['row,person', ...people.map((person, row) => `${row},${person}`), ''].join('\n'),
  );
  const report = await trainJob({ ...options, groups: join(folder, 'people.csv') });
  expect(report.split.by).toBe('group');
  const validated = new Set(report.validationRows.map((row) => people[row]));
  const trained = people.filter((_, row) => !report.validationRows.includes(row));
  expect(trained.filter((person) => validated.has(person))).toEqual([]);
});

test('incomplete rows are dropped and counted, or kept and used', async () => {
  const { folder: _, ...options } = job({ count: 40, missing: 0.02 });
  const dropped = await trainJob(options);
  const kept = await trainJob({ ...options, incomplete: 'keep', overwrite: true });
  expect(dropped.faces.report.incompleteDropped).toBeGreaterThan(0);
  expect(dropped.faces.count + dropped.faces.report.incompleteDropped).toBe(40);
  expect(kept.faces.count).toBe(40);
  expect(Number.isFinite(kept.scores.rmsePx)).toBe(true);
  const total = (side: 'train' | 'validation') => kept.labels.reduce((sum, landmark) => sum + landmark[side], 0);
  const labels = tinyFaces({ count: 40, missing: 0.02 }).points.filter((value) => !Number.isNaN(value)).length / 2;
  expect(total('train') + total('validation')).toBe(labels);
  expect(2 * total('validation')).toBe(kept.scores.labelled);
  expect(kept.labels.map(({ validation }) => validation)).toEqual(
    kept.scores.perLandmark.map(({ labelled }) => labelled),
  );
});

test('a job that is aborted keeps what it has', async () => {
  const controller = new AbortController();
  const { folder: _, ...options } = job();
  const report = await trainJob({
    ...options,
    iterations: 1000,
    signal: controller.signal,
    onEvent: (event) => event.kind === 'iteration' && event.iteration === 4 && controller.abort(),
  });
  expect(report.run.stopped).toBe('aborted');
  expect(report.nextSteps.join()).toContain('Stopped by hand after');
  expect(readdirSync(options.out)).toContain('run.json');
});

test('a job that is aborted before it trains writes nothing', async () => {
  const { folder, ...options } = job();
  expect(await messageFrom(() => trainJob({ ...options, faces: undefined, signal: AbortSignal.abort() }))).toBe(
    'stopped before anything was computed; nothing was written.',
  );
  expect(readdirSync(folder)).toEqual(['faces.csv']);
});

test('a job that diverges leaves its history and says where', async () => {
  const { folder: _, ...options } = job();
  expect(await messageFrom(() => trainJob({ ...options, activation: 'linear', learningRate: 100 }))).toMatch(
    new RegExp(`^training diverged at iteration \\d+: .* The history up to there is in ${options.out}\\.$`),
  );
  expect(readdirSync(options.out).sort()).toEqual(['history.csv', 'history.json']);
});

test('a run folder that is taken is refused before any work is done', async () => {
  const { folder: _, ...options } = job();
  await trainJob(options);
  expect(await messageFrom(() => trainJob({ ...options, faces: 'nowhere.csv' }))).toContain(
    'holds the results of an earlier run',
  );
});
