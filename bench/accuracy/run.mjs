/**
 * The accuracy table: how well each configuration finds the landmarks of people it has never seen, and what it costs.
 *
 *     npm run accuracy -- --help
 *
 * In the order of a run: faces.mjs (who is tested), folds.mjs (by whom), configurations.mjs (what is trained), jobs.mjs (in which jobs),
 * compute.mjs and cache.mjs (those that are not known yet), one.mjs (a job, in a process of its own, by learners.mjs), table.mjs (what came of it).
 */

import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from 'facemark';
import writeFileAtomic from 'write-file-atomic';
import { commandLine, refuse, whole } from '../command.mjs';
import { machine } from '../machine.mjs';
import { codeSha256 } from './cache.mjs';
import { compute, firstLine } from './compute.mjs';
import { CONFIGURATIONS, SYNTHETIC_TO_REAL } from './configurations.mjs';
import { dataSha256, readFolder, readPeople, syntheticFolder } from './faces.mjs';
import { jobsOf } from './jobs.mjs';
import { table } from './table.mjs';

const BENCH = join(import.meta.dirname, '..');
const CACHE = join(BENCH, '.cache', 'accuracy');
const VENV_PYTHON = join(BENCH, '.cache', 'venv', 'bin', 'python');

const HELP = `npm run accuracy -- [options]      trains on some people, tests on others, and makes a table of it

  --data FOLDER     pairs of NAME.csv[.gz] and NAME.people.csv (row,person); without it synthetic faces
  --count N         how many synthetic faces stand in for them (1000)
  --synthetic N     with --data: some are trained on N synthetic faces alone, and tested on FOLDER (4000; 0 for none)
  --untouched FILE  people (column person) who took no part in choosing what is compared: they are fold 1, in a column of its own
  --folds a,b       only these of the folds, counted from 1
  --of N            how many folds there are (5)
  --only a,b        only these configurations
  --jobs N          jobs at a time, which share the cores (1)
  --backend NAME    wasm or tensorflow (wasm)
  --python PATH     Python of ridge regression, with NumPy and SciPy (the bench's, else python3); without them it is named and left out
  --quick           few iterations, to try the script: not for figures
  --fresh           computes everything anew; without it what is in bench/.cache/accuracy is taken from there
  --markdown FILE   where the table goes besides bench/.cache/accuracy
  --list            names the configurations
  --help            prints this
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    count: { type: 'string', default: '1000' },
    synthetic: { type: 'string', default: '4000' },
    untouched: { type: 'string' },
    folds: { type: 'string' },
    of: { type: 'string', default: '5' },
    only: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    backend: { type: 'string', default: 'wasm' },
    python: { type: 'string' },
    quick: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    markdown: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else if (values.list) console.log(CONFIGURATIONS.map(({ name, label }) => `${name.padEnd(16)} ${label}`).join('\n'));
else await main();

async function main() {
  const folds = whole('of', values.of, 2);
  const chosen = chosenFolds(folds);
  const configurations = chosenConfigurations();
  const atOnce = whole('jobs', values.jobs);
  const threads = Math.max(1, Math.floor(cpus().length / atOnce));
  const count = whole('synthetic', values.synthetic, 0);
  const synthetic = values.data && count > 0 ? SYNTHETIC_TO_REAL : [];
  const data = values.data
    ? resolve(values.data)
    : await syntheticFolder(CACHE, { count: whole('count', values.count), seed: 1 });
  const faces = await readFolder(data);
  const learnt = synthetic.length > 0 ? await syntheticFolder(CACHE, { count, seed: 2 }) : undefined;
  const untouched = values.untouched && (await readPeople(values.untouched));
  const world = { faces: dataSha256(faces), code: codeSha256(), backend: values.backend };
  const jobs = jobsOf({ configurations, folds, chosen, untouched, data, synthetic, syntheticFolder: learnt, world });

  const python = values.python ?? (existsSync(VENV_PYTHON) ? VENV_PYTHON : 'python3');
  const outcome = await compute(jobs, {
    cache: CACHE,
    fresh: values.fresh,
    backend: values.backend,
    python,
    atOnce,
    threads,
  });
  const results = {
    ...{
      date: new Date().toISOString(),
      command: commandLine('accuracy'),
      facemark: version,
      machine: machine(threads),
    },
    ...{ jobs: atOnce, backend: values.backend, folds, chosen, untouched: untouched?.length },
    data: {
      words: values.data ? 'Real faces' : 'Synthetic faces',
      ...{ faces: faces.faces.count, people: new Set(faces.persons).size, sha256: world.faces },
    },
    ...rowsOf(configurations, jobs, outcome),
  };
  const markdown = table(results);
  mkdirSync(CACHE, { recursive: true });
  await writeFileAtomic(join(CACHE, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFileAtomic(join(CACHE, 'table.md'), markdown);
  if (values.markdown) await writeFileAtomic(values.markdown, markdown);
  console.log(
    `\n${markdown}\n${relative('.', join(CACHE, 'results.json'))}, ${relative('.', join(CACHE, 'table.md'))}`,
  );
  const failures = [...outcome.values()].filter(({ failed }) => failed);
  for (const { failed } of failures) console.error(`FAILED ${firstLine(failed)}`);
  if (failures.length > 0) console.error(`\nThe end of what the last of them said:\n${failures.at(-1).failed}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** The rows of both tables. */
function rowsOf(configurations, jobs, outcome) {
  const found = jobs.map((job) => ({ ...job, label: labelOf(job), result: outcome.get(job) }));
  const rows = configurations.map(({ name, label }) => {
    const own = found.filter((job) => job.configuration === name && job.fold !== undefined);
    const good = own.filter(({ result }) => result.scores);
    return {
      ...{ name, label },
      folds: good.filter(({ seed }) => seed === 1).map(({ fold, result }) => ({ fold: fold + 1, ...result })),
      seeds: good.filter(({ fold }) => fold === 0).map(({ seed, result }) => ({ seed, ...result })),
      absent: own.find(({ result }) => result.absent)?.result.absent,
      failed: own.map(({ result }) => result.failed && firstLine(result.failed)).find(Boolean),
    };
  });
  const synthetic = found.filter(({ fold, result }) => fold === undefined && result.scores);
  return { rows, synthetic: synthetic.map(({ label, result }) => ({ label, ...result })) };
}

function labelOf({ configuration }) {
  return CONFIGURATIONS.find(({ name }) => name === configuration).label;
}

function chosenConfigurations() {
  const all = CONFIGURATIONS.map(({ quick, ...configuration }) =>
    values.quick ? quickened(configuration, quick) : configuration,
  );
  if (values.only === undefined) return all;
  const wanted = values.only.split(',');
  const unknown = wanted.find((name) => !all.some((one) => one.name === name));
  if (unknown) refuse(`there is no configuration ${unknown}; --list names them`);
  return all.filter(({ name }) => wanted.includes(name));
}

function quickened({ options, inTheTimeOf, ...rest }, quick) {
  return {
    ...rest,
    options: { ...options, ...quick },
    ...(inTheTimeOf && { inTheTimeOf: { ...inTheTimeOf, ...quick } }),
  };
}

function chosenFolds(folds) {
  if (values.folds === undefined) return Array.from({ length: folds }, (_, fold) => fold);
  return values.folds.split(',').map((text) => {
    const fold = Number(text);
    if (Number.isInteger(fold) && fold >= 1 && fold <= folds) return fold - 1;
    return refuse(`--folds has ${text}; expected numbers from 1 to ${folds}`);
  });
}
