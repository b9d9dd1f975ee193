/** The table of commands. A command's module, and with it tfjs, is loaded only when that command is called. */

import type { Command } from '@commander-js/extra-typings';

export interface CommandEntry {
  readonly name: string;
  /** One line for `facemark --help`. */
  readonly summary: string;
  /** Makes the command with its options, help and action. */
  readonly load: () => Command;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'train',
    summary: 'train a network on a CSV of faces, or on synthetic ones, and score it',
    load: () => (require('./train-command') as typeof import('./train-command')).trainCommand(),
  },
];
