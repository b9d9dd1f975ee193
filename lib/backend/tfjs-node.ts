/**
 * The engine `tensorflow`: whether the optional @tensorflow/tfjs-node works here, found out one rung after the other, before it is
 * loaded into this process. Making it work is `doctor/native.ts`.
 *
 *     absent → present without its addon → with another tfjs → does not load → crashes → works
 */

import { FacemarkError, messageOf } from '../errors';
import { assertOneTfjs } from './copies';
import { loadingRemembered, probe } from './probe';
import { withoutChatter } from './quiet';
import { withRemovedUtil } from './removed-util';
import { loadTfjsNode, tf } from './tf';
import { findTfjsNode, NATIVE, type TfjsNodePackage, type Unusable } from './tfjs-node-package';

/** A rung of the ladder, and for all but the last why it goes no further, as the rest of a sentence with what to do. */
export type TfjsNodeState =
  | Unusable
  | { readonly state: 'does-not-load' | 'crashes'; readonly whyNot: string; readonly version: string }
  | { readonly state: 'works'; readonly whyNot: undefined; readonly version: string; readonly found: TfjsNodePackage };

/**
 * How far tfjs-node gets here; a crash is suffered by a child process, and remembered.
 *
 * @param options.afresh whether to try again what is remembered
 */
export async function tfjsNodeState(options?: { readonly afresh: boolean }): Promise<TfjsNodeState> {
  const found = findTfjsNode();
  if ('whyNot' in found) return found;
  const { version } = found;
  const probed = await probe(found, options);
  switch (probed.outcome) {
    case 'works':
      return { state: 'works', whyNot: undefined, version, found };
    case 'fails':
      return {
        state: 'does-not-load',
        whyNot: `tfjs-node ${version} does not load: ${inWords(probed.message)}`,
        version,
      };
    case 'crashes': {
      const why = probed.how.includes('SIGILL')
        ? ' (this processor has no AVX or the like, which it was built for)'
        : '';
      const whyNot = `tfjs-node ${version} crashed when it was tried, ${probed.at.slice(0, 10)}: it ${probed.how}${why}; \`npx facemark doctor\` tries again`;
      return { state: 'crashes', whyNot, version };
    }
  }
}

/**
 * Loads tfjs-node where it works.
 *
 * @returns undefined when the engine `tensorflow` works and is the current one, else why not, as the rest of a sentence
 */
export async function startTensorFlow(): Promise<string | undefined> {
  const state = await tfjsNodeState();
  if (state.state !== 'works') return state.whyNot;
  try {
    await loadingRemembered(state.found, () => loadTensorFlow(state.found));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FacemarkError) throw thrown; // two copies of tfjs
    return `tfjs-node ${state.version} does not load: ${inWords(messageOf(thrown))}`;
  }
}

/**
 * Loads the package into this process, quietly, and proves it with a small product.
 *
 * @throws whatever it throws; FacemarkError `backend` when it has brought another tfjs-core
 */
export async function loadTensorFlow({ folder, addon }: TfjsNodePackage): Promise<void> {
  withoutChatter(addon, () => withRemovedUtil(folder, loadTfjsNode));
  assertOneTfjs();
  if (!(await tf.setBackend('tensorflow'))) throw new Error('its engine does not start');
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([1, 1, 1, 1], [1, 4]), tf.ones([4, 1])).dataSync());
  if (product[0] !== 4) throw new Error(`it computes 1 + 1 + 1 + 1 = ${product[0]}`);
  if (!(product instanceof Float32Array)) throw new Error(OTHER_REALM);
}

const OTHER_REALM = 'its arrays are of another realm than this one';

/** What loaders say, in words that tell what to do. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /ld-linux|__[a-z_]+_chk: symbol not found|ld-musl/i,
    `it is built for glibc and this system has musl: use an image such as node:22-slim instead of Alpine`,
  ],
  [
    /invalid ELF header|wrong ELF class|file too short|not a valid Win32|slice is not valid mach-o|incompatible architecture|wrong architecture|exec format/i,
    `its addon is damaged, or for another system or processor: ${NATIVE} builds it for this one`,
  ],
  [
    /(libtensorflow\S*): cannot open shared object|Library not loaded.*libtensorflow/i,
    `TensorFlow's library is not where the addon looks for it: ${NATIVE} puts it there`,
  ],
  [/(GLIBC\w*_[\d.]+)' not found/, 'it needs a newer C or C++ library than this system has: use a newer distribution'],
  [/([\w.+-]+): cannot open shared object/, 'a system library is missing: install it with the package manager'],
  [
    /did not self-register|compiled against a different Node/i,
    `its addon is for another Node: ${NATIVE} builds it anew`,
  ],
  [
    new RegExp(OTHER_REALM),
    'its arrays are of another realm, as in Jest: set testEnvironment to facemark/jest-environment',
  ],
];

function inWords(message: string): string {
  const words = WORDS.find(([pattern]) => pattern.test(message))?.[1];
  return words ? `${words} (${message})` : message;
}
