/** Colours, only where they help: on a terminal that has them and without NO_COLOR. */

import { styleText } from 'node:util';

type Paint = Record<'bold' | 'dim' | 'red' | 'green', (text: string) => string>;

/** Painters for what is written to `stream`; they return the text as it is where it would be unreadable. */
export function paint(stream: NodeJS.WriteStream): Paint {
  const colourful = Boolean(stream.isTTY && stream.hasColors?.());
  const painter = (style: keyof Paint) => (text: string) => (colourful ? styleText(style, text) : text);
  return { bold: painter('bold'), dim: painter('dim'), red: painter('red'), green: painter('green') };
}
