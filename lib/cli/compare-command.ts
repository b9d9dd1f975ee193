/** `facemark compare`: change it and see. The options of `compareJob`, and its report as a table. */

import { Command } from '@commander-js/extra-typings';
import { ACTIVATIONS } from '../model/build-model';
import { INITIALIZERS } from '../model/initializers';
import { CENTRES } from '../prepare/scaling';
import { type CompareJobReport, compareJob } from '../run/compare-job';
import { withTerminal } from './job-on-terminal';
import * as shared from './shared-options';
import { table } from './table';
import { scientific } from './train-report';
import { layers, number, oneOf, several, whole } from './values';

/** The command with its options, help and action. */
export function compareCommand(): Command {
  const command = shared
    .reading(
      new Command('compare')
        .description(
          'Trains one network for every combination of the settings that are given several values, with commas between them, and compares them in one table and one chart.',
        )
        .addArgument(shared.facesOrSynthetic()),
    )
    .addOption(shared.count())
    .addOption(shared.incomplete())
    .addOption(shared.validationFraction())
    .addOption(shared.groups())
    .addOption(shared.groupsColumn())
    .optionsGroup('Settings to vary, each a list with commas:')
    .option('--hidden <list>', 'units of the hidden layers: 25,100,100-50', several(layers))
    .option('--activation <list>', `any of ${ACTIVATIONS.join(', ')}`, several(oneOf(ACTIVATIONS)))
    .option('--initializer <list>', `any of ${INITIALIZERS.join(', ')}`, several(oneOf(INITIALIZERS)))
    .option('--learning-rate <list>', 'step sizes: 0.01,0.1', several(number))
    .option('--momentum <list>', 'momenta: 0,0.9', several(number))
    .option('--iterations <list>', 'passes over the training rows: 750,2000', several(whole))
    .option('--centre <list>', `any of ${CENTRES.join(', ')}`, several(oneOf(CENTRES)))
    .optionsGroup('The same for all networks:')
    .addOption(shared.dropout())
    .addOption(shared.noBias())
    .addOption(shared.nesterov())
    .addOption(shared.augment())
    .addOption(shared.batchSize())
    .addOption(shared.optimizer())
    .addOption(shared.schedule())
    .addOption(shared.weightDecay())
    .addOption(shared.clipNorm())
    .addOption(shared.patience())
    .addOption(shared.restoreBest())
    .addOption(shared.solver())
    .addOption(shared.threads())
    .optionsGroup('Run:')
    .addOption(shared.backend())
    .addOption(shared.seed())
    .addOption(shared.runFolder())
    .addOption(shared.overwrite())
    .addOption(shared.json())
    .addHelpText('after', EXAMPLES)
    .action(async (faces, { json, ...options }) => {
      const { hidden, activation, initializer, learningRate, momentum, iterations, centre, ...rest } = options;
      const vary = { hiddenUnits: hidden, activation, initializer, learningRate, momentum, iterations, centre };
      const report = await withTerminal({ quiet: json }, (terminal) =>
        compareJob({ ...rest, ...terminal, faces, vary }),
      );
      console.log(json ? JSON.stringify(report, null, 2) : inWords(report));
    });
  return command as unknown as Command;
}

function inWords({ nets, meanFaceRmsePx, left, chart, folder }: CompareJobReport): string {
  if (nets.length === 0) return 'Stopped before the first network was trained.';
  const best = Math.min(...nets.map(({ result }) => result?.scores.rmsePx ?? Infinity));
  const rows = nets.map(({ name, result, failure }) => {
    if (!result) return [name, '', '', '', failure?.replace(/:.*/, '') ?? ''];
    const { scores, seconds, stopped } = result;
    return [
      stopped === 'aborted' ? `${name} (stopped by hand)` : name,
      `${scientific(result.best.validation)} @ ${result.best.iteration}`,
      `${scores.rmsePx.toFixed(2)} px${scores.rmsePx === best ? ' *' : '  '}`,
      `${seconds.toFixed(1)} s`,
      `${Math.abs(scores.gain * 100).toFixed(0)} % ${scores.gain > 0 ? 'better' : 'worse'}`,
    ];
  });
  const mean = meanFaceRmsePx === undefined ? [] : [['the mean face', '', `${meanFaceRmsePx.toFixed(2)} px  `, '', '']];
  return [
    '',
    table(
      ['network', 'minimum validation error', 'RMSE  ', 'time', 'beside the mean face'],
      [...rows, ...mean],
      ['l', 'l', 'r', 'r', 'l'],
    ),
    '',
    ...(left > 0 ? [`Stopped by hand: ${left} more ${left === 1 ? 'network was' : 'networks were'} to come.`] : []),
    chart ? `* the best. Chart: ${chart}` : 'Every network diverged: try smaller learning rates.',
    `All of it: ${folder}`,
  ].join('\n');
}

const EXAMPLES = `
Examples:
  $ facemark compare --hidden 25,100,400
  $ facemark compare faces.csv --activation tanh,relu --learning-rate 0.01,0.1
  $ facemark compare faces.csv --centre global,perCoordinate --groups people.csv --out centres
`;
