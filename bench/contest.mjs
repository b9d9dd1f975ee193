/**
 * A contest: ours against each peer in turn, A B A C A B A C …, so that whatever the machine does meanwhile is done to both.
 *
 * A ratio is the peer's time by the time of ours just before it; above 1 ours is the faster one. Each result is held against the expected
 * one: a contest cannot be won by skipping work.
 */

import { othersBusyCores } from './machine.mjs';
import { median } from './median.mjs';
import { runSubject } from './subject.mjs';

/**
 * Holds a contest.
 *
 * @param {object} rules
 * @param rules.ours the subject that everything is compared with
 * @param rules.peers the others; one that is absent is named and left out
 * @param rules.measure `seconds`, which the subjects measure themselves, or `wallSeconds`, the whole process
 * @param rules.expected makes the right result; where it gives undefined, it is what ours found first
 * @param rules.deviation (result, expected) → how far off a result is
 * @param rules.tolerance how far off it may be
 * @param onRun told of each run that ended well
 * @returns plain data: `subjects`, ours first, each with median, ratio, memory, deviation; `failures` in words, none when all is well;
 *   `lacksReference` when `expected` gave undefined; `othersBusyCores` before the runs, the median
 */
export async function contest(rules, { rounds, onRun = () => {} }) {
  const { ours, peers = [], measure = 'seconds', deviation, tolerance } = rules;
  const failures = [];
  const busy = [];
  const records = [ours, ...peers].map((subject) => ({ subject, label: subject.label, runs: [], ratios: [] }));
  let expected = await rules.expected?.();
  const lacksReference = rules.expected !== undefined && expected === undefined;

  /** @returns how long it took; undefined once the subject is out of the contest */
  async function turn(record, round) {
    busy.push(await othersBusyCores());
    try {
      const run = await runSubject(record.subject);
      if (run.absent !== undefined) {
        record.absent = run.absent;
        return undefined;
      }
      expected ??= run.result;
      const off = deviation(run.result, expected);
      if (!(off <= tolerance)) throw new Error(`${record.label} is wrong: off by ${off}, and ${tolerance} is allowed`);
      record.runs.push({ ...run, off });
      onRun({ round, label: record.label, seconds: run[measure] });
      return run[measure];
    } catch (thrown) {
      record.failed = thrown.message;
      failures.push(thrown.message);
      return undefined;
    }
  }

  const outcome = () => ({
    subjects: records.map((record) => summary(record, measure)),
    failures,
    lacksReference,
    othersBusyCores: median(busy),
  });

  const [first, ...others] = records;
  for (let round = 0; round < rounds; round++) {
    const opponents = others.filter((record) => record.absent === undefined && record.failed === undefined);
    for (const opponent of opponents.length > 0 ? opponents : [undefined]) {
      const own = await turn(first, round);
      if (first.absent !== undefined) failures.push(`${first.label} is absent: ${first.absent}`);
      if (own === undefined) return outcome();
      if (opponent === undefined) continue;
      const theirs = await turn(opponent, round);
      if (theirs !== undefined) opponent.ratios.push(theirs / own);
    }
  }
  return outcome();
}

function summary({ label, absent, failed, runs, ratios }, measure) {
  if (runs.length === 0) return { label, absent, failed };
  const { how, versions } = runs[0];
  const times = runs.map((run) => run[measure]);
  const most = (name) => {
    const values = runs.map((run) => run[name]).filter((value) => value !== undefined);
    return values.length > 0 ? Math.max(...values) : undefined;
  };
  return {
    label,
    how,
    failed,
    seconds: median(times),
    ratio:
      ratios.length > 0 ? { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) } : undefined,
    maxRssMiB: most('maxRssMiB'),
    trainingMiB: most('trainingMiB'),
    off: Math.max(...runs.map(({ off }) => off)),
    times,
    versions,
  };
}
