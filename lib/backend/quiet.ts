/**
 * TensorFlow's start-up chatter, kept from standard error: about oneDNN and the processor, several lines for every process. Whoever
 * sets TF_CPP_MIN_LOG_LEVEL has asked for it and gets it.
 *
 * The variable keeps it away from TensorFlow's own log. Newer versions print lines before they read it, from libraries while they are
 * loaded; for those the addon that `facemark native` builds beside tfjs-node's catches standard error meanwhile, and what is no chatter
 * is passed on.
 */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LEVEL = 'TF_CPP_MIN_LOG_LEVEL';
const WARNINGS = '1'; // and worse
const CHATTER = [
  /^WARNING: All log messages before absl::InitializeLog\(\)/,
  /^(I\d{4} |\d{4}-\d\d-\d\d ).*(oneDNN custom operations are on|cpu_feature_guard)/,
  /^To enable the following instructions: /,
];

/** File name of the addon that catches standard error. */
export const CATCHER = 'facemark_stderr.node';

interface Catcher {
  /** False when something is being caught already. */
  begin(): boolean;
  /** What was written meanwhile. */
  end(): string;
}

/** Runs `load`, which loads TensorFlow and starts it, without its chatter. */
export function withoutChatter<T>(addon: string, load: () => T): T {
  if (process.env[LEVEL] !== undefined) return load();
  const catcher = catcherBeside(addon);
  process.env[LEVEL] = WARNINGS;
  const isCaught = catcher?.begin() ?? false;
  try {
    return load();
  } finally {
    const rest = isCaught ? withoutLines(catcher?.end() ?? '') : '';
    delete process.env[LEVEL];
    if (rest) process.stderr.write(rest);
  }
}

function catcherBeside(addon: string): Catcher | undefined {
  const path = join(dirname(addon), CATCHER);
  try {
    return existsSync(path) ? (require(path) as Catcher) : undefined;
  } catch {
    return undefined; // built for another machine: there is chatter, and that is all
  }
}

function withoutLines(text: string): string {
  return text
    .split(/(?<=\n)/)
    .filter((line) => !CHATTER.some((pattern) => pattern.test(line)))
    .join('');
}
