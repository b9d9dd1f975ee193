/** `facemark train`: the options of `trainJob`, and its report in words. */

import { Command, Option } from '@commander-js/extra-typings';
import { FacemarkError } from '../errors';
import { BUILD_CONV_NET_DEFAULTS } from '../model/build-conv-net';
import { ACTIVATIONS, BUILD_MODEL_DEFAULTS } from '../model/build-model';
import { INITIALIZERS } from '../model/initializers';
import { NETWORKS } from '../model/networks';
import { PREPARE_DEFAULTS } from '../prepare/prepare';
import { CENTRES } from '../prepare/scaling';
import { PRESET_NAMES } from '../run/presets';
import { resumeJob } from '../run/resume-job';
import { trainJob } from '../run/train-job';
import { TRAIN_DEFAULTS } from '../train/train-options';
import { withTerminal } from './job-on-terminal';
import * as shared from './shared-options';
import { trainReportInWords } from './train-report';
import { layers, number, typed, whole } from './values';

/** The command with its options, help and action. */
export function trainCommand(): Command {
  const command = shared
    .reading(
      new Command('train')
        .description(
          "Trains the tutorial's network, 9216-100(tanh)-30, by gradient descent, and scores it in pixels beside the mean face. Every default is the tutorial's; presets do better.",
        )
        .addArgument(shared.facesOrSynthetic()),
    )
    .addOption(shared.count())
    .addOption(shared.incomplete())
    .optionsGroup('Recipe:')
    .addOption(
      new Option('--preset <name>', 'a whole recipe; every other option goes before it (see below)').choices(
        PRESET_NAMES,
      ),
    )
    .optionsGroup('Split and scaling:')
    .addOption(shared.validationFraction())
    .addOption(shared.groups())
    .addOption(shared.groupsColumn())
    .addOption(
      new Option('--centre <how>', 'mean to subtract from the coordinates')
        .choices(CENTRES)
        .default(PREPARE_DEFAULTS.centre),
    )
    .optionsGroup('Network:')
    .addOption(
      new Option('--network <name>', 'dense layers, or convolutions of either kind').choices(NETWORKS).default('dense'),
    )
    .addOption(
      new Option('--hidden <units>', 'units of the hidden layer, or of several: 100-50')
        .argParser(layers)
        .default([100], String(BUILD_MODEL_DEFAULTS.hiddenUnits)),
    )
    .addOption(
      new Option('--activation <name>', 'of the hidden layers')
        .choices(ACTIVATIONS)
        .default(BUILD_MODEL_DEFAULTS.activation),
    )
    .addOption(
      new Option('--initializer <name>', 'rule for the spread of the initial weights')
        .choices(INITIALIZERS)
        .default(BUILD_MODEL_DEFAULTS.initializer),
    )
    .addOption(shared.dropout())
    .addOption(shared.noBias())
    .option('--standardize', 'bring every picture to mean 0 and spread 1 first; convolutional networks always do')
    .option('--no-standardize', 'beside a preset that does: do not')
    .option('--channels <n>', `of the compact network (default: ${BUILD_CONV_NET_DEFAULTS.channels})`, whole)
    .optionsGroup('Training:')
    .option(
      '--iterations <n>',
      'passes over the training rows, each one update or one for each batch',
      whole,
      TRAIN_DEFAULTS.iterations,
    )
    .option('--learning-rate <eta>', 'step size', number, TRAIN_DEFAULTS.learningRate)
    .option('--momentum <mu>', "how much of the last step goes into the next (default: 0; adam's beta 1: 0.9)", number)
    .addOption(shared.nesterov())
    .addOption(shared.augment())
    .option('--no-augment', 'beside a preset that does: do not')
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
    .addOption(shared.checkpointEvery())
    .addOption(shared.resume())
    .addOption(shared.json())
    .addHelpText('after', EXAMPLES)
    .action(async (faces, all, self) => {
      const { hidden, json, resume, checkpointEvery, ...options } = typed(all, self);
      const report = await withTerminal({ quiet: json }, (terminal) => {
        const live = { ...terminal, checkpointEverySeconds: checkpointEvery };
        if (resume === undefined) return trainJob({ ...options, ...live, faces, hiddenUnits: hidden });
        refuseBesideResume(self as unknown as Command);
        return resumeJob(resume, { ...live, threads: options.threads, faces, groups: options.groups });
      });
      console.log(json ? JSON.stringify(report, null, 2) : trainReportInWords(report, process.stdout));
    });
  return command as unknown as Command;
}

/** What may stand beside --resume; all else the run has said already. */
const BESIDE_RESUME = ['resume', 'groups', 'checkpointEvery', 'threads', 'json'];

/**
 * Makes sure that nobody believes to change a training that goes on.
 *
 * @throws FacemarkError `bad-option` naming what stands beside --resume
 */
function refuseBesideResume(command: Command): void {
  const given = command.options.filter((option) => {
    const name = option.attributeName();
    const isNegated = command.getOptionValue(name) === false; // --no-augment and --augment are two options of one name
    return command.getOptionValueSource(name) === 'cli' && option.negate === isNegated && !BESIDE_RESUME.includes(name);
  });
  if (given.length === 0) return;
  throw new FacemarkError(
    'bad-option',
    `--resume takes its settings from the run, so ${given.map(({ long }) => long).join(', ')} must not stand beside it; expected --resume alone, with --threads, --checkpoint-every or --json, or with the faces (and --groups) where they were moved.`,
  );
}

const EXAMPLES = `
Presets:
(RMSE on real faces of people never seen, where the mean face has 4.30 px; time of one core, on WASM, for 1700 faces)
  tutorial  what happens without any option: the tutorial's network and training (9.11 px, 13 s)
  improved  the same network with standardised pictures, a start at the mean face, Adam, mini-batches and augmentation;
            rows that miss some landmarks are used (--incomplete keep) (2.33 px, 47 s)
  convnet   the same training for a compact convolutional network (1.75 px, 4¾ minutes)

Examples:
  $ facemark train
  $ facemark train training.csv --preset improved
  $ facemark train training.csv --preset convnet --groups people.csv --seed 2
  $ facemark train training.csv --iterations 2000 --learning-rate 0.05
  $ facemark train training.csv.gz --centre perCoordinate --initializer zeroOutput --learning-rate 0.3
  $ facemark train faces.csv --groups people.csv --out first-net
  $ facemark train faces.csv --hidden 100-50 --activation relu --initializer heNormal
  $ facemark train faces.csv --batch-size 64 --optimizer adam --learning-rate 0.001 --schedule oneCycle --iterations 60 --augment
  $ facemark train faces.csv --json > report.json
  $ facemark train --resume facemark-runs/2026-11-25T18-42-23
  $ facemark train where-it-is-now.csv --resume facemark-runs/2026-11-25T18-42-23
`;
