/**
 * Whole recipes by name: what to read, how to scale, which network, how to train it. What is given beside a preset goes before it.
 *
 * The scores beside each are RMSE on real faces of people whom the network had never seen, where the mean face has 4.30 px; docs/accuracy.md.
 */

import { hasOption } from '../model/networks';
import { checkOneOf, withDefaults } from '../options';
import type { PrepareOptions } from '../prepare/prepare';
import type { FacesOptions } from './get-faces';
import type { NetOptions } from './train-net';

type Recipe = Pick<FacesOptions, 'incomplete'> & Pick<PrepareOptions, 'centre'> & Omit<NetOptions, 'signal'>;

/** What the two better recipes have in common: all labels there are, a start at the mean face, and a new view of each face in every pass. */
const BETTER = {
  incomplete: 'keep',
  centre: 'perCoordinate',
  batchSize: 64,
  optimizer: 'adam',
  momentum: 0.95,
  schedule: 'oneCycle',
} as const satisfies Recipe;

export const PRESETS = Object.freeze({
  /** The tutorial's own run: 9216-100(tanh)-30, 750 steps of plain descent at η = 0.01: 9.11 px, 13 s of one core for 1700 faces. */
  tutorial: {},
  /** The same network, trained as one would today: 2.33 px, 47 s on WASM for 1700 faces. */
  improved: {
    ...BETTER,
    standardize: true,
    initializer: 'zeroOutput',
    learningRate: 1.5e-4, // standardised pixels are large
    weightDecay: 5,
    iterations: 60,
    augment: { shift: 0.04, scale: 0.07, rotation: 7 }, // it has weights for 100 shapes, not for every place of them
  },
  /** `buildConvNet`'s compact network, the most accurate: 1.75 px, under five minutes. */
  convnet: {
    ...BETTER,
    network: 'compact',
    learningRate: 0.01,
    weightDecay: 0.5,
    iterations: 120,
    augment: true,
  },
} as const satisfies Record<string, Recipe>);

export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/**
 * The options over those of the preset that they name, if they name one. With another network than the preset's, what only that one has
 * is left out of it.
 *
 * @throws FacemarkError `bad-option` for a preset that there is not
 */
export function withPreset<O extends { readonly preset?: PresetName }>(options: O): O & Recipe {
  if (options.preset === undefined) return options;
  checkOneOf('preset', options.preset, PRESET_NAMES);
  const recipe: Recipe = PRESETS[options.preset];
  const { network = 'dense' } = withDefaults(recipe, options as Recipe);
  const fitting = Object.fromEntries(Object.entries(recipe).filter(([name]) => hasOption(network, name)));
  return withDefaults(fitting, options) as O & Recipe;
}
