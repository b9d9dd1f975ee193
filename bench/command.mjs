/** What the scripts that people start have in common: `npm run bench`, `npm run accuracy`, `npm run load`. */

/** A mistake in the command: one line, and no stack. */
export function refuse(words) {
  console.error(words);
  process.exit(2);
}

/** An option as a whole number; of 1 and more, unless it is told otherwise. */
export function whole(option, text, atLeast = 1) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= atLeast) return number;
  return refuse(`--${option} is ${text}; expected a whole number of at least ${atLeast}`);
}

/** The command as it was given, for who wants to do it again. */
export function commandLine(script) {
  const args = process.argv.slice(2);
  return [`npm run ${script}`, ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
}
