/** The services, each started with its own command and seen from outside: where it listens, what it takes, how it ends. */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..', '..');
const START_MS = 240_000; // PyTorch is loaded, and two networks are exported or compiled

/** What a peer computes with: the engine's name in its settings, and what the table calls the service. */
export const ENGINES = [
  { name: 'onnxruntime', label: 'FastAPI + ONNX Runtime' },
  { name: 'torch', label: 'FastAPI + PyTorch' },
];

/** `facemark serve` with a bundle for each network. */
export async function startOurs({ nodePath, folder, networks, workers }) {
  const port = await freePort();
  const bundles = networks.map((name) => `${name}=${join(folder, name, 'bundle')}`);
  const command = [join(ROOT, 'dist', 'cli', 'main.js'), 'serve', ...bundles, '--backend', 'wasm'];
  const args = [...command, '--port', port, '--workers', workers, '--log-level', 'error'].map(String);
  const service = await start({ label: 'facemark', command: nodePath, args, port });
  return { ...service, loopDelayMs: () => loopDelayMs(service.url) };
}

/** The peer in Python with one of `ENGINES`; where it cannot run, only its label and the reason in `absent`. */
export async function startPeer({ pythonPath, folder, networks, workers, engine }) {
  const port = await freePort();
  const settings = JSON.stringify({ folder, networks, port, workers, engine: engine.name });
  const args = [join(ROOT, 'bench', 'peers', 'serve_fastapi.py'), settings];
  const env = peerEnvironment(workers);
  const service = await start({ label: engine.label, command: pythonPath, args, port, env });
  return { ...service, loopDelayMs: async () => undefined };
}

/** Threads for the libraries of one worker, and no processor pinned for OpenBLAS. */
function peerEnvironment(workers) {
  const { OPENBLAS_CORETYPE: _, ...env } = process.env;
  const threads = String(Math.max(1, Math.floor(availableParallelism() / workers)));
  return { ...env, OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads };
}

/** Starts it and waits until it is ready; a line of JSON with `absent` says why it cannot be. */
async function start({ label, command, args, port, env = process.env }) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  let isOver = false;
  const over = new Promise((resolve) => {
    child.on('exit', resolve);
    child.on('error', ({ code }) => {
      said += `{"absent":"there is no ${command} (${code})"}`;
      resolve();
    });
  }).then(() => {
    isOver = true;
  });
  const kill = (signal) => {
    if (!isOver && child.pid !== undefined) process.kill(-child.pid, signal); // its workers too
  };
  const killAll = () => kill('SIGKILL');
  process.once('exit', killAll);
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + START_MS;
  while (!isOver && !(await isReady(url)) && performance.now() < until) await sleep(100);
  const absent = /\{"absent": ?"([^"]*)"\}/.exec(said)?.[1];
  if (absent !== undefined) return { label, absent };
  if (isOver || performance.now() >= until) throw new Error(`${label} did not start: ${said.slice(-3000)}`);
  return {
    label,
    url,
    cpuSeconds: () => cpuSeconds(child.pid),
    close: async () => {
      kill('SIGTERM');
      await Promise.race([over, sleep(10_000, undefined, { ref: false })]);
      killAll();
      process.off('exit', killAll);
    },
  };
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/v2/health/ready`)).ok;
  } catch {
    return false;
  }
}

async function loopDelayMs(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return 1000 * Number(/^facemark_event_loop_delay_seconds\{quantile="0.99"\} (\S+)$/m.exec(text)?.[1]);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const TICKS_PER_SECOND = 100; // of Linux's clock in /proc

/** Processor time of a process and all below it; NaN where there is no /proc. */
function cpuSeconds(root) {
  if (process.platform !== 'linux') return Number.NaN;
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const processes = all.map((pid) => statOf(pid)).filter((found) => found !== undefined);
  const family = new Set([root]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid }) => family.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may have spaces in it
    return { pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined; // it has just ended
  }
}
