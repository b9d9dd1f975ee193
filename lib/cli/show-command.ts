/** `facemark show`: faces and their landmarks on one sheet. */

import { Command } from '@commander-js/extra-typings';
import { showJob } from '../run/show-job';
import { withTerminal } from './job-on-terminal';
import * as shared from './shared-options';
import { whole } from './values';

/** The command with its options, help and action. */
export function showCommand(): Command {
  const command = shared
    .reading(
      new Command('show')
        .description('Draws faces with their landmarks on one sheet, as SVG and PNG: what a file holds, at a glance.')
        .addArgument(shared.facesOrSynthetic()),
    )
    .addOption(shared.count())
    .addOption(shared.seed())
    .addOption(shared.incomplete().default('keep' as const))
    .optionsGroup('Sheet:')
    .option('-o, --out <picture>', 'where: an SVG and a PNG are written', 'faces.png')
    .option('--limit <n>', 'how many faces', whole, 24)
    .option('--from <n>', 'the first of them, counted from 0', whole, 0)
    .option('--augment', 'as training with --augment sees them in its first pass')
    .addHelpText('after', EXAMPLES)
    .action(async (faces, options) => {
      const picture = await withTerminal({}, (terminal) => showJob({ ...options, ...terminal, faces }));
      console.log(`Picture: ${picture}`);
    });
  return command as unknown as Command;
}

const EXAMPLES = `
Examples:
  $ facemark show
  $ facemark show faces.csv --from 100 --limit 12 --out sheet.png
  $ facemark show faces.csv --augment --out augmented.png
`;
