/** The results as Markdown: a table, and what it was measured with. */

import { median } from '../median.mjs';

/** @param results what run.mjs leaves in results.json */
export function table({ date, command, machine, workers, rounds, seconds, engine, versions, workloads, absent }) {
  const { processor, cores, memoryGiB, system, othersBusyCores } = machine;
  return [
    `\`${command}\`, ${date.slice(0, 10)}. ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; services and client on the same cores, ${workers} workers on each side.`,
    `Medians of ${rounds} rounds of ${seconds} s, in turn; in brackets the smallest and the largest ratio of a round. Others kept ${othersBusyCores.toFixed(1)} cores busy before.`,
    `Versions: ${Object.entries({ ...versions, ...(absent ? {} : { engine }) })
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    ...(absent ? [`FastAPI is absent: ${absent}.`] : []),
    '',
    '| what is asked | connections | facemark: requests/s | p50 | p99 | event loop late, p99 | CPU a request | FastAPI: requests/s | p50 | p99 | CPU a request | facemark / FastAPI |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...workloads.flatMap(({ name, loads }) => loads.map((load) => row(name, load))),
    '',
    ...workloads.map(({ name, what, offPx }) => `- ${name}: ${what}.${same(offPx)}`),
    '',
  ].join('\n');
}

function row(name, { connections, ours, theirs }) {
  const middle = (runs, key) => median(runs.map((run) => run[key]));
  const cells = (runs, ...more) =>
    runs.length === 0
      ? ['', '', '', '']
      : [
          rate(middle(runs, 'requestsPerSecond')),
          ms(middle(runs, 'p50Ms')),
          ms(middle(runs, 'p99Ms')),
          ...more.map((key) => ms(middle(runs, key))),
          runs[0].cpuMs === undefined ? '' : ms(middle(runs, 'cpuMs')),
        ];
  const ratios = theirs.map((run, round) => ours[round].requestsPerSecond / run.requestsPerSecond);
  const ratio =
    ratios.length === 0
      ? ''
      : `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
  return `| ${[name, connections, ...cells(ours, 'loopDelayMs'), ...cells(theirs), ratio].join(' | ')} |`;
}

function same(offPx) {
  return offPx === undefined ? '' : ` The two sides' points differ by at most ${offPx.toFixed(4)} px.`;
}

function rate(value) {
  return String(Math.round(value));
}

function ms(value) {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
