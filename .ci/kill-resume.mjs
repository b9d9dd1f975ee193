/**
 * `facemark train` is killed with kill -9 at 20 random moments, often twice in one run, and `facemark train --resume` goes on: every run
 * must leave what an uninterrupted one leaves, history and weights bit by bit. All solvers, on WASM, with dropout and augmentation where
 * they can be; checkpoints are written nearly all the time, so that many are killed while they are written.
 *
 *     node .ci/kill-resume.mjs [--kills 20]
 */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '20' } } });
const KILLS = Number(values.kills);
const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'cli', 'main.js');
const MOST_SITTINGS = 4;
const STARTING_MS = 250; // in which nothing of facemark has begun

const REGIMES = {
  dual: '--hidden 20 --solver dual --momentum 0.9 --iterations 2000',
  'dual-ops': '--hidden 20 --solver dual-ops --momentum 0.9 --nesterov --iterations 300',
  fit: '--hidden 20 --solver fit --momentum 0.9 --iterations 100',
  batches:
    '--hidden 20 --solver batches --batch-size 8 --optimizer adam --learning-rate 0.002 --schedule oneCycle --augment --dropout 0.2 --iterations 30',
  'conv-net': '--preset convnet --channels 4 --dropout 0.2 --batch-size 16 --iterations 10',
  pieces: '--preset convnet --network classic --learning-rate 0.001 --dropout 0.2 --batch-size 24 --iterations 6',
};

const cwd = mkdtempSync(join(tmpdir(), 'facemark-kill-resume-'));
const env = { ...process.env, FACEMARK_BACKEND: 'wasm' };
const common = '--restore-best --threads 2 --checkpoint-every 0.02';
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
spawnSync(process.execPath, [MAIN, 'synth', '--count', '60', '--out', 'faces.csv'], { cwd, stdio: 'inherit' });

/** Runs a command, which is killed after some milliseconds if it is still there. */
function sitting(args, killAfterMs = Infinity) {
  const started = performance.now();
  const child = spawn(process.execPath, [MAIN, 'train', ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = killAfterMs < Infinity ? setTimeout(() => child.kill('SIGKILL'), killAfterMs) : undefined;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, wasKilled: signal === 'SIGKILL', output, ms: performance.now() - started });
    }),
  );
}

/** All that a run must leave alike. */
function left(folder) {
  const read = (...names) => readFileSync(join(cwd, folder, ...names), 'utf8');
  const { best, stopped, solver, solverWhy } = JSON.parse(read('run.json')).run;
  const { scores, validationRows, nextSteps, options } = JSON.parse(read('run.json'));
  return JSON.stringify({
    files: readdirSync(join(cwd, folder), { recursive: true }).sort(), // the weights are named by their SHA-256
    ...{ history: read('history.csv'), programs: read('history.json'), pictures: read('curve.svg') },
    ...{ best, stopped, solver, solverWhy, scores, validationRows, nextSteps, options },
  });
}

/** One run from the first sitting to its end, killed once or several times. */
async function interrupted(folder, args, wholeMs) {
  const story = [];
  let next = args;
  for (let i = 1; ; i++) {
    const moment = STARTING_MS + Math.random() * (0.85 * wholeMs - STARTING_MS);
    const isLast = i === MOST_SITTINGS || (i > 1 && Math.random() < 0.5);
    const { code, wasKilled, output } = await sitting(next, isLast ? Infinity : moment);
    const from = /goes on with iteration (\d+)/.exec(output)?.[1] ?? (/begins again/.test(output) ? '0' : undefined);
    if (from) story.push(`went on with ${from}`);
    if (wasKilled) story.push(`killed after ${Math.round(moment)} ms`);
    else if (/is finished, so there is nothing to go on with/.test(output)) return story;
    else if (/there is no folder|holds no training that was interrupted/.test(output)) story.push('nothing had begun');
    else if (code === 0) return story;
    else throw new Error(`facemark train ${next.join(' ')} ended with ${code}:\n${output}`);
    next = story.at(-1) === 'nothing had begun' ? args : ['--resume', folder];
  }
}

let failed = 0;
let middles = 0; // sittings that went on in the middle of a training
const wholes = {};
for (const [name, regime] of Object.entries(REGIMES)) {
  const args = ['faces.csv', ...`${regime} ${common} --out ${name}`.split(' ')];
  const { code, output, ms } = await sitting(args);
  if (code !== 0) throw new Error(output);
  wholes[name] = { ms, expected: left(name) };
}
for (let kills = 0, run = 0; kills < KILLS; run++) {
  const name = Object.keys(REGIMES)[run % Object.keys(REGIMES).length];
  const folder = `${name}-${run}`;
  const args = ['faces.csv', ...`${REGIMES[name]} ${common} --out ${folder}`.split(' ')];
  const story = await interrupted(folder, args, wholes[name].ms);
  const isSame = left(folder) === wholes[name].expected;
  kills += story.filter((part) => part.startsWith('killed')).length;
  middles += story.filter((part) => /^went on with [1-9]/.test(part)).length;
  if (!isSame) failed++;
  console.log(
    `${isSame ? 'same     ' : 'DIFFERENT'} ${name.padEnd(8)} ${story.join(', ') || 'was done before it was killed'}`,
  );
}
if (failed) console.error(`kill and resume: ${failed} runs left something else than an uninterrupted one`);
if (middles < KILLS / 3)
  console.error(
    `kill and resume: only ${middles} of ${KILLS} kills came in the middle of a training; give the regimes more iterations`,
  );
process.exitCode = failed || middles < KILLS / 3 ? 1 : 0;
