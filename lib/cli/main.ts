#!/usr/bin/env node
/**
 * The command `facemark`. Exit codes: 0 done, 1 a bug, 2 a mistake of the user's, 130 stopped by
 * Ctrl-C, 143 by SIGTERM.
 */

import { Command, CommanderError } from '@commander-js/extra-typings';
import { FacemarkError } from '../errors';
import { version } from '../version';
import { commands } from './commands';
import { EXIT } from './exit-codes';
import { paint } from './paint';

async function main(argv: readonly string[]): Promise<number> {
  try {
    await programFor(argv).parseAsync([...argv], { from: 'user' });
    return EXIT.done;
  } catch (thrown) {
    return report(thrown);
  }
}

/** The program, with only the command loaded that `argv` calls. */
function programFor(argv: readonly string[]): Command {
  const program: Command = new Command('facemark')
    .description('Trains, scores and uses networks that find facial landmarks in small grayscale faces.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', HELP);
  const called = argv.find((arg) => !arg.startsWith('-') && arg !== 'help');
  for (const { name, summary, load } of commands)
    program.addCommand(called === name ? load() : new Command(name).summary(summary).description(summary));
  for (const command of [program, ...program.commands])
    command.exitOverride().showHelpAfterError(`\`${nameOf(command)} --help\` shows what there is.`);
  return program;
}

const HELP = `
Examples:
  $ facemark train                      the tutorial's network on 1000 synthetic faces
  $ facemark train faces.csv            the same on your own, in Kaggle's layout
  $ facemark train --help               every setting
`;

function nameOf(command: { name(): string }): string {
  return command.name() === 'facemark' ? 'facemark' : `facemark ${command.name()}`;
}

/** Says what went wrong, on standard error, and returns the exit code. */
function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.mistake; // it has said its piece
  const { red } = paint(process.stderr);
  if (thrown instanceof FacemarkError) {
    console.error(`${red('facemark:')} ${thrown.message}`);
    return thrown.code === 'aborted' ? EXIT.stopped : EXIT.mistake;
  }
  console.error(`${red('facemark: this is a bug, not your mistake.')} Please report it with what stands below.`);
  console.error(thrown);
  return EXIT.bug;
}

// A reader that went away, as in `facemark train | head -1`, is no error: the work goes on without it and leaves its files.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(EXIT.bug);
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode ||= code;
});
