/** `facemark evaluate`: the scores of a bundle on a file of faces. */

import { Command } from '@commander-js/extra-typings';
import { type EvaluateJobReport, evaluateJob } from '../run/evaluate-job';
import { withTerminal } from './job-on-terminal';
import { labelled, scoresInWords } from './job-words';
import * as shared from './shared-options';
import { table } from './table';

/** The command with its options, help and action. */
export function evaluateCommand(): Command {
  const command = shared
    .reading(
      new Command('evaluate')
        .description(
          'Scores a bundle on a file of faces, in pixels beside the mean face. Faces that it was trained on are left out.',
        )
        .addArgument(shared.bundleFolder())
        .addArgument(shared.facesFile()),
    )
    .addOption(shared.incomplete())
    .optionsGroup('Run:')
    .option('--all', 'score the faces that it was trained on too')
    .addOption(shared.backend())
    .addOption(shared.json())
    .addHelpText('after', EXAMPLES)
    .action(async (bundle, faces, { json, ...options }) => {
      const report = await withTerminal({ quiet: json }, (terminal) =>
        evaluateJob({ ...options, ...terminal, bundle, faces }),
      );
      console.log(json ? JSON.stringify(report, null, 2) : inWords(report));
    });
  return command as unknown as Command;
}

function inWords({ backend, leftOut, scores }: EvaluateJobReport): string {
  const isComplete = scores.perLandmark.every(({ labelled }) => labelled === scores.count);
  const px = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(2));
  const perLandmark = scores.perLandmark.map(({ name, labelled, rmsePx, meanFaceRmsePx }) => [
    name,
    String(labelled),
    px(rmsePx),
    px(meanFaceRmsePx),
  ]);
  return [
    labelled('backend', backend, process.stdout),
    ...(leftOut > 0
      ? [
          labelled(
            '',
            `left out: ${leftOut} faces that the network was trained on (--all scores them too)`,
            process.stdout,
          ),
        ]
      : []),
    labelled(
      'labels',
      isComplete ? `all ${scores.count}` : 'some are missing: the table counts those that are there',
      process.stdout,
    ),
    '',
    table(['landmark', 'faces', 'RMSE px', 'mean face'], perLandmark, ['l', 'r', 'r', 'r']),
    '',
    scoresInWords(scores, leftOut > 0 ? 'faces it was not trained on' : 'faces', process.stdout),
  ].join('\n');
}

const EXAMPLES = `
Examples:
  $ facemark evaluate first-net/bundle faces.csv
  $ facemark evaluate first-net/bundle others.csv.gz --json
`;
