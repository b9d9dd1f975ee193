/** The results as Markdown: how many requests a second, how long one takes, and what it was measured with. */

import { median } from '../median.mjs';

/** @param results what run.mjs leaves in results.json; `sides` and the runs of a load are in the same order, ours first */
export function table({ date, command, machine, workers, rounds, seconds, sides, absent, versions, workloads }) {
  const { processor, cores, memoryGiB, system, othersBusyCores } = machine;
  const rows = workloads.flatMap(({ name, loads }) => loads.map((load) => ({ name, ...load })));
  return [
    `\`${command}\`, ${date.slice(0, 10)}. ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; services and client on the same cores, ${workers} workers on each side.`,
    `Medians of ${rounds} rounds of ${seconds} s, in turn; in brackets the smallest and the largest ratio of a round. Others kept ${othersBusyCores.toFixed(1)} cores busy before${waiting(rows)}.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    ...absent.map(({ label, absent: reason }) => `${label} is absent: ${reason}.`),
    '',
    'Requests a second:',
    '',
    ...requests(sides, rows),
    '',
    'Milliseconds that a request takes, the median and the 99th percentile, and those of processor time; last, the 99th percentile of how late our event loop is:',
    '',
    ...milliseconds(sides, rows),
    '',
    ...workloads.map(({ name, what, offPx }) => `- ${name}: ${what}.${same(sides, offPx)}`),
    '',
  ].join('\n');
}

/** Each peer's rate, and beside it how ours is to it. */
function requests([ours, ...peers], rows) {
  const heads = [ours, ...peers.flatMap((peer) => [peer, `${ours} / it`])];
  return grid(heads, rows, ({ runs }) => {
    const [our, ...theirs] = runs.map((rounds) => rounds.map(({ requestsPerSecond }) => requestsPerSecond));
    const cells = theirs.flatMap((their) => [rate(their), ratio(our.map((one, round) => one / their[round]))]);
    return [rate(our), ...cells];
  });
}

/** How long the client waits, side by side, then what it costs. */
function milliseconds([ours, ...peers], rows) {
  const heads = [`p50 / p99: ${ours}`, ...peers, `CPU: ${ours}`, ...peers, 'loop late'];
  return grid(heads, rows, ({ runs }) => {
    const middle = (rounds, key) => ms(median(rounds.map((run) => run[key])));
    const waits = runs.map((rounds) => `${middle(rounds, 'p50Ms')} / ${middle(rounds, 'p99Ms')}`);
    return [...waits, ...runs.map((rounds) => middle(rounds, 'cpuMs')), middle(runs[0], 'loopDelayMs')];
  });
}

/** A line for each load: what was asked, on how many connections, and the cells. */
function grid(heads, rows, cellsOf) {
  return [
    `| what is asked | connections | ${heads.join(' | ')} |`,
    `|---|${'--:|'.repeat(1 + heads.length)}`,
    ...rows.map((row) => `| ${[row.name, row.connections, ...cellsOf(row)].join(' | ')} |`),
  ];
}

function rate(values) {
  return String(Math.round(median(values)));
}

function ratio(values) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

/** What those who were not asked took, at worst: nothing, or the figures would not be of those who were. */
function waiting(rows) {
  const most = Math.max(...rows.flatMap(({ runs }) => runs.flat().map(({ waitingCores }) => waitingCores)));
  const isKnown = rows[0].runs.length > 1 && !Number.isNaN(most); // there are others, and a /proc
  return isKnown ? `, services that were not asked at most ${most.toFixed(2)} meanwhile` : '';
}

function same([, ...peers], offPx) {
  const off = peers.map((peer, index) => `${offPx[index].toFixed(4)} px (${peer})`);
  return off.length === 0 ? '' : ` Points differ from ours by at most ${off.join(', ')}.`;
}

function ms(value) {
  return Number.isNaN(value) ? '' : value.toFixed(value < 10 ? 2 : 0);
}
