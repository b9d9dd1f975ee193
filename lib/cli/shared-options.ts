/** Options that several commands have, said once: the same flag means the same everywhere. */

import { Argument, type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { BACKENDS } from '../backend/choose';
import { INCOMPLETE } from '../data/read-faces';
import { SYNTHETIC_DEFAULTS } from '../data/synthetic/faces';
import { BUILD_MODEL_DEFAULTS } from '../model/build-model';
import { PREPARE_DEFAULTS } from '../prepare/prepare';
import { SOLVERS } from '../train/choose-solver';
import { SCHEDULES } from '../train/schedules';
import { OPTIMIZERS } from '../train/solvers/batches/optimizers';
import { TRAIN_DEFAULTS } from '../train/train-options';
import { number, whole } from './values';

/** The file of faces, which may be left out for synthetic ones. */
export const facesOrSynthetic = () =>
  new Argument('[faces]', "CSV of faces in Kaggle's layout, perhaps gzipped; without it synthetic faces");
export const facesFile = () => new Argument('<faces>', "CSV of faces in Kaggle's layout, perhaps gzipped");
export const bundleFolder = () => new Argument('<bundle>', 'folder of a bundle, such as RUN/bundle');

export const count = () =>
  new Option('--count <n>', `how many synthetic faces (default: ${SYNTHETIC_DEFAULTS.count})`).argParser(whole);
export const incomplete = () =>
  new Option('--incomplete <what>', 'rows that miss some landmarks').choices(INCOMPLETE).default('drop' as const);
export const width = () =>
  new Option('--width <px>', 'width of the pictures, where they are not square').argParser(whole);
export const height = () => new Option('--height <px>', 'their height').argParser(whole);
export const unreadableRows = () =>
  new Option('--unreadable-rows <what>', 'rows whose pixels are missing or too few')
    .choices(['refuse', 'skip'] as const)
    .default('refuse' as const);
export const missing = () =>
  new Option(
    '--missing <word>',
    "one more word for a missing coordinate: '?', -1, or 0,0 for landmarks at the origin; may be repeated",
  ).argParser((word: string, words: string[] = []) => [...words, word]);
export const swapLeftRight = () =>
  new Option('--swap-left-right', "the file's left and right are the viewer's: swap them");
export const seed = () => new Option('--seed <n>', 'of everything random').argParser(whole).default(1);

export const validationFraction = () =>
  new Option('--validation-fraction <f>', 'share of the faces that validate')
    .argParser(number)
    .default(PREPARE_DEFAULTS.validationFraction);
export const groups = () =>
  new Option('--groups <file>', 'CSV that names the person of every row: nobody stands on both sides of the split');
export const groupsColumn = () => new Option('--groups-column <name>', 'its column, where it has several');

export const dropout = () =>
  new Option('--dropout <share>', 'of the hidden units, dropped at random in every update')
    .argParser(number)
    .default(BUILD_MODEL_DEFAULTS.dropout);
export const nesterov = () => new Option('--nesterov', "Nesterov's momentum, which looks ahead");
export const augment = () =>
  new Option('--augment', 'every pass sees the faces mirrored, moved, turned and in other light');
export const batchSize = () =>
  new Option('--batch-size <n>', 'rows of an update, in a new order in every pass (default: all)').argParser(whole);
export const optimizer = () =>
  new Option('--optimizer <name>', 'rule by which gradients change weights; adam wants a rate of about 0.001')
    .choices(OPTIMIZERS)
    .default(TRAIN_DEFAULTS.optimizer);
export const schedule = () =>
  new Option('--schedule <name>', 'of the learning rate, from the first update to the last')
    .choices(SCHEDULES)
    .default(TRAIN_DEFAULTS.schedule);
export const weightDecay = () =>
  new Option('--weight-decay <lambda>', 'by how much weights shrink, times the learning rate')
    .argParser(number)
    .default(TRAIN_DEFAULTS.weightDecay);
export const clipNorm = () =>
  new Option(
    '--clip-norm <norm>',
    'scale gradients down to this norm where they are longer (default: never)',
  ).argParser(number);

export const noBias = () => new Option('--no-bias', 'layers without biases');
export const patience = () =>
  new Option('--patience <n>', 'stop after n iterations without a better validation error').argParser(whole);
export const restoreBest = () => new Option('--restore-best', 'end with the weights of the best iteration');
export const solver = () =>
  new Option('--solver <name>', 'how the descent is computed').choices(SOLVERS).default(TRAIN_DEFAULTS.solver);

export const threads = () =>
  new Option('--threads <n>', 'of the solver dual (default: one for each core); the result is the same').argParser(
    whole,
  );

export const backend = () =>
  new Option('--backend <name>', 'engine to force; the best one otherwise').choices(BACKENDS);
export const runFolder = () => new Option('-o, --out <folder>', 'run folder (default: a new one in ./facemark-runs)');
export const overwrite = () => new Option('--overwrite', 'replace the run that is there');
export const checkpointEvery = () =>
  new Option('--checkpoint-every <seconds>', 'how often the training is kept for --resume (default: 10)').argParser(
    number,
  );
export const resume = () =>
  new Option(
    '--resume <run>',
    'go on with the training that was interrupted in this run folder, with its settings, as if it had never stopped',
  );
export const json = () => new Option('--json', 'print one JSON document and nothing else');

/** How a file of faces is read, for every command that reads one. */
export const reading = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
  command
    .optionsGroup('Faces:')
    .addOption(unreadableRows())
    .addOption(missing())
    .addOption(swapLeftRight())
    .addOption(width())
    .addOption(height());
