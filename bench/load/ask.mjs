/** Asks a service: once, for the points, or by so many connections for a while, for how fast it answers. */

import autocannon from 'autocannon';

const WARM_UP_SECONDS = 1;
const TYPE = { 'content-type': 'application/octet-stream' };

/** The points of one answer, in pixels of the photo: { name: { x, y } }. */
export async function pointsOf(url, bytes) {
  const answer = await fetch(url, { method: 'POST', headers: TYPE, body: bytes });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text).faces[0].landmarks;
}

/** Asks for a while before anything is measured: V8 compiles what is used often, and heaps come to their size. */
export async function warmUp(service, path, bytes, seconds) {
  await autocannon({
    url: service.url + path,
    method: 'POST',
    headers: TYPE,
    body: bytes,
    connections: 8,
    duration: seconds,
  });
}

/**
 * Asks without a pause on each connection, warmed up.
 *
 * @param service as services.mjs starts it
 * @param waiting the other services, which nobody asks meanwhile
 * @returns requests a second, milliseconds of the median and the 99th percentile, processor time of the service for each request, its
 *   event loop's delay and the cores that those who wait keep busy, where they can be seen
 * @throws Error when an answer is missing or is no 200
 */
export async function load(service, path, bytes, { connections, seconds, waiting }) {
  const ask = (duration) =>
    autocannon({ url: service.url + path, method: 'POST', headers: TYPE, body: bytes, connections, duration });
  await ask(WARM_UP_SECONDS);
  await service.loopDelayMs(); // begins anew when it is read
  const all = [service, ...waiting];
  const before = all.map((one) => one.cpuSeconds());
  const run = ask(seconds);
  const times = [];
  run.on('response', (_, __, ___, ms) => times.push(ms)); // autocannon's own percentiles are whole milliseconds
  const { '2xx': answered, non2xx, errors, duration } = await run;
  if (non2xx + errors > 0 || answered === 0)
    throw new Error(`${service.label}: ${answered} answers of 200, ${non2xx} others, ${errors} errors`);
  const [taken, ...idle] = all.map((one, index) => one.cpuSeconds() - before[index]); // NaN where there is no /proc
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: answered / duration,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    cpuMs: (1000 * taken) / answered,
    waitingCores: idle.reduce((sum, one) => sum + one, 0) / duration,
    loopDelayMs: await service.loopDelayMs(),
  };
}

function percentile(sorted, share) {
  return sorted[Math.floor(share * (sorted.length - 1))];
}
