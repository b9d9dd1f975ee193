/** A job that is interrupted and goes on leaves what it would have left. `.ci/kill-resume.mjs` does the same with kill -9. */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readyForTensors } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import { compareJob } from '../../lib/run/compare-job';
import type { JobEvent } from '../../lib/run/job-events';
import { resumeJob } from '../../lib/run/resume-job';
import { trainJob } from '../../lib/run/train-job';
import type { TrainJobOptions } from '../../lib/run/train-job-options';
import { emptyFolder, node, ROOT } from '../child';
import { csvOf, messageFrom, tinyFaces } from '../tiny-faces';

beforeAll(readyForTensors);

const REGIME: TrainJobOptions = {
  ...{ backend: 'cpu', hiddenUnits: 5, iterations: 12, dropout: 0.2, augment: true, restoreBest: true },
  ...{ batchSize: 8, optimizer: 'adam', learningRate: 0.01, schedule: 'oneCycle', incomplete: 'keep' },
};

interface Asked extends TrainJobOptions {
  readonly out: string;
  /** Path of faces.csv. */
  readonly file: string;
}

/** A folder with faces.csv and people.csv, and where a run may go. */
function job(options: TrainJobOptions = {}): Asked {
  const folder = emptyFolder();
  const faces = join(folder, 'faces.csv');
  writeFileSync(faces, csvOf(tinyFaces({ count: 30, missing: 0.05 })));
  const groups = join(folder, 'people.csv');
  writeFileSync(groups, ['person', ...Array.from({ length: 30 }, (_, row) => `person${row % 9}`), ''].join('\n'));
  return { ...REGIME, faces, groups, out: join(folder, 'run'), file: faces, ...options };
}

/** Begins a job and breaks it off in the middle of an iteration, with a checkpoint after each one before it. */
async function interrupted(options: TrainJobOptions, iteration = 7): Promise<void> {
  const onEvent = (event: JobEvent) => {
    if (event.kind === 'iteration' && event.iteration === iteration) throw new Error('struck by lightning');
  };
  expect(await messageFrom(() => trainJob({ checkpointEverySeconds: 0, ...options, onEvent }))).toBe(
    'struck by lightning',
  );
}

/** What two runs must have in common to the last bit. */
function left(run: string) {
  const read = (...names: string[]) => readFileSync(join(run, ...names), 'utf8');
  const { run: trained, scores, validationRows, trainedOn, nextSteps, options } = JSON.parse(read('run.json'));
  const { seconds: _, ...ended } = trained;
  return {
    files: readdirSync(run, { recursive: true }).sort(), // weights are named by their SHA-256
    ...{ history: read('history.csv'), programs: read('history.json'), curve: read('curve.svg') },
    ...{ ended, scores, validationRows, trainedOn, nextSteps, asked: { ...options, groups: undefined } },
  };
}

test('a job that was interrupted goes on with its settings and leaves what it would have left', async () => {
  const whole = job();
  await trainJob(whole);
  const broken = job();
  await interrupted(broken);
  expect(readdirSync(broken.out)).toEqual(['checkpoint']);
  expect(readdirSync(join(broken.out, 'checkpoint')).sort()).toEqual(['settings.json', 'training.bin']);
  const events: JobEvent[] = [];
  const before = tf.memory().numTensors;
  const report = await resumeJob(broken.out, { onEvent: (event) => events.push(event) });
  expect(tf.memory().numTensors).toBe(before);
  expect(left(broken.out)).toEqual(left(whole.out));
  expect(report.resumed).toEqual([{ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), iteration: 7 }]);
  expect(JSON.parse(readFileSync(join(broken.out, 'run.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
  expect(JSON.parse(readFileSync(join(whole.out, 'run.json'), 'utf8'))).not.toHaveProperty('resumed');
  expect(events.find(({ kind }) => kind === 'run')).toEqual({
    ...{ kind: 'run', folder: broken.out },
    resumed: { iteration: 7, seconds: expect.any(Number) },
  });
  const iterations = events.flatMap((event) => (event.kind === 'iteration' ? [event.iteration] : []));
  expect(iterations).toEqual([7, 8, 9, 10, 11]);
});

test('a job that goes on holds on to nothing of its checkpoint', async () => {
  const broken = job();
  await interrupted(broken);
  const script = `
    const { join } = require('node:path');
    const dist = process.argv[1];
    const files = require(join(dist, 'bundle', 'checkpoint-file.js'));
    const { readCheckpoint, writeCheckpoint } = files;
    const buffers = [];
    const held = [];
    files.readCheckpoint = async (path) => {
      const checkpoint = await readCheckpoint(path);
      const { weights, memory } = checkpoint.state;
      buffers.push(...[...weights, ...memory].map(({ buffer }) => new WeakRef(buffer)));
      return checkpoint;
    };
    files.writeCheckpoint = async (path, checkpoint) => {
      await new Promise(setImmediate);
      gc();
      held.push(buffers.filter((buffer) => buffer.deref()).length);
      await writeCheckpoint(path, checkpoint);
    };
    require(join(dist, 'index.js'))
      .resumeJob(process.argv[2], { checkpointEverySeconds: 0 })
      .then(() => console.log(JSON.stringify({ read: buffers.length, held })));`;
  const { stdout, stderr } = await node(['--expose-gc', '-e', script, join(ROOT, 'dist'), broken.out]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ read: 12, held: [0, 0, 0, 0] }); // 4 weights, each with two moments
});

test('it may be interrupted again, and the record knows of every sitting that came to something', async () => {
  const whole = job();
  await trainJob(whole);
  const broken = job();
  await interrupted(broken, 3);
  const strike = (iteration: number) => (event: JobEvent) => {
    if (event.kind === 'iteration' && event.iteration === iteration) throw new Error('again');
  };
  expect(await messageFrom(() => resumeJob(broken.out, { onEvent: strike(3) }))).toBe('again'); // no checkpoint
  expect(await messageFrom(() => resumeJob(broken.out, { onEvent: strike(9) }))).toBe('again');
  const { resumed } = await resumeJob(broken.out);
  expect(resumed?.map(({ iteration }) => iteration)).toEqual([3, 9]);
  expect(left(broken.out)).toEqual(left(whole.out));
});

test('a job that its signal stopped leaves its results so far, and goes on', async () => {
  const whole = job();
  await trainJob(whole);
  const stopped = job();
  const controller = new AbortController();
  const onEvent = (event: JobEvent) => event.kind === 'iteration' && event.iteration === 4 && controller.abort();
  const report = await trainJob({ ...stopped, signal: controller.signal, onEvent: (event) => void onEvent(event) });
  expect(report.run.stopped).toBe('aborted');
  expect(readdirSync(stopped.out)).toEqual(expect.arrayContaining(['checkpoint', 'run.json']));
  await resumeJob(stopped.out);
  expect(left(stopped.out)).toEqual(left(whole.out));
});

test('a job that had no checkpoint yet begins again', async () => {
  const whole = job();
  await trainJob(whole);
  const broken = job();
  await interrupted(broken);
  rmSync(join(broken.out, 'checkpoint', 'training.bin')); // as if it had been killed before
  const events: JobEvent[] = [];
  await resumeJob(broken.out, { onEvent: (event) => events.push(event) });
  expect(events.find(({ kind }) => kind === 'run')).toEqual({
    kind: 'run',
    folder: broken.out,
    resumed: { iteration: 0, seconds: 0 },
  });
  expect(left(broken.out)).toEqual(left(whole.out));
});

test('what killed writes have left goes with the checkpoint, what is not ours stays', async () => {
  const broken = job();
  await interrupted(broken);
  for (const name of ['checkpoint/training.bin.123-ab.tmp', 'checkpoint/settings.json.456', 'history.csv.789'])
    writeFileSync(join(broken.out, name), '');
  writeFileSync(join(broken.out, 'notes.txt'), '');
  await resumeJob(broken.out);
  const names = readdirSync(broken.out);
  expect(names).toContain('notes.txt');
  expect(names.filter((name) => name === 'checkpoint' || name.includes('789'))).toEqual([]);
});

test('relative paths are those of the process that began', async () => {
  const back = process.cwd();
  const broken = job();
  process.chdir(join(broken.out, '..'));
  try {
    await interrupted({ ...broken, faces: 'faces.csv', groups: 'people.csv' });
  } finally {
    process.chdir(back);
  }
  expect((await resumeJob(broken.out)).faces.report.source).toBe(broken.file);
});

test('faces in memory have to be handed over again', async () => {
  const faces = tinyFaces({ count: 30 });
  const { groups: _, ...broken } = job({ faces });
  await interrupted(broken);
  expect(await messageFrom(() => resumeJob(broken.out))).toBe(
    `the run in ${broken.out} was given its faces in memory; expected the same faces again: resumeJob(folder, { faces }).`,
  );
  expect(await messageFrom(() => resumeJob(broken.out, { faces: tinyFaces({ count: 30, seed: 2 }) }))).toContain(
    'the SHA-256 of the faces is ',
  );
  expect((await resumeJob(broken.out, { faces })).resumed?.[0]?.iteration).toBe(7);
});

test('a file of faces that has changed is refused, and the checkpoint stays', async () => {
  const broken = job();
  await interrupted(broken);
  writeFileSync(broken.file, csvOf(tinyFaces({ count: 30, missing: 0.05, seed: 2 })));
  expect(await messageFrom(() => resumeJob(broken.out))).toMatch(
    /^the training cannot go on from this checkpoint: the SHA-256 of the faces is "[0-9a-f]{64}", and was "[0-9a-f]{64}"\. It ends as if it had never stopped only where all is as it was\.$/,
  );
  renameSync(broken.file, `${broken.file}.moved`);
  expect(await messageFrom(() => resumeJob(broken.out))).toMatch(/needs .*faces\.csv, which is not there;/);
  expect(existsSync(join(broken.out, 'checkpoint', 'training.bin'))).toBe(true);
});

test('where nothing was interrupted there is nothing to go on with', async () => {
  const done = job();
  await trainJob(done);
  expect(existsSync(join(done.out, 'checkpoint'))).toBe(false);
  expect(await messageFrom(() => resumeJob(done.out))).toBe(
    `the run in ${done.out} is finished, so there is nothing to go on with.`,
  );
  const empty = emptyFolder();
  expect(await messageFrom(() => resumeJob(empty))).toBe(
    `${empty} holds no training that was interrupted; expected the run folder of one, or start it anew without --resume.`,
  );
  expect(await messageFrom(() => resumeJob(join(empty, 'none')))).toBe(
    `there is no folder ${join(empty, 'none')}; expected the run folder of a training that was interrupted.`,
  );
});

test('a damaged checkpoint, damaged settings and those of another facemark are refused', async () => {
  const broken = job();
  await interrupted(broken);
  const [settings, training] = ['settings.json', 'training.bin'].map((name) =>
    join(broken.out, 'checkpoint', name),
  ) as [string, string];
  const refusal = () => messageFrom(() => resumeJob(broken.out));
  const text = readFileSync(settings, 'utf8');
  writeFileSync(training, readFileSync(training).subarray(0, 5000));
  expect(await refusal()).toMatch(
    /training\.bin is not as it was saved: its SHA-256 differs, so it was cut off or changed\./,
  );
  writeFileSync(settings, text.replace('"facemark": "0.1.0"', '"facemark": "0.0.9"'));
  expect(await refusal()).toBe(
    `the run in ${broken.out} was begun by facemark 0.0.9, and this is 0.1.0; expected the same, so that it ends as if it had never stopped: npx facemark@0.0.9 train --resume ${broken.out} goes on.`,
  );
  writeFileSync(settings, '{"format":"other"}');
  expect(await refusal()).toBe(
    `${settings} is not what facemark 0.1.0 notes of a run; start the training anew, with --overwrite.`,
  );
  writeFileSync(settings, text.slice(0, 50));
  expect(await refusal()).toMatch(/settings\.json cannot be read \(.*\); start the training anew, with --overwrite\.$/);
});

test('an interrupted training is not overwritten unless that is asked for', async () => {
  const broken = job();
  await interrupted(broken);
  expect(await messageFrom(() => trainJob(broken))).toBe(
    `${broken.out} holds a training that was interrupted; go on with it (facemark train --resume ${broken.out}), choose another folder, or overwrite it with --overwrite.`,
  );
  const { resumed, run } = await trainJob({ ...broken, overwrite: true });
  expect([resumed, run.stopped]).toEqual([undefined, 'finished']);
  expect(existsSync(join(broken.out, 'checkpoint'))).toBe(false);
  await interrupted({ ...broken, overwrite: true });
  await compareJob({
    faces: broken.faces,
    out: broken.out,
    overwrite: true,
    backend: 'cpu',
    vary: { iterations: [2] },
  });
  expect(existsSync(join(broken.out, 'checkpoint'))).toBe(false);
});

test('an interrupted training that is overwritten by a job that cannot begin is there as it was', async () => {
  const broken = job();
  await interrupted(broken);
  const held = () => readdirSync(broken.out, { recursive: true }).map(String).sort();
  const before = held();
  const mistaken = { ...broken, faces: 'nowhere.csv', overwrite: true };
  expect(await messageFrom(() => trainJob(mistaken))).toMatch(/^there is no file nowhere\.csv/);
  expect(held()).toEqual(before);
  expect((await resumeJob(broken.out)).resumed).toMatchObject([{ iteration: 7 }]);
});

test('faces and people that were moved are named anew, and must be the same', async () => {
  const whole = job();
  await trainJob(whole);
  const broken = job();
  await interrupted(broken);
  const [faces, groups] = [`${broken.file}.moved`, `${broken.groups}.moved`];
  renameSync(broken.file, faces);
  renameSync(broken.groups as string, groups);
  expect(await messageFrom(() => resumeJob(broken.out))).toBe(
    `the run in ${broken.out} needs ${broken.file}, which is not there; if it was moved, say where to: facemark train FACES.csv --groups PEOPLE.csv --resume ${broken.out}.`,
  );
  const others = job().file;
  writeFileSync(others, csvOf(tinyFaces({ count: 30, missing: 0.05, seed: 2 })));
  expect(await messageFrom(() => resumeJob(broken.out, { faces: others, groups }))).toMatch(
    /^the training cannot go on from this checkpoint: the SHA-256 of the faces is /,
  );
  await resumeJob(broken.out, { faces, groups });
  expect(left(broken.out)).toEqual(left(whole.out));
});

test('a folder named checkpoint that is somebody else’s is left alone', async () => {
  const options = job();
  mkdirSync(join(options.out, 'checkpoint'), { recursive: true });
  writeFileSync(join(options.out, 'checkpoint', 'mine.txt'), '');
  await trainJob(options);
  expect(readdirSync(join(options.out, 'checkpoint'))).toEqual(['mine.txt']);
  for (let time = 0; time < 2; time++) {
    await interrupted({ ...options, overwrite: true });
    await trainJob({ ...options, overwrite: true });
    expect(readdirSync(join(options.out, 'checkpoint'))).toEqual(['mine.txt']);
    expect(existsSync(join(options.out, 'checkpoint.overwritten'))).toBe(false);
  }
});

test('a mistake before the first checkpoint leaves nothing, a divergence its history and nothing to go on from', async () => {
  const mistaken = job({ faces: 'nowhere.csv' });
  expect(await messageFrom(() => trainJob(mistaken))).toBe('there is no file nowhere.csv; check the path.');
  expect(existsSync(mistaken.out)).toBe(false);
  const wild = job({
    activation: 'linear',
    learningRate: 30,
    optimizer: 'sgd',
    schedule: 'constant',
    dropout: 0,
    momentum: 0,
  });
  expect(await messageFrom(() => trainJob({ ...wild, checkpointEverySeconds: 0 }))).toMatch(/^training diverged/);
  expect(readdirSync(wild.out).sort()).toEqual(['history.csv', 'history.json']);
  const { run } = await trainJob({ ...wild, learningRate: 1e-4 }); // the folder is free for the next try
  expect(run.stopped).toBe('finished');
  const broken = job();
  await interrupted(broken);
  expect(await messageFrom(() => trainJob({ ...wild, out: broken.out, overwrite: true }))).toMatch(
    /^training diverged/,
  );
  expect(readdirSync(broken.out).sort()).toEqual(['history.csv', 'history.json']);
});

test('seconds below 0 are refused', async () => {
  expect(await messageFrom(() => trainJob({ checkpointEverySeconds: -1 }))).toBe(
    'checkpointEverySeconds is -1; expected a number of at least 0.',
  );
});
