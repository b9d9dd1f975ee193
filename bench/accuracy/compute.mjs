/** Runs the jobs that are not known yet, some at a time, and remembers what comes of them. */

import { join } from 'node:path';
import { runSubject } from '../subject.mjs';
import { subjectsOf } from '../subjects.mjs';
import { resultsIn } from './cache.mjs';

const LIMIT_MS = 6 * 3_600_000; // ends a job that hangs

/**
 * The result of every job, from the cache or computed, each in a process of its own.
 *
 * @param cache the folder whose `jobs` holds the results
 * @param fresh whether all are computed anew
 * @param atOnce how many jobs run at a time, each with so many `threads`
 * @returns by job: `{ scores, … }`, `{ absent }` or `{ failed }`
 */
export async function compute(jobs, { cache, fresh, backend, python, atOnce, threads }) {
  const known = resultsIn(join(cache, 'jobs'));
  const { node } = subjectsOf({ nodePath: process.execPath, threads });
  const outcome = new Map(jobs.map((job) => [job, fresh ? undefined : known.get(job)]));
  const left = jobs.filter((job) => outcome.get(job) === undefined);
  console.error(`${jobs.length} jobs, ${jobs.length - left.length} of them known already`);
  let done = 0;
  await runAll(left, atOnce, async (job) => {
    const subject = node(job.what, 'accuracy/one.mjs', { ...job.settings, python });
    const env = { FACEMARK_BACKEND: backend };
    const result = await runOne({ ...subject, env, limitMs: LIMIT_MS });
    if (result.scores) await known.put(job, { job: job.name, ...result, atOnce, date: new Date().toISOString() });
    outcome.set(job, result);
    console.error(`  ${String(++done).padStart(3)} of ${left.length}  ${job.what}: ${inWords(result)}`);
  });
  return outcome;
}

async function runOne(subject) {
  try {
    const { absent, result, seconds, wallSeconds, maxRssMiB, versions } = await runSubject(subject);
    return absent === undefined ? { ...result, seconds, wallSeconds, maxRssMiB, versions } : { absent };
  } catch (thrown) {
    return { failed: thrown.message };
  }
}

function inWords({ absent, failed, scores, seconds }) {
  if (!scores) return absent ? `absent: ${absent}` : `FAILED ${firstLine(failed)}`;
  return `${(scores.fold ?? scores.all).rmsePx.toFixed(2)} px, ${seconds.toFixed(1)} s`;
}

/** Runs jobs, some at once, in their order. */
async function runAll(jobs, atOnce, run) {
  const waiting = [...jobs];
  const lane = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await run(job);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** Of the end of what a failed job said. */
export function firstLine(text) {
  return text.split('\n')[0];
}
