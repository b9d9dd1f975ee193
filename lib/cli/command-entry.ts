/** A line of the table of commands. */

import type { Command } from '@commander-js/extra-typings';

export interface CommandEntry {
  readonly name: string;
  /** One line for `facemark --help`. */
  readonly summary: string;
  /** Makes the command with its options, help and action. */
  readonly load: () => Command;
}
