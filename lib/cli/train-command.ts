/** `facemark train`: the options of `trainJob`, and its report in words. */

import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { BACKENDS } from '../backend/choose';
import { INCOMPLETE } from '../data/read-faces';
import { ACTIVATIONS, BUILD_MODEL_DEFAULTS } from '../model/build-model';
import { INITIALIZERS } from '../model/initializers';
import { PREPARE_DEFAULTS } from '../prepare/prepare';
import { CENTRES } from '../prepare/scaling';
import { type JobEvent, trainJob } from '../run/train-job';
import { SOLVERS } from '../train/choose-solver';
import { TRAIN_DEFAULTS } from '../train/train';
import { noProgress, trainingProgress } from './progress';
import { stopSignal } from './stop-signal';
import { setupInWords, trainReportInWords } from './train-report';

/** The command with its options, help and action. */
export function trainCommand(): Command {
  const command = new Command('train')
    .summary('train a network on a CSV of faces, or on synthetic ones, and score it')
    .description(
      "Trains the tutorial's network, 9216-100(tanh)-30, by full-batch gradient descent, and scores it in pixels beside the mean face. Every default is the tutorial's.",
    )
    .addArgument(
      new Argument('[faces]', "CSV of faces in Kaggle's layout, perhaps gzipped; without it synthetic faces"),
    )
    .option('--count <n>', 'how many synthetic faces', whole, 1000)
    .addOption(new Option('--incomplete <what>', 'rows that miss some landmarks').choices(INCOMPLETE).default('drop'))
    .option('--width <px>', 'width of the pictures, where they are not square', whole)
    .option('--height <px>', 'their height', whole)
    .option(
      '--validation-fraction <f>',
      'share of the faces that validate',
      number,
      PREPARE_DEFAULTS.validationFraction,
    )
    .option('--groups <file>', 'CSV that names the person of every row: nobody stands on both sides of the split')
    .option('--groups-column <name>', 'its column, where it has several')
    .addOption(
      new Option('--centre <how>', 'mean to subtract from the coordinates')
        .choices(CENTRES)
        .default(PREPARE_DEFAULTS.centre),
    )
    .option('--hidden <units>', 'units of the hidden layer, or of several: 100-50', layers, [
      BUILD_MODEL_DEFAULTS.hiddenUnits as number,
    ])
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
    .option('--no-bias', 'layers without biases')
    .option('--iterations <n>', 'updates of the weights', whole, TRAIN_DEFAULTS.iterations)
    .option('--learning-rate <eta>', 'step size', number, TRAIN_DEFAULTS.learningRate)
    .option('--patience <n>', 'stop after n iterations without a better validation error', whole)
    .option('--restore-best', 'end with the weights of the best iteration')
    .addOption(
      new Option('--solver <name>', 'how the descent is computed').choices(SOLVERS).default(TRAIN_DEFAULTS.solver),
    )
    .addOption(new Option('--backend <name>', 'engine to force; the best one otherwise').choices(BACKENDS))
    .option('--seed <n>', 'of the synthetic faces, the split and the initial weights', whole, 1)
    .option('-o, --out <folder>', 'run folder (default: a new one in ./facemark-runs)')
    .option('--overwrite', 'replace the run that is there')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', EXAMPLES);

  command.action(async (faces, { hidden, json, ...options }) => {
    const progress = json ? noProgress : trainingProgress(process.stderr);
    const stop = stopSignal(process.stderr);
    const onEvent = (event: JobEvent): void => {
      if (event.kind === 'iteration') progress.update(event);
      else if (json) return;
      else if (event.kind === 'drawing') console.error(`drawing ${event.count} synthetic faces …`);
      else if (event.kind === 'start') console.log(setupInWords(event.setup, process.stdout));
    };
    try {
      const report = await trainJob({ ...options, faces, hiddenUnits: hidden, signal: stop.signal, onEvent });
      progress.stop();
      console.log(json ? JSON.stringify(report, null, 2) : trainReportInWords(report, process.stdout));
      if (report.run.stopped === 'aborted') process.exitCode = stop.exitCode;
    } finally {
      progress.stop();
      stop.release();
    }
  });
  return command as unknown as Command;
}

const EXAMPLES = `
Examples:
  $ facemark train
  $ facemark train training.csv --iterations 2000 --learning-rate 0.05
  $ facemark train training.csv.gz --centre perCoordinate --learning-rate 0.1 --restore-best --patience 100
  $ facemark train faces.csv --groups people.csv --out first-net
  $ facemark train faces.csv --hidden 100-50 --activation relu --initializer heNormal
  $ facemark train faces.csv --json > report.json
`;

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** 100-50 → [100, 50] */
function layers(text: string): number[] {
  if (!/^\d+(-\d+)*$/.test(text))
    throw new InvalidArgumentError('Expected units such as 100, or of several layers: 100-50.');
  return text.split('-').map(Number);
}
