/** `facemark synth`: synthetic faces as a file. */

import { existsSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { syntheticFaces } from '../data/synthetic/faces';
import { writeFaces } from '../data/write-faces';
import { FacemarkError } from '../errors';
import * as shared from './shared-options';
import { whole } from './values';

/** The command with its options, help and action. */
export function synthCommand(): Command {
  const command = new Command('synth')
    .description(
      "Writes synthetic faces with exact landmarks as a CSV in Kaggle's layout. The same seed gives the same file everywhere.",
    )
    .option('-o, --out <file>', 'where: gzipped when it ends in .gz', 'synthetic-faces.csv')
    .option('--overwrite', 'replace the file that is there')
    .addOption(shared.count())
    .addOption(shared.seed())
    .option('--size <px>', 'width and height of a face', whole, 96)
    .addHelpText('after', EXAMPLES)
    .action(async ({ out, overwrite, ...options }) => {
      if (!overwrite && existsSync(out))
        throw new FacemarkError(
          'output',
          `${out} is there already; choose another name, or replace it with --overwrite.`,
        );
      const faces = syntheticFaces(options);
      await writeFaces(out, faces);
      console.log(`${faces.count} faces: ${out}`);
    });
  return command as unknown as Command;
}

const EXAMPLES = `
Examples:
  $ facemark synth --count 200 --seed 7 --out faces.csv
  $ facemark synth --size 48 --out small.csv.gz
`;
