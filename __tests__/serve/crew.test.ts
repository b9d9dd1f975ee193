import { join } from 'node:path';
import { Crew, type CrewOptions } from '../../lib/serve/crew';
import { ISOLATIONS } from '../../lib/serve/link';
import { emptyFolder } from '../child';
import { messageFrom } from '../tiny-faces';

type Start = { unfit?: boolean; gone?: boolean };
type Work = { deed: string; value?: unknown; ms?: number; marker?: string };

const BASE = {
  name: 'odd worker',
  file: join(__dirname, 'odd-worker.cjs'),
  isolation: 'thread',
  workers: 1,
  concurrency: 4,
  maxQueue: 10,
  hangMs: 100,
  start: {},
} satisfies CrewOptions<Start>;
const IN_TIME = { timeoutMs: 20_000 };

/** Starts a crew, and ends it after the test. */
async function crewOf(options: Partial<CrewOptions<Start>> = {}) {
  const started = await Crew.start<Start, Work, unknown, string>({ ...BASE, ...options });
  crews.push(started.crew);
  return started;
}
const crews: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const crew of crews.splice(0)) await crew.close();
});

const echo = (value: unknown): Work => ({ deed: 'echo', value });

describe.each(ISOLATIONS)('a worker that is a %s', (isolation) => {
  test('says that it is ready, takes typed arrays and gives them back, and errors keep their code', async () => {
    const { crew, ready } = await crewOf({ isolation });
    expect(ready).toBe('hello');
    expect(await crew.run(echo(Float32Array.of(1.5, Number.NaN)), IN_TIME)).toEqual(Float32Array.of(1.5, Number.NaN));
    await expect(crew.run({ deed: 'refuse' }, IN_TIME)).rejects.toMatchObject({
      name: 'FacemarkError',
      code: 'bad-image',
      message: 'the picture is a cat.',
      details: { legs: 4 },
    });
    expect(crew.status().workers.pids).toHaveLength(isolation === 'process' ? 1 : 0);
  });

  test.each([
    ['exit', 'ended with exit code 7'],
    ['throwUncaught', isolation === 'thread' ? 'failed: nobody catches this' : 'ended with exit code 1'],
    // Of processes alone: a thread that exhausts its heap may take its host along (seen on Node 24), or never end (Node 26).
    ...(isolation === 'process' ? [['exhaust', 'was ended by SIGABRT']] : []),
  ])('loses by %s only the request that does it, tried twice, and is replaced', async (deed, how) => {
    const { crew } = await crewOf({ isolation, heapMb: 32 });
    const beside = crew.run({ deed: 'wait', ms: 200, value: 'beside' }, IN_TIME);
    const message = await messageFrom(() => crew.run({ deed }, IN_TIME));
    expect(message).toBe(`the request was tried 2 times, and each time a worker ${how}.`);
    expect(await beside).toBe('beside');
    expect(await crew.run(echo('after'), IN_TIME)).toBe('after');
    expect(crew.status()).toMatchObject({ waiting: 0, running: 0, workers: { ready: 1, replaced: 2 } });
  });

  test('answers at the second try a request during which a worker died', async () => {
    const { crew } = await crewOf({ isolation });
    const marker = join(emptyFolder(), 'marker');
    expect(await crew.run({ deed: 'exitOnce', marker, value: 'at last' }, IN_TIME)).toBe('at last');
  });

  test('is replaced when it hangs, and the request ends in time', async () => {
    const { crew } = await crewOf({ isolation });
    const message = await messageFrom(() => crew.run({ deed: 'spin' }, { timeoutMs: 50 }));
    expect(message).toBe(
      'there was no answer within 50 ms; try again when there is less to do, or allow more time (timeoutMs).',
    );
    expect(await crew.run(echo('after'), IN_TIME)).toBe('after');
    expect(crew.status().workers.replaced).toBe(1);
  });

  test('tells why it cannot begin', async () => {
    await expect(Crew.start({ ...BASE, isolation, start: { unfit: true } })).rejects.toMatchObject({
      code: 'backend',
      message: 'there is no engine.',
    });
    await expect(Crew.start({ ...BASE, isolation, start: { gone: true } })).rejects.toMatchObject({ code: 'worker' });
  });
});

test('a process that is killed with -9 in mid-request loses nothing, and no host hears of it', async () => {
  const { crew } = await crewOf({ isolation: 'process', workers: 2 });
  const answers = Array.from({ length: 8 }, (_, value) => crew.run({ deed: 'wait', ms: 150, value }, IN_TIME));
  process.kill(crew.status().workers.pids[0] as number, 'SIGKILL');
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(crew.status().workers.replaced).toBe(1);
});

test('one more than may wait is refused, and room() tells when there is room again', async () => {
  const { crew } = await crewOf({ concurrency: 1, maxQueue: 2 });
  const waits = [1, 2, 3].map((value) => crew.run({ deed: 'wait', ms: 50, value }, IN_TIME));
  await expect(crew.run(echo(4), IN_TIME)).rejects.toMatchObject({
    code: 'overloaded',
    message: 'the queue is full: 2 wait already; try again later, or allow more of them (maxQueue) or more workers.',
  });
  await crew.room();
  expect(crew.status().waiting).toBe(1);
  expect(await crew.run(echo(4), IN_TIME)).toBe(4);
  expect(await Promise.all(waits)).toEqual([1, 2, 3]);
});

test('first come, first served, by the worker that has the fewest', async () => {
  const { crew } = await crewOf({ workers: 2, concurrency: 1 });
  const order: unknown[] = [];
  const note = (value: unknown) => order.push(value);
  await Promise.all([
    crew.run({ deed: 'wait', ms: 300, value: 'long' }, IN_TIME).then(note),
    crew.run({ deed: 'wait', ms: 1, value: 'first' }, IN_TIME).then(note),
    crew.run(echo('second'), IN_TIME).then(note),
    crew.run(echo('third'), IN_TIME).then(note),
  ]);
  expect(order).toEqual(['first', 'second', 'third', 'long']);
});

test('a signal ends a request that waits or is at work, at once; one that came before is heeded too', async () => {
  const { crew } = await crewOf({ concurrency: 1, hangMs: 10_000 });
  const controller = new AbortController();
  const { signal } = controller;
  const both = [crew.run({ deed: 'wait', ms: 100 }, { ...IN_TIME, signal }), crew.run(echo(1), { ...IN_TIME, signal })];
  controller.abort();
  for (const each of [...both, crew.run(echo(1), { ...IN_TIME, signal })])
    await expect(each).rejects.toMatchObject({ code: 'aborted', message: 'the caller took the request back.' });
  expect(crew.status()).toMatchObject({ waiting: 0, running: 0 });
  expect(await crew.run(echo('after'), IN_TIME)).toBe('after');
  expect(crew.status().workers.replaced).toBe(0);
});

test('what cannot be sent is refused in words', async () => {
  const { crew } = await crewOf();
  expect(
    await messageFrom(() =>
      crew.run(
        echo(() => 1),
        IN_TIME,
      ),
    ),
  ).toMatch(/^the request cannot be sent to a worker: .*could not be cloned/);
  expect(await crew.run(echo('after'), IN_TIME)).toBe('after');
});

test('close() answers what was taken, and takes no more', async () => {
  const { crew } = await crewOf({ concurrency: 1 });
  const waits = [1, 2].map((value) => crew.run({ deed: 'wait', ms: 50, value }, IN_TIME));
  const closed = crew.close();
  await expect(crew.run(echo(3), IN_TIME)).rejects.toMatchObject({
    code: 'closed',
    message: 'the pool is closed; make a new one.',
  });
  await closed;
  expect(await Promise.all(waits)).toEqual([1, 2]);
  expect(crew.status().workers.ready).toBe(0);
});
