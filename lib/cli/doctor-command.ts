/** `facemark doctor`: what works on this machine. */

import { Command } from '@commander-js/extra-typings';
import { doctor, doctorMarkdown } from '../doctor/doctor';

const NOTHING_WORKS = 1; // exit code

/** The command with its options, help and action. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      'Says what works on this machine: Node, processor, and each engine with its speed, or why it does not start. Markdown, to be pasted into an issue.',
    )
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }) => {
      const { stderr } = process;
      const onBackend = (name: string) => stderr.write(stderr.isTTY ? `\r\u001b[Ktrying ${name} …` : '');
      const report = await doctor({ onBackend });
      if (stderr.isTTY) stderr.write('\r\u001b[K');
      console.log(json ? JSON.stringify(report, null, 2) : doctorMarkdown(report).trimEnd());
      if (!report.works) process.exitCode = NOTHING_WORKS;
    });
  return command as unknown as Command;
}

const EXAMPLES = `
Examples:
  $ facemark doctor
  $ facemark doctor --json
`;
