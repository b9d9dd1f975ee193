/** The results as a page of Markdown: all in short, then for each case a table with ours on top and what it should reach. */

/** @param results what run.mjs leaves in results.json */
export function table({ date, command, machine, rounds, cases }) {
  const { processor, cores, memoryGiB, system, threads } = machine;
  return [
    '# facemark beside its peers',
    '',
    `\`${command}\`, ${date.slice(0, 10)}. ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}.`,
    `${threads} threads on either side unless it says otherwise. Medians of ${rounds} round${rounds === 1 ? '' : 's'}, in turn; in brackets the smallest and the largest ratio.`,
    '',
    '| case | facemark | target | measured |',
    '|---|---|---|---|',
    ...cases.flatMap(inShort),
    '',
    ...cases.flatMap(section),
    '## Versions',
    '',
    ...Object.entries(versionsOf(cases)).map(([name, version]) => `- ${name}: ${version}`),
    '',
  ].join('\n');
}

/** A row for each target, or one. */
function inShort({ name, subjects: [ours], failures, othersBusyCores, targets }) {
  const state = failures.length > 0 ? ' (**failed**)' : othersBusyCores > QUIET_CORES ? ' (not to be trusted)' : '';
  const start = `| ${name}${state} | ${ours.shown ?? ''}`;
  if (targets.length === 0) return [`${start} | | |`];
  return targets.map(({ words, figure, reached }) => `${start} | ${words} | ${figure}${VERDICTS.get(reached)} |`);
}

function section({ name, what, note, subjects, failures, lacksReference, othersBusyCores, targets }) {
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
    ...(othersBusyCores > QUIET_CORES
      ? [`- **Not to be trusted**: others kept ${othersBusyCores.toFixed(1)} cores busy meanwhile.`]
      : []),
    ...(lacksReference
      ? ['- The reference is absent (it needs NumPy): results are held against what facemark found first.']
      : []),
    ...failures.map((failure) => `- **FAILED**: ${failure.split('\n')[0]}`),
    ...targets.map(({ words, figure, reached }) => `- Target: ${words}: ${figure}${VERDICTS.get(reached)}.`),
    '',
  ];
}

const QUIET_CORES = 0.2; // what a machine does by itself

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
