/** What every subject in JavaScript does: take its settings, read numbers, measure, and tell what came of it in the line that the harness reads. */

import { readFileSync } from 'node:fs';
import { median } from './median.mjs';

/** The settings that the case gave this subject. */
export const settings = JSON.parse(process.argv[2]);

/** A file of float32. */
export function readFloats(path) {
  return new Float32Array(new Uint8Array(readFileSync(path)).buffer); // a copy: small files share one buffer
}

/** The line at the end of a subject that ran; `how` says in words how it did it, `trainingMiB` what it took beside what was there before. */
export function report(seconds, result, { how, trainingMiB, ...versions } = {}) {
  const maxRssMiB = process.resourceUsage().maxRSS / 1024;
  const all = { Node: process.version, ...versions };
  console.log(JSON.stringify({ seconds, result, maxRssMiB, trainingMiB, how, versions: all }));
}

/** The median time of some work, warmed up, measured for about `budget` seconds. */
export async function medianSeconds(work, budget) {
  await timesOf(work, budget / 4);
  return median(await timesOf(work, budget));
}

async function timesOf(work, budget) {
  const times = [];
  const end = performance.now() + budget * 1000;
  while (times.length === 0 || performance.now() < end) {
    const started = performance.now();
    await work();
    times.push((performance.now() - started) / 1000);
  }
  return times;
}
