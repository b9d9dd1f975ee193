/**
 * The benchmark: facemark beside its peers, each in a process of its own, in turn, from the same data to the same result.
 *
 *     npm run bench -- --help
 *
 * In the order of a run: data.mjs (what all train on), subjects.mjs and cases.mjs (who does what), contest.mjs (in turn, checked),
 * table.mjs (what came of it). Ours are in ours/, the others in peers/. Ends with 1 when a result is wrong or one of them fails.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { allCases } from './cases.mjs';
import { commandLine, refuse, whole } from './command.mjs';
import { contest } from './contest.mjs';
import { installPeers } from './install-peers.mjs';
import { machine } from './machine.mjs';
import { referenceLosses } from './reference.mjs';
import { subjectsOf } from './subjects.mjs';
import { table } from './table.mjs';

const CACHE = join(import.meta.dirname, '.cache');
const VENV = join(CACHE, 'venv');
const HIDDEN = 100;
const LEARNING_RATE = 0.01;

const HELP = `npm run bench -- [options]      measures facemark beside its peers, and checks that all come to the same results

  --cases a,b       only these cases, or all whose names begin so: train,job,matmul
  --faces FILE      a CSV of faces; without it 1000 synthetic ones
  --rounds N        how often each is measured (5)
  --quick           one round of few iterations, to try the harness: not for figures
  --threads N       threads of each side (2)
  --out FOLDER      where results.json and table.md go (bench/.cache/results)
  --install-peers   first installs the peers in Python in bench/.cache/venv: some GB
  --python PATH     Python of the peers (the one in bench/.cache/venv, else python3); absent peers are named and left out
  --node PATH       Node of our side (the one that runs this)
  --list            names the cases
  --help            prints this
`;

const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    faces: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: join(CACHE, 'results') },
    'install-peers': { type: 'boolean', default: false },
    python: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else await main();

async function main() {
  const [rounds, threads] = [values.quick ? 1 : whole('rounds', values.rounds), whole('threads', values.threads)];
  if (values['install-peers']) installPeers(VENV);
  const venvPython = join(VENV, 'bin', 'python');
  const pythonPath = values.python ?? (existsSync(venvPython) ? venvPython : 'python3');
  const data = layOutData();
  const { nodePath, nodeMajor } = realNode();
  const subjects = subjectsOf({ nodePath, pythonPath, threads });
  const cases = chosen(
    allCases({
      data,
      subjects,
      expectedLosses: referenceLosses(subjects, data),
      cache: CACHE,
      nodeMajor,
      quick: values.quick,
    }),
  );
  if (values.list) return console.log(cases.map(({ name, what }) => `${name.padEnd(26)} ${what}`).join('\n'));

  const results = {
    date: new Date().toISOString(),
    command: commandLine('bench'),
    machine: machine(threads),
    rounds,
    cases: [],
  };
  mkdirSync(values.out, { recursive: true });
  for (const rules of cases) {
    results.cases.push(await hold(rules, rounds));
    await writeFileAtomic(join(values.out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    await writeFileAtomic(join(values.out, 'table.md'), table(results));
  }
  console.log(
    `\n${table(results)}\n${relative('.', join(values.out, 'results.json'))}, ${relative('.', join(values.out, 'table.md'))}`,
  );
  const failures = results.cases.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`));
  for (const failure of failures) console.error(`FAILED ${failure}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** One case: the contest, its times in the case's unit, and its targets. */
async function hold(rules, rounds) {
  const { name, what, note, show = (seconds) => `${seconds.toFixed(2)} s`, targets = [] } = rules;
  console.error(`${name}: ${what}`);
  const outcome = await contest(rules, {
    rounds,
    onRun: ({ round, label, seconds }) =>
      console.error(`  round ${round + 1}: ${show(seconds).padStart(12)}  ${label}`),
  });
  return {
    name,
    what,
    note,
    ...outcome,
    subjects: outcome.subjects.map((subject) => ({ ...subject, shown: subject.seconds && show(subject.seconds) })),
    targets: targets.map((target) => target(outcome.subjects)),
  };
}

/** The program itself, for the one that was asked for may be a script in front of it, which takes time to start. */
function realNode() {
  const script = "({ nodePath: process.execPath, nodeMajor: Number(process.versions.node.split('.')[0]) })";
  return JSON.parse(execFileSync(values.node, ['-p', `JSON.stringify(${script})`], { encoding: 'utf8' }));
}

function layOutData() {
  const settings = {
    cache: CACHE,
    source: values.faces && resolve(values.faces),
    learningRate: LEARNING_RATE,
    hidden: HIDDEN,
  };
  return JSON.parse(
    execFileSync(values.node, [join(import.meta.dirname, 'data.mjs'), JSON.stringify(settings)], { encoding: 'utf8' }),
  );
}

function chosen(cases) {
  if (values.cases === undefined) return cases;
  const wanted = values.cases.split(',').flatMap((name) => {
    const found = cases.filter((one) => one.name === name || one.name.startsWith(`${name}-`));
    if (found.length > 0) return found;
    return refuse(`there is no case ${name}; --list names them`);
  });
  return [...new Set(wanted)];
}
