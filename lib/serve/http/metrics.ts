/** What `/metrics` tells Prometheus. Labels come from a fixed list, never from a client, so that their number has a bound. */

import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Pool } from '../pool';

export interface Metrics {
  /** Content type of the text. */
  readonly contentType: string;
  /** @param code of a problem, or `ok` */
  count(route: string, status: number, code: string, seconds: number): void;
  text(): Promise<string>;
  close(): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]; // a photo takes 1 ms to 1 s

/** What is counted elsewhere: the predictions that are inside, and those that no worker was asked for. */
export interface Counts {
  inside(): number;
  inline(): number;
}

/** Metrics of a service, in a registry of their own. */
export function createMetrics(pool: Pool, { inside, inline }: Counts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'facemark_http_requests_total',
    help: 'Requests answered, by route, status and code of the problem',
    labelNames: ['route', 'status', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'facemark_http_request_duration_seconds',
    help: 'Time from the first header of a request to the last byte of its answer',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  });
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name: `facemark_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge('http_requests_inside', 'Predictions asked for that are not answered yet', inside);
  new Counter({
    name: 'facemark_requests_inline_total',
    help: 'Predictions that this process answered itself',
    registers,
    collect() {
      this.reset();
      this.inc(inline());
    },
  });
  gauge('queue_length', 'Requests that wait for a worker', () => pool.status().waiting);
  gauge('requests_running', 'Requests in a worker', () => pool.status().running);
  gauge('workers_wanted', 'Workers that there should be', () => pool.status().workers.wanted);
  gauge('workers_ready', 'Workers that can be given work', () => pool.status().workers.ready);
  gauge(
    'workers_replaced',
    'Workers that died and were replaced, since the start',
    () => pool.status().workers.replaced,
  );
  gauge('resident_memory_bytes', 'Memory of this process, workers that are threads included', () =>
    process.memoryUsage.rss(),
  );
  gauge('heap_used_bytes', "JavaScript's part of it, in the main thread", () => process.memoryUsage().heapUsed);
  const delay = delayGauge(registers);
  return {
    contentType: registry.contentType,
    count(route, status, code, seconds) {
      requests.inc({ route, status, code });
      durations.observe({ route }, seconds);
    },
    text: () => registry.metrics(),
    close: () => void delay.disable(),
  };
}

const RESOLUTION_MS = 10; // of the timer by which the delay is measured
const NANOSECONDS = 1e9;

/** How late the event loop comes, since the last time that it was asked for. */
function delayGauge(registers: Registry[]): IntervalHistogram {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  new Gauge({
    name: 'facemark_event_loop_delay_seconds',
    help: 'Delay of the event loop of the main thread since the last scrape',
    labelNames: ['quantile'],
    registers,
    collect() {
      if (delay.count === 0) return;
      const beyond = (ns: number): number => Math.max(0, ns / NANOSECONDS - RESOLUTION_MS / 1000);
      this.set({ quantile: '0.5' }, beyond(delay.percentile(50)));
      this.set({ quantile: '0.99' }, beyond(delay.percentile(99)));
      this.set({ quantile: '1' }, beyond(delay.max));
      delay.reset();
    },
  });
  return delay;
}
