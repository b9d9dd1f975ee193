/** The networks by name, for whoever is told which one to build: a job, the command. */

import type { LayersModel } from '../backend/tf';
import { FacemarkError } from '../errors';
import { checkOneOf } from '../options';
import {
  BUILD_CONV_NET_DEFAULTS,
  type BuildConvNetOptions,
  buildConvNet,
  CONV_NETS,
  checkBuildConvNetOptions,
} from './build-conv-net';
import { BUILD_MODEL_DEFAULTS, type BuildModelOptions, buildModel, checkBuildModelOptions } from './build-model';

/** The networks there are: `buildModel`'s, and those of `buildConvNet`. */
export const NETWORKS = ['dense', ...CONV_NETS] as const;
export type NetworkName = (typeof NETWORKS)[number];

export interface NetworkOptions
  extends Pick<
      BuildModelOptions,
      'hiddenUnits' | 'activation' | 'standardize' | 'dropout' | 'bias' | 'initializer' | 'seed'
    >,
    Pick<BuildConvNetOptions, 'channels'> {
  readonly network?: NetworkName;
}

/** What the faces ask of a network; `prepare` tells it. */
export interface NetworkSize {
  readonly width: number;
  readonly height: number;
  /** width·height */
  readonly inputs: number;
  /** 2k */
  readonly outputs: number;
}

/** The options that only one network has. */
const OWNERS = {
  ...{ hiddenUnits: 'dense', activation: 'dense', standardize: 'dense', bias: 'dense', initializer: 'dense' },
  channels: 'compact',
} as const satisfies Partial<Record<keyof NetworkOptions, NetworkName>>;

/** Whether an option, if it is one of a network at all, is one of this network. */
export function hasOption(network: NetworkName, option: string): boolean {
  const owner: NetworkName | undefined = OWNERS[option as keyof typeof OWNERS];
  return owner === undefined || owner === network;
}

/**
 * Builds a network by its name.
 *
 * @returns a plain `tf.LayersModel` [n, width·height] → [n, 2k], the caller's
 * @throws FacemarkError `bad-option` for an option out of range, or one that the network does not have
 */
export function buildNetwork(options: NetworkOptions, size: NetworkSize): LayersModel {
  checkNetworkOptions(options);
  const { network = 'dense' } = options;
  return network === 'dense'
    ? buildModel({ ...options, ...size })
    : buildConvNet({ ...options, ...size, kind: network });
}

/**
 * The options with their defaults, checked, and only those that the network has, as plain data.
 *
 * @throws FacemarkError `bad-option` for one out of range, or one that the network does not have
 */
export function checkNetworkOptions(options: NetworkOptions) {
  const { network = 'dense' } = options;
  checkOneOf('network', network, NETWORKS);
  refuseStray(network, options);
  if (network === 'dense') {
    const { hidden, activation, standardize, dropout, bias, initializer } = checkBuildModelOptions(options);
    return { network, hiddenUnits: hidden, activation, standardize, dropout, bias, initializer };
  }
  const { channels, dropout } = checkBuildConvNetOptions({ ...options, kind: network });
  return { network, ...(network === 'compact' && { channels }), dropout };
}

/** Refuses options of another network, unless they say what holds anyway: a preset may have been changed by hand. */
function refuseStray(network: NetworkName, options: NetworkOptions): void {
  const defaults: NetworkOptions = { ...BUILD_MODEL_DEFAULTS, ...BUILD_CONV_NET_DEFAULTS };
  const names = Object.keys(OWNERS) as (keyof typeof OWNERS)[];
  const stray = names.find(
    (name) => !hasOption(network, name) && options[name] !== undefined && options[name] !== defaults[name],
  );
  if (stray === undefined) return;
  throw new FacemarkError(
    'bad-option',
    `${stray} is ${JSON.stringify(options[stray])} with the network ${network}; it is the ${OWNERS[stray]} network's option: leave it out, or choose another network.`,
  );
}
