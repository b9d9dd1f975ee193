/**
 * The load table: how fast `facemark serve` answers beside the same networks behind FastAPI, on ONNX Runtime and on PyTorch, all on this
 * machine, in turn, A B C A B C.
 *
 *     npm run load -- --help
 *
 * In the order of a run: lay-out.mjs (networks and pictures), workloads.mjs (what is asked), services.mjs (who answers; the peer is
 * peers/serve_fastapi.py), ask.mjs (how fast), table.mjs (what came of it). Ends with 1 when the sides' points differ, or one fails.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from 'facemark';
import writeFileAtomic from 'write-file-atomic';
import { commandLine, refuse, whole } from '../command.mjs';
import { installPeers } from '../install-peers.mjs';
import { machine, othersBusyCores } from '../machine.mjs';
import { load, pointsOf, warmUp } from './ask.mjs';
import { ENGINES, startOurs, startPeer } from './services.mjs';
import { table } from './table.mjs';
import { WORKLOADS } from './workloads.mjs';

const CACHE = join(import.meta.dirname, '..', '.cache');
const VENV = join(CACHE, 'venv');
const WARM_UP_SECONDS = 5; // of each side, before the first round of a workload
const TOLERANCE_PX = 0.1; // decoders and gray formulas may differ by a gray value here and there, and the points with them
const [BEGIN, END] = ['<!-- npm run load -->', '<!-- end of npm run load -->'];

const HELP = `npm run load -- [options]      measures \`facemark serve\` beside FastAPI, and checks that all find the same points

  --workloads a,b      only these
  --connections 1,8    how many connections ask at a time (1,8,64)
  --rounds N           how often each side is asked (3)
  --seconds N          for how long each time, after a second to warm up (4)
  --workers N          workers of each side (one for each core)
  --engines a,b        of the peers, one service for each (onnxruntime,torch)
  --quick              one round of a second, to try the script: not for figures
  --install-peers      first installs the peers in Python in bench/.cache/venv: some GB
  --python PATH        Python of the peers (the one in bench/.cache/venv, else python3); absent peers are named and left out
  --node PATH          Node of our side (the one that runs this)
  --out FOLDER         where results.json and table.md go (bench/.cache/load)
  --markdown FILE      where the table goes besides: between its marks, if the file has them (docs/serving.md)
  --list               names the workloads
  --help               prints this
`;

const { values } = parseArgs({
  options: {
    workloads: { type: 'string' },
    connections: { type: 'string', default: '1,8,64' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    workers: { type: 'string', default: String(cpus().length) },
    engines: { type: 'string', default: ENGINES.map(({ name }) => name).join() },
    quick: { type: 'boolean', default: false },
    'install-peers': { type: 'boolean', default: false },
    python: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    out: { type: 'string', default: join(CACHE, 'load') },
    markdown: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else if (values.list) console.log(WORKLOADS.map(({ name, what }) => `${name.padEnd(12)} ${what}`).join('\n'));
else await main();

async function main() {
  const [rounds, seconds] = values.quick ? [1, 1] : [whole('rounds', values.rounds), whole('seconds', values.seconds)];
  const workers = whole('workers', values.workers);
  const connections = values.connections.split(',').map((text) => whole('connections', text));
  const workloads = chosen(values.workloads, 'workload', WORKLOADS);
  const engines = chosen(values.engines, 'engine', ENGINES);
  if (values['install-peers']) installPeers(VENV);
  const venvPython = join(VENV, 'bin', 'python');
  const folder = join(CACHE, 'load');
  console.error('training the networks, making the pictures …');
  execFileSync(values.node, [join(import.meta.dirname, 'lay-out.mjs'), JSON.stringify({ folder })], {
    stdio: 'inherit',
  });
  const busy = await othersBusyCores();
  const given = { folder, networks: [...new Set(workloads.map(({ network }) => network))], workers };
  const ours = await startOurs({ ...given, nodePath: values.node });
  const pythonPath = values.python ?? (existsSync(venvPython) ? venvPython : 'python3');
  const peers = [];
  for (const engine of engines) peers.push(await startPeer({ ...given, pythonPath, engine }));
  const services = [ours, ...peers.filter(({ absent }) => absent === undefined)];
  const results = {
    date: new Date().toISOString(),
    command: commandLine('load'),
    machine: { ...machine(workers), othersBusyCores: busy },
    ...{ workers, rounds, seconds },
    sides: services.map(({ label }) => label),
    absent: peers.filter(({ absent }) => absent !== undefined),
    versions: { facemark: version, Node: process.version, ...(await versionsOf(services)) },
    workloads: [],
  };
  try {
    for (const workload of workloads)
      results.workloads.push(await hold(workload, { services, folder, connections, rounds, seconds }));
  } finally {
    await Promise.all(services.map((service) => service.close()));
  }
  await write(results);
}

/** One workload: the same points, then every number of connections, ours and each peer in turn; what comes of it is in their order. */
async function hold({ name, what, network, picture, query }, { services, folder, connections, rounds, seconds }) {
  console.error(`${name}: ${what}`);
  const path = `/v1/predict?model=${network}${query}`;
  const bytes = readFileSync(join(folder, picture));
  const [ours, ...theirs] = await Promise.all(services.map(({ url }) => pointsOf(url + path, bytes)));
  const offPx = theirs.map((points) => distance(ours, points));
  const [, ...peers] = services;
  for (const [index, { label }] of peers.entries())
    if (!(offPx[index] <= TOLERANCE_PX))
      throw new Error(
        `${name}: the points of ${label} are ${offPx[index]} px away from ours; ${TOLERANCE_PX} are allowed`,
      );
  for (const service of services) await warmUp(service, path, bytes, WARM_UP_SECONDS);
  const loads = connections.map((count) => ({ connections: count, runs: services.map(() => []) }));
  for (let round = 0; round < rounds; round++)
    for (const one of loads)
      for (const [index, service] of services.entries()) {
        const waiting = services.filter((other) => other !== service);
        const run = await load(service, path, bytes, { connections: one.connections, seconds, waiting });
        one.runs[index].push(run);
        const { requestsPerSecond, p50Ms, p99Ms, cpuMs } = run;
        const figures = `${requestsPerSecond.toFixed(0).padStart(6)} /s  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms  CPU ${cpuMs.toFixed(2)} ms`;
        console.error(
          `  round ${round + 1}, ${String(one.connections).padStart(2)} connections: ${figures}  ${service.label}`,
        );
      }
  return { name, what, offPx, loads };
}

/** The farthest that two answers are apart in a coordinate. */
function distance(a, b) {
  const names = Object.keys(a);
  if (names.join() !== Object.keys(b).join()) return Number.POSITIVE_INFINITY;
  return Math.max(...names.flatMap((name) => [Math.abs(a[name].x - b[name].x), Math.abs(a[name].y - b[name].y)]));
}

async function versionsOf([, ...peers]) {
  const versions = await Promise.all(peers.map(async ({ url }) => (await fetch(`${url}/versions`)).json()));
  return Object.assign({}, ...versions);
}

async function write(results) {
  mkdirSync(values.out, { recursive: true });
  const text = table(results);
  await writeFileAtomic(join(values.out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFileAtomic(join(values.out, 'table.md'), text);
  if (values.markdown) await writeFileAtomic(values.markdown, withTable(values.markdown, text));
  console.log(
    `\n${text}\n${relative('.', join(values.out, 'results.json'))}, ${relative('.', join(values.out, 'table.md'))}`,
  );
}

function withTable(file, text) {
  const page = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) return text;
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n${page.slice(end)}`;
}

/** Those that an option names with commas between; all without it. */
function chosen(option, noun, all) {
  if (option === undefined) return all;
  const names = all.map(({ name }) => name).join(', ');
  return option
    .split(',')
    .map((name) => all.find((one) => one.name === name) ?? refuse(`there is no ${noun} ${name}; there are ${names}`));
}
