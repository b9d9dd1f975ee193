/** The results as Markdown: a row for each configuration. */

/** @param results what run.mjs leaves in results.json */
export function table({ date, command, machine, jobs, data, folds, chosen, untouched, rows, synthetic }) {
  const { processor, cores, system } = machine;
  const by = normaliserOf([...rows.flatMap(({ folds }) => folds), ...synthetic]);
  const mean =
    rows.flatMap(({ folds }) => folds)[0] &&
    average(
      rows.flatMap((row) => row.folds),
      baseline,
    );
  const titles = [
    ...['', 'RMSE px, mean of the folds ± their spread', 'below the mean face'],
    ...(untouched ? ['on fold 1 alone'] : []),
    ...['spread of the seeds on fold 1', nmeTitle(by), 'faces above 10 %'],
    ...['trained in (processor time)', 'multiply-adds', 'weights'],
  ];
  return [
    `\`${command}\`, ${date.slice(0, 10)}. ${processor}, ${cores} cores, ${system}; ${jobs === 1 ? 'one job' : `${jobs} jobs`} at a time.`,
    `${data.words}: ${data.faces} faces of ${data.people} people in ${folds} folds, nobody in two${chosen.length < folds ? `; folds ${chosen.map((fold) => fold + 1).join(', ')} only` : ''}.${untouched ? ` Fold 1 is the ${untouched} people who took no part in choosing.` : ''}`,
    '',
    `| ${titles.join(' | ')} |`,
    `|${'---|'.repeat(titles.length)}`,
    ...rows.map((row) => lineOf(row, { mean, by, untouched, width: titles.length })),
    '',
    ...(synthetic.length > 0 ? syntheticTable(synthetic, by) : []),
  ].join('\n');
}

function lineOf({ label, folds, seeds, absent, failed }, { mean, by, untouched, width }) {
  const inWords = (words) => `| ${label} | ${words} ${'| '.repeat(width - 2)}|`;
  if (absent !== undefined) return inWords(`absent: ${absent}`);
  if (folds.length === 0) return inWords(failed ? `**failed**: ${failed}` : 'not run');
  const of = (read) => average(folds, read);
  const [{ weights, multiplyAdds }] = folds;
  const cells = [
    `${of(rmse).toFixed(2)}${folds.length > 1 ? ` ± ${spread(folds.map(rmse)).toFixed(2)}` : ''}`,
    percent(1 - of(rmse) / mean, 0),
    ...(untouched ? [onUntouched(seeds)] : []),
    seeds.length > 1 ? `${spread(seeds.map(rmse)).toFixed(2)} (${seeds.length} seeds)` : '',
    ...normalisedCells(
      folds.map(({ scores }) => scores.fold),
      by,
    ),
    seconds(of((result) => result.seconds)) + processorTime(of((result) => result.cpuSeconds ?? 0)),
    short(multiplyAdds),
    short(weights),
  ];
  return `| ${label}${failed ? ' (**some folds failed**)' : ''} | ${cells.join(' | ')} |`;
}

/** The mean of the seeds on the first fold, and how far it is below that fold's mean face. */
function onUntouched(seeds) {
  if (seeds.length === 0) return '';
  const mean = average(seeds, rmse);
  return `${mean.toFixed(2)} (${percent(1 - mean / average(seeds, baseline), 0)})`;
}

/** Trained on synthetic faces alone, tested on these. */
function syntheticTable(results, by) {
  const tests = { all: 'all people', even: 'people with even numbers', odd: 'people with odd numbers' };
  return [
    `Trained on ${results[0].trainedOn} synthetic faces alone:`,
    '',
    `| | tested on | RMSE px | the real mean face's | below it | ${nmeTitle(by)} | faces above 10 % |`,
    '|---|---|---|---|---|---|---|',
    ...results.flatMap(({ label, scores }) =>
      Object.entries(tests).map(([test, words]) => {
        const { count, rmsePx, meanFace, gain } = scores[test];
        const cells = [
          label,
          `${words}, ${count} faces`,
          rmsePx.toFixed(2),
          meanFace.rmsePx.toFixed(2),
          percent(gain, 0),
        ];
        return `| ${[...cells, ...normalisedCells([scores[test]], by)].join(' | ')} |`;
      }),
    ),
    '',
  ];
}

const rmse = ({ scores }) => scores.fold.rmsePx;
const baseline = ({ scores }) => scores.fold.meanFace.rmsePx;

/** The normaliser that is labelled on the most faces of the first result. */
function normaliserOf([first]) {
  const normalised = Object.entries(first ? Object.values(first.scores)[0].normalised : {});
  return normalised.sort(([, a], [, b]) => b.count - a.count)[0]?.[0];
}

function nmeTitle(by) {
  return by === undefined ? 'NME' : `NME, ${by === 'interOcular' ? 'inter-ocular' : 'inter-pupil'}`;
}

function normalisedCells(scores, by) {
  if (by === undefined) return ['', ''];
  return [
    percent(
      average(scores, ({ normalised }) => normalised[by].nme),
      2,
    ),
    percent(
      average(scores, ({ normalised }) => normalised[by].failureRate),
      1,
    ),
  ];
}

function average(results, read) {
  return results.reduce((sum, result) => sum + read(result), 0) / results.length;
}

/** Standard deviation of a sample. */
export function spread(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function percent(share, digits) {
  const rounded = Number((share * 100).toFixed(digits)) || 0; // no −0
  return `${rounded.toFixed(digits).replace('-', '−')} %`;
}

function seconds(value) {
  return value === 0 ? '' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} s`;
}

/** What the processors worked for it, which others who keep the machine busy do not stretch as much. */
function processorTime(value) {
  return value === 0 ? '' : ` (${seconds(value)})`;
}

/** 924,730 → 925 k. */
function short(number) {
  if (number < 1000) return String(number);
  return number < 1e6 ? `${Math.round(number / 1000)} k` : `${(number / 1e6).toFixed(1)} M`;
}
