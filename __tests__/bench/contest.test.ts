/** The benchmark's harness, with subjects that tell made-up times. */

import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { emptyFolder, node, ROOT } from '../child';

interface Summary {
  label: string;
  absent?: string;
  failed?: string;
  seconds?: number;
  ratio?: { median: number; min: number; max: number };
  maxRssMiB?: number;
  times?: number[];
}

const url = (file: string) => pathToFileURL(join(ROOT, 'bench', file)).href;

/** A subject whose runs print these lines in turn; each adds its name to the diary. */
function fake(label: string, folder: string, lines: readonly object[]) {
  const diary = join(folder, 'diary');
  appendFileSync(diary, '');
  const script = `
    const fs = require('node:fs');
    const [diary, label, lines] = JSON.parse(process.argv[1]);
    const before = fs.readFileSync(diary, 'utf8').split('\\n').filter((name) => name === label).length;
    fs.appendFileSync(diary, label + '\\n');
    console.log('some chatter before');
    console.log(JSON.stringify(lines[before]));`;
  const args = ['-e', script, JSON.stringify([diary, label, lines])];
  return { label, command: process.execPath, args, threads: 1 };
}

/** Holds a contest in a plain Node, as the benchmark does. */
async function contest(rules: object, rounds: number): Promise<{ subjects: Summary[]; failures: string[] }> {
  const script = `
    import { contest } from ${JSON.stringify(url('contest.mjs'))};
    import { ofNumbers } from ${JSON.stringify(url('deviations.mjs'))};
    const rules = { ...${JSON.stringify(rules)}, deviation: ofNumbers, tolerance: 0.01, expected: () => [1, 100] };
    console.log(JSON.stringify(await contest(rules, { rounds: ${rounds} })));`;
  const { stdout, stderr } = await node(['--input-type=module', '-e', script]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const right = [1, 100];

test('ours and each peer take turns; ratios are of neighbours, and medians of all runs', async () => {
  const folder = emptyFolder();
  const run = (seconds: number, maxRssMiB: number) => ({ seconds, maxRssMiB, result: right });
  const ours = fake('ours', folder, [run(1, 10), run(2, 30), run(4, 20), run(1, 10), run(2, 10), run(4, 10)]);
  const slow = fake('slow', folder, [run(3, 5), run(8, 5), run(10, 5)]);
  const fast = fake('fast', folder, [run(1, 7), run(0.5, 8), run(1, 6)]);
  const { subjects, failures } = await contest({ ours, peers: [slow, fast] }, 3);
  expect(failures).toEqual([]);
  expect(readFileSync(join(folder, 'diary'), 'utf8').trim().split('\n').join(' ')).toBe(
    'ours slow ours fast ours slow ours fast ours slow ours fast',
  );
  expect(subjects).toMatchObject([
    { label: 'ours', seconds: 2, maxRssMiB: 30, times: [1, 2, 4, 1, 2, 4] },
    { label: 'slow', seconds: 8, maxRssMiB: 5, ratio: { median: 3, min: 2, max: 5 } }, // 3/1, 8/4, 10/2
    { label: 'fast', seconds: 1, maxRssMiB: 8, ratio: { median: 0.5, min: 0.25, max: 0.5 } }, // 1/2, 0.5/1, 1/4
  ]);
});

test('a peer that is absent is named with its reason and left out, and is no failure', async () => {
  const folder = emptyFolder();
  const run = { seconds: 1, result: right };
  const { subjects, failures } = await contest(
    {
      ours: fake('ours', folder, [run, run, run, run, run]),
      peers: [
        fake('absent', folder, [{ absent: "No module named 'torch'" }]),
        { ...fake('no program', folder, []), command: join(folder, 'python') },
        fake('present', folder, [run, run]),
      ],
    },
    2,
  );
  expect(failures).toEqual([]);
  expect(subjects.map(({ absent }) => absent)).toEqual([
    undefined,
    "No module named 'torch'",
    `there is no ${join(folder, 'python')}`,
    undefined,
  ]);
  expect(subjects[3]?.times).toEqual([1, 1]);
});

test('a wrong result is a failure, and has no time', async () => {
  const folder = emptyFolder();
  const run = { seconds: 1, result: right };
  const { subjects, failures } = await contest(
    {
      ours: fake('ours', folder, [run, run, run]),
      peers: [
        fake('wrong', folder, [{ seconds: 0.1, result: [4, 100] }]),
        fake('half done', folder, [{ seconds: 0.1, result: [1] }]),
        fake('rounded', folder, [{ seconds: 2, result: [1.5, 100] }]),
      ],
    },
    1,
  );
  expect(failures).toEqual([
    'wrong is wrong: off by 0.03, and 0.01 is allowed',
    'half done is wrong: off by Infinity, and 0.01 is allowed',
  ]);
  expect(subjects.map(({ seconds }) => seconds)).toEqual([1, undefined, undefined, 2]);
});

test('a subject that breaks is a failure with what it said last', async () => {
  const folder = emptyFolder();
  const broken = { ...fake('broken', folder, []), args: ['-e', 'throw new RangeError("out of luck")'] };
  const { failures } = await contest(
    { ours: fake('ours', folder, [{ seconds: 1, result: right }]), peers: [broken] },
    1,
  );
  expect(failures.map((failure) => failure.split('\n')[0])).toEqual(['broken ended with 1: RangeError: out of luck']);
});

test('when ours is wrong the contest is over', async () => {
  const folder = emptyFolder();
  const wrong = fake('ours', folder, [{ seconds: 1, result: [0, 0] }]);
  const { subjects, failures } = await contest({ ours: wrong, peers: [fake('peer', folder, [])] }, 5);
  expect(failures).toEqual(['ours is wrong: off by 1, and 0.01 is allowed']);
  expect(subjects.map(({ seconds }) => seconds)).toEqual([undefined, undefined]);
});
