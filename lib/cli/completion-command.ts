/** `facemark completion`: a script that lets the shell's Tab key know commands, options and their choices, from the commands' own definitions. */

import { Argument, Command } from '@commander-js/extra-typings';
import type { CommandEntry } from './command-entry';

const SHELLS = ['bash', 'zsh'] as const;

/** The command with its options, help and action. */
export function completionCommand(commands: readonly CommandEntry[]): Command {
  const command = new Command('completion')
    .description("Prints a script that lets the shell's Tab key complete facemark's commands, options and choices.")
    .addArgument(new Argument('[shell]', 'whose script').choices(SHELLS).default('bash' as const))
    .addHelpText('after', EXAMPLES)
    .action((shell) => {
      process.stdout.write(completionScript(shell, commands));
    });
  return command as unknown as Command;
}

/** The script; zsh reads bash's through its bashcompinit. */
function completionScript(shell: (typeof SHELLS)[number], commands: readonly CommandEntry[]): string {
  const names = commands.map(({ name }) => name);
  const loaded = commands
    .filter(({ name }) => name !== 'completion')
    .map(({ name, load }) => ({ name, options: load().options }));
  const choices = loaded.flatMap(({ name, options }) =>
    options.flatMap(({ long, argChoices }) =>
      argChoices ? [`    '${name} ${long}') words='${argChoices.join(' ')}' ;;`] : [],
    ),
  );
  const flags = loaded.map(
    ({ name, options }) => `      ${name}) words='${[...options.map(({ long }) => long), '--help'].join(' ')}' ;;`,
  );
  return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_facemark() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  case "\${COMP_WORDS[1]} $previous" in
${choices.join('\n')}
  esac
  if [[ -z $words && $COMP_CWORD -eq 1 ]]; then words='${names.join(' ')} help --help --version'
  elif [[ -z $words && $current == -* ]]; then
    case "\${COMP_WORDS[1]}" in
${flags.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _facemark facemark
`;
}

const EXAMPLES = `
Examples:
  $ source <(facemark completion)              in ~/.bashrc
  $ source <(facemark completion zsh)          in ~/.zshrc
`;
