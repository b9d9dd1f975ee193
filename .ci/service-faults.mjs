/**
 * The service in bad company: malformed requests, more of them than it takes, workers killed at work, an end in the middle of it all.
 * `node .ci/service-faults.mjs [--bodies 10000]`: so many, and twice as many before them to warm up.
 */

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { buildModel, createPredictor, prepare, saveBundle, syntheticFaces, useBackend } from '../dist/index.js';
import { malformed, unfinished } from './faults/malformed.mjs';
import { post, RawConnection, rawRequest } from './faults/raw-connection.mjs';
import { childrenOf, mibOf, withService } from './faults/running-service.mjs';

const { values } = parseArgs({ options: { bodies: { type: 'string', default: '10000' } } });
const bodies = Number(values.bodies);
const PARTS = 10; // of the bodies, after each of which memory is looked at
const WARM_UP = 2; // times as many bodies, in which heaps come to their size
const SLOW_MS = 5000; // time that the service gives a request
const MAX_GROWTH_MIB = 64; // of a process: 10,000 bodies left behind would be 100, and heaps breathe by 30, with 30,000 too
const MAX_WAIT_MS = 3000; // on two busy cores; docs/serving.md has what it is on quiet ones
const KILLS = 20;

await useBackend('wasm');
const faces = syntheticFaces({ count: 2 });
const face = Buffer.from(faces.pixels.subarray(0, 96 * 96));
const GOOD = post('/v1/predict', 'image/x-portable-graymap', Buffer.concat([Buffer.from('P5 96 96 255\n'), face]));
const small = sharp(face, { raw: { width: 96, height: 96, channels: 1 } });
const FOR_WORKERS = post('/v1/predict', 'image/webp', await small.webp({ lossless: true }).toBuffer()); // sharp's, so never answered inline
const READY = rawRequest('GET', '/v2/health/ready', []);
const folder = await bundle();

await withService(folder, ['--timeout-ms', String(SLOW_MS)], malformedBodies);
await withService(folder, ['--max-queue', '8', '--concurrency', '2'], overload);
await withService(folder, [], killedWorkers);
await withService(folder, ['--concurrency', '1'], sigterm);

/** Each is refused with a problem, or is a picture still; nothing hangs, dies or grows, and good requests are answered as before. */
async function malformedBodies({ port, pid }) {
  const workers = childrenOf(pid);
  const before = await pointsOf(port);
  const statuses = {};
  const memory = [];
  let longestMs = 0;
  const requests = malformed(1, face);
  const started = performance.now();
  for (let part = -PARTS * WARM_UP; part < PARTS; part++) {
    await each(bodies / PARTS, new Array(32).fill(port), requests, async (connection, request) => {
      const asked = performance.now();
      const answer = await connection.ask(request.bytes, request).catch((thrown) => {
        throw new Error(`${request.kind}: ${thrown.message}: ${shown(request.bytes)}`);
      });
      longestMs = Math.max(longestMs, performance.now() - asked);
      const status = checked(answer, request);
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
    if (part >= 0) memory.push([pid, ...workers].map(mibOf));
  }
  const seconds = (performance.now() - started) / 1000;
  const late = await Promise.all(
    Array.from({ length: 16 }, () => new RawConnection(port).ask(unfinished(), { isWhole: false })),
  );
  assert.deepEqual(new Set(late.map(({ status }) => status)), new Set([408]), 'requests that never come in whole');
  const least = (some) => some[0].map((_, process) => Math.min(...some.map((of) => of[process]))); // heaps breathe
  const [early, lately] = [least(memory.slice(0, 3)), least(memory.slice(-3))];
  const growth = lately.map((mib, process) => mib - early[process]);
  assert.ok(Math.max(...growth) <= MAX_GROWTH_MIB, `memory grows: ${memory.join(' | ')} MiB`);
  assert.deepEqual(childrenOf(pid), workers, 'a worker died');
  assert.deepEqual(await pointsOf(port), before, 'a good request is answered otherwise than before');
  console.log(
    `malformed: ${bodies * (1 + WARM_UP)} requests in ${seconds.toFixed(0)} s, slowest ${longestMs.toFixed(0)} ms, ${JSON.stringify(statuses)}, memory ${early} → ${lately} MiB`,
  );
}

/** Who finds the queue full is told so at once, and the others do not wait long for it. */
async function overload({ port }) {
  const accepted = [];
  const refused = [];
  const until = performance.now() + 5000;
  await onConnections(128, port, async (connection) => {
    while (performance.now() < until) {
      const asked = performance.now();
      const { status, headers } = await connection.ask(FOR_WORKERS);
      (status === 200 ? accepted : refused).push(performance.now() - asked);
      if (status === 200) continue;
      assert.equal(status, 503);
      assert.equal(headers['retry-after'], '1');
      await sleep(100); // ten times as eager as it is asked to be
    }
  });
  const p99 = percentile(accepted, 0.99);
  assert.ok(refused.length > 0 && accepted.length > 0);
  assert.ok(p99 < MAX_WAIT_MS, `p99 of what is accepted: ${p99} ms`);
  const after = await Promise.all(Array.from({ length: 4 }, () => new RawConnection(port).ask(FOR_WORKERS)));
  assert.ok(after.every(({ status }) => status === 200));
  console.log(
    `overload: 128 connections for 5 s, ${accepted.length} accepted (p99 ${p99.toFixed(0)} ms), ${refused.length} answered 503 with Retry-After (p99 ${percentile(refused, 0.99).toFixed(0)} ms)`,
  );
}

/** One worker is killed, then all, again and again: what they had is done by others, and the service is ready again soon. */
async function killedWorkers({ port, pid }) {
  const wanted = childrenOf(pid).length;
  const statuses = {};
  const unready = [];
  let isOver = false;
  const load = onConnections(16, port, async (connection) => {
    while (!isOver) {
      const { status } = await connection.ask(FOR_WORKERS);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  });
  for (let i = 0; i < KILLS; i++) {
    const victims = childrenOf(pid).slice(0, i % 2 ? wanted : 1);
    for (const victim of victims) process.kill(victim, 'SIGKILL');
    const killed = performance.now();
    await sleep(5);
    while ((await new RawConnection(port).ask(READY, { isWhole: false })).status !== 200) await sleep(10);
    unready.push(performance.now() - killed);
    while (childrenOf(pid).some((child) => victims.includes(child)) || childrenOf(pid).length < wanted) await sleep(20);
    await sleep(500); // the new ones are at work
  }
  isOver = true;
  await load;
  const killed = (KILLS / 2) * (1 + wanted);
  const { 200: answered, ...lost } = statuses;
  assert.ok(
    Object.keys(lost).every((status) => status >= 500),
    `other answers: ${JSON.stringify(statuses)}`,
  );
  const lostCount = Object.values(lost).reduce((sum, count) => sum + count, 0);
  assert.ok(lostCount <= killed, `${lostCount} lost of ${answered}, more than workers killed`);
  assert.ok(Math.max(...unready) < MAX_WAIT_MS, `ready again after ${unready} ms`);
  console.log(
    `kill -9: ${killed} workers killed, ${answered} requests answered, ${lostCount} answered 5xx; ready again after ${percentile(unready, 0.5).toFixed(0)} ms, at most ${Math.max(...unready).toFixed(0)} ms`,
  );
}

/** What has come in is answered, nobody else comes in, and the exit code is 0. */
async function sigterm({ child, port, exited }) {
  const photo = post('/v1/predict', 'image/jpeg', await largePhoto());
  let answered = 0;
  const answers = Promise.all(
    Array.from({ length: 60 }, async () => {
      const answer = await new RawConnection(port).ask(photo, { limitMs: 60_000 });
      answered++;
      return answer?.status;
    }),
  );
  while ((await insideOf(port)) + answered < 60) await sleep(10);
  const before = answered;
  child.kill('SIGTERM');
  const killed = performance.now();
  await sleep(100);
  await assert.rejects(new RawConnection(port).ask(GOOD), { code: 'ECONNREFUSED' });
  const statuses = await answers;
  assert.ok(
    statuses.every((status) => status === 200),
    `answers: ${statuses}`,
  );
  assert.deepEqual(await exited, [0, null]);
  console.log(
    `SIGTERM: ${60 - before} requests were inside, all were answered; exit 0 after ${(performance.now() - killed).toFixed(0)} ms, new connections refused`,
  );
}

/** Status of an answer that may be given to a malformed request. */
function checked(answer, { kind, bytes }) {
  const about = () => `${kind}: ${shown(bytes)} is answered ${answer?.status} ${answer?.body}`;
  assert.ok(answer, about());
  if (answer.status === 200) return 200;
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json\b/, about());
  const { status, code, detail } = JSON.parse(answer.body);
  assert.ok(status === answer.status && status >= 400 && detail.length < 1000, about());
  assert.ok(status < 500, about()); // a bug, a worker that died, or time that ran out
  return `${status} ${code}`;
}

/** Takes so many items from an iterator, by as many connections as there are ports. */
async function each(count, ports, items, use) {
  let left = count;
  await Promise.all(
    ports.map(async (port) => {
      const connection = new RawConnection(port);
      while (left-- > 0) await use(connection, (await items.next()).value);
      connection.close();
    }),
  );
}

async function onConnections(count, port, use) {
  const connections = Array.from({ length: count }, () => new RawConnection(port));
  await Promise.all(connections.map(use));
  for (const connection of connections) connection.close();
}

async function pointsOf(port) {
  const { status, body } = await new RawConnection(port).ask(GOOD, { isWhole: false });
  assert.equal(status, 200);
  return JSON.parse(body);
}

async function insideOf(port) {
  const { body } = await new RawConnection(port).ask(rawRequest('GET', '/metrics', []), { isWhole: false });
  return Number(/^facemark_http_requests_inside (\d+)$/m.exec(body)[1]);
}

async function bundle() {
  const data = prepare(faces);
  const predictor = createPredictor(buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 20 }), data);
  data.dispose();
  const where = join(mkdtempSync(join(tmpdir(), 'facemark-faults-')), 'net');
  await saveBundle(where, predictor);
  return where;
}

/** A photo of nine megapixels, which takes a worker some 50 ms. */
function largePhoto() {
  return sharp(face, { raw: { width: 96, height: 96, channels: 1 } })
    .resize(3000, 3000)
    .jpeg()
    .toBuffer();
}

function percentile(numbers, share) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(share * (numbers.length - 1))];
}

function shown(bytes) {
  return JSON.stringify(bytes.toString('latin1', 0, 400));
}
