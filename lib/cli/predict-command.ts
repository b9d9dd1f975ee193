/** `facemark predict`: landmarks for faces, labelled or not. */

import { Command } from '@commander-js/extra-typings';
import { asJson, predictJob } from '../run/predict-job';
import { withTerminal } from './job-on-terminal';
import * as shared from './shared-options';

/** The command with its options, help and action. */
export function predictCommand(): Command {
  const command = shared
    .reading(
      new Command('predict')
        .description(
          "Predicts the landmarks of every face of a file, such as Kaggle's test.csv: a table of coordinates in pixels on standard output, or in a file.",
        )
        .addArgument(shared.bundleFolder())
        .addArgument(shared.facesFile()),
    )
    .optionsGroup('Run:')
    .option('-o, --out <file>', 'write the table there: .csv, or .json for JSON')
    .option('--draw <picture>', 'draw the first faces with their predictions: an SVG and a PNG')
    .addOption(shared.backend())
    .addOption(shared.json())
    .addHelpText('after', EXAMPLES)
    .action(async (bundle, faces, { json, ...options }) => {
      const report = await withTerminal({ quiet: json, setup: false }, (terminal) =>
        predictJob({ ...options, ...terminal, bundle, faces }),
      );
      if (json) process.stdout.write(asJson(report));
      else if (!options.out) process.stdout.write(report.csv);
      else console.log(`Landmarks of ${report.faces.length} faces: ${options.out}`);
      if (report.picture && !json) console.error(`Picture: ${report.picture}`);
    });
  return command as unknown as Command;
}

const EXAMPLES = `
Examples:
  $ facemark predict first-net/bundle test.csv --out landmarks.csv
  $ facemark predict first-net/bundle test.csv --json
  $ facemark predict first-net/bundle test.csv --out landmarks.csv --draw predictions.png
`;
