/** The results as a page of Markdown: for each case a table with ours on top, then what it should reach. */

/** @param results what run.mjs leaves in results.json */
export function table({ date, command, machine, rounds, cases }) {
  const { processor, cores, memoryGiB, system, threads, loadBefore } = machine;
  return [
    '# facemark beside its peers',
    '',
    `\`${command}\`, ${date.slice(0, 10)}. ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; load before: ${loadBefore}.`,
    `${threads} threads on either side unless it says otherwise. Medians of ${rounds} round${rounds === 1 ? '' : 's'}, in turn; in brackets the smallest and the largest ratio.`,
    '',
    ...cases.flatMap(section),
    '## Versions',
    '',
    ...Object.entries(versionsOf(cases)).map(([name, version]) => `- ${name}: ${version}`),
    '',
  ].join('\n');
}

function section({ name, what, note, subjects, failures, targets }) {
  return [
    `## ${name}`,
    '',
    `${what[0].toUpperCase()}${what.slice(1)}.`,
    ...(note ? ['', note] : []),
    '',
    '| who | median | facemark is faster by | peak memory | off by |',
    '|---|---|---|---|---|',
    ...subjects.map(row),
    '',
    ...failures.map((failure) => `- **FAILED**: ${failure.split('\n')[0]}`),
    ...targets.map(({ words, figure, reached }) => `- Target: ${words}: ${figure}${VERDICTS.get(reached)}.`),
    '',
  ];
}

const VERDICTS = new Map([
  [true, ', reached'],
  [false, ', **missed**'],
  [undefined, ''],
]);

function row({ label, how, absent, failed, shown, ratio, maxRssMiB, off }) {
  const who = how ? `${label} (${how})` : label;
  if (absent !== undefined) return `| ${who} | absent: ${absent} | | | |`;
  if (shown === undefined) return `| ${who} | ${failed ? 'failed' : 'not run'} | | | |`;
  const faster = ratio ? `${number(ratio.median)} × (${number(ratio.min)}–${number(ratio.max)})` : '';
  const memory = maxRssMiB === undefined ? '' : `${Math.round(maxRssMiB)} MiB`;
  return `| ${who} | ${shown} | ${faster} | ${memory} | ${off === 0 ? '0' : off.toExponential(0)} |`;
}

function number(value) {
  return Number(value.toPrecision(3)).toString();
}

function versionsOf(cases) {
  return Object.assign({}, ...cases.flatMap(({ subjects }) => subjects.map(({ versions }) => versions)));
}
