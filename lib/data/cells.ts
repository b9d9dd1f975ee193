/**
 * Cells of a table of faces: bytes in, gray values and coordinates out. A cell is right, or it is a `CellProblem`; nothing is guessed.
 */

import { CellProblem } from './cell-problem';
import { scanDecimal } from './scan-decimal';
import { scanPixels } from './scan-pixels';
import { cutProblem, isAtLimit } from './spreadsheet-cut';

/** What stands for a coordinate that is not labelled, besides an empty cell and one of spaces. */
export const MISSING_WORDS: readonly string[] = Object.freeze([
  ...['NaN', 'nan', 'NA', 'N/A', '#N/A', '<NA>', 'null', 'NULL', 'None'],
]);

/** The word that stands for a landmark at the origin, x = 0 and y = 0, as missing. */
export const ORIGIN = '0,0';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?(inf|infinity)$/i;
const PICTURE = /\.(png|jpe?g|pgm|ppm|bmp|gif|tiff?|webp|avif)\s*$/i;

/**
 * A coordinate in pixels, or NaN for one that is not labelled.
 *
 * @param missing further words that mean missing
 */
export function readCoordinate(cell: Buffer, decimalComma: boolean, missing: readonly string[]): number | CellProblem {
  const plain = missing.length === 0 ? scanDecimal(cell) : undefined;
  if (plain !== undefined) return plain;
  const text = cell.toString('utf8').trim();
  if (text === '' || MISSING_WORDS.includes(text)) return Number.NaN;
  if (text !== ORIGIN && missing.includes(text)) return Number.NaN; // in a file with decimal commas 0,0 is a number
  const number = decimalComma ? text.replace(',', '.') : text;
  if (DECIMAL.test(text.replace(',', '.')) && !DECIMAL.test(number))
    return new CellProblem(
      quote(text),
      'a number with a decimal point; decimal commas are read in files whose cells stand between semicolons or tabs',
    );
  if (!INFINITE.test(text) && !DECIMAL.test(number))
    return new CellProblem(
      quote(text),
      `a number of pixels, or for a landmark that is not labelled an empty cell or one of ${MISSING_WORDS.join(', ')}; if ${quote(text)} means missing, say so (missing: [${quote(text)}], --missing ${quote(text)})`,
    );
  const value = Number(number);
  if (missing.some((word) => DECIMAL.test(word) && Number(word) === value)) return Number.NaN;
  if (Number.isFinite(Math.fround(value))) return value;
  return new CellProblem(
    `${quote(text)}, which is infinite`,
    'a number of pixels, or an empty cell for a landmark that is not labelled',
  );
}

/** How the gray values of a file are written: as 0 to 255, or as fractions of white. */
export type GrayScale = 'bytes' | 'fractions';

/** How many pixels the first face has, and how they are written. */
export function measurePixels(
  cell: Buffer,
  decimalComma: boolean,
): { count: number; scale: GrayScale; shape?: readonly [height: number, width: number] | undefined } | CellProblem {
  const whole = wholeProblem(cell);
  if (whole) return whole;
  const words = wordsIn(cell, decimalComma);
  const values = words.map(Number);
  const fractions = values.every((value) => value >= 0 && value <= 1) && values.some((value) => value > 0 && value < 1);
  const shape = shapeOf(cell);
  return shape instanceof CellProblem
    ? shape
    : { count: words.length, scale: fractions ? 'fractions' : 'bytes', shape };
}

/** Height and width of pixels that are written as a list of lists, one for each row of the picture. */
function shapeOf(cell: Buffer): readonly [number, number] | undefined | CellProblem {
  const text = cell.toString('latin1');
  if (!/\[\s*\[/.test(text)) return undefined;
  const widths = [...text.matchAll(/\[([^[\]]*)\]/g)].map(
    ([, row]) => (row as string).split(/[\s,]+/).filter(Boolean).length,
  );
  const isNestedDeeper = /\[\s*\[\s*\[/.test(text);
  if (!isNestedDeeper && new Set(widths).size === 1) return [widths.length, widths[0] as number];
  return new CellProblem(
    isNestedDeeper
      ? 'lists in lists in lists, as of colours'
      : `lists of different lengths (${[...new Set(widths)].slice(0, 3).join(', ')})`,
    'one gray value for each pixel: a list for each row of the picture, or all of them with spaces between them',
  );
}

/**
 * Reads the gray values of a face into `target`, which has room for exactly as many as a face has.
 *
 * @returns what is wrong, or undefined
 */
export function readPixels(
  cell: Buffer,
  scale: GrayScale,
  decimalComma: boolean,
  target: Uint8Array,
): CellProblem | undefined {
  if (scale === 'bytes' && scanPixels(cell, target)) return undefined;
  const whole = wholeProblem(cell);
  if (whole) return whole;
  const problem = readWords(wordsIn(cell, decimalComma), scale, target);
  return problem?.isCount && isAtLimit(cell) ? cutProblem('pixels are lost') : problem;
}

/** The slow way, which can say what is wrong. */
function readWords(words: readonly string[], scale: GrayScale, target: Uint8Array): CellProblem | undefined {
  for (const [i, word] of words.entries()) {
    const value = Number(word);
    const gray = scale === 'fractions' ? Math.round(value * 255) : value;
    const right =
      DECIMAL.test(word) &&
      gray >= 0 &&
      gray <= 255 &&
      (scale === 'bytes' ? Number.isInteger(gray) : Math.abs(value * 255 - gray) <= slackOf(word));
    if (!right)
      return new CellProblem(
        `${quote(Buffer.from(word, 'latin1').toString('utf8'))} as pixel ${i + 1}`,
        scale === 'bytes'
          ? `a whole number from 0 to 255${value > 0 && value < 1 ? '; if all pixels are fractions of white, multiply them by 255' : ''}`
          : 'a multiple of 1/255 from 0 to 1, as in the first row; write the gray values as whole numbers from 0 to 255',
      );
    if (i < target.length) target[i] = gray;
  }
  if (words.length === target.length) return undefined;
  return new CellProblem(
    words.length === 0 ? 'no pixels' : words.length === 1 ? '1 pixel' : `${words.length} pixels`,
    `${target.length}, as in the first row`,
    true,
  );
}

/** How far v·255 may be from a whole gray value, because v is written with so many decimals: fractions of 256 are farther. */
function slackOf(word: string): number {
  const [digits, exponent = 0] = word.toLowerCase().split('e') as [string, string?];
  const decimals = digits.includes('.') ? digits.length - digits.indexOf('.') - 1 - Number(exponent) : 0;
  return Math.max(0.001, Math.min(0.13, 255 * 10 ** -decimals)); // 0.13: three decimals, rounded; 0.001: float32
}

/** What makes a whole cell useless, whatever its numbers. */
function wholeProblem(cell: Buffer): CellProblem | undefined {
  const head = cell.toString('utf8', 0, 200);
  if (cell.includes('...') || cell.includes('…'))
    return new CellProblem(
      `${quote(head)}, which NumPy has shortened: the pixels in between are lost`,
      'all gray values; export them again with np.set_printoptions(threshold=np.inf), or joined by spaces',
    );
  if (cell.includes(',') && /,\s*,/.test(cell.toString('latin1')))
    return new CellProblem('two commas with nothing between them', 'a gray value for every pixel');
  if (PICTURE.test(head))
    return new CellProblem(
      `${quote(head)}, the name of a picture`,
      'the gray values themselves, from 0 to 255, with spaces between them; write them into the file, since pictures in folders are not read yet',
    );
  return undefined;
}

/**
 * Numbers with spaces, commas or brackets between them; a comma inside of a number stays there where it may be a decimal one: not
 * where nothing else stands between the numbers.
 */
function wordsIn(cell: Buffer, decimalComma: boolean): string[] {
  const text = cell.toString('latin1').trim();
  const isDecimal = decimalComma && !/^\d+(,\d+){2,}$|^\[+\d+(\]?,\[?\d+)+\]+$/.test(text);
  return text.split(isDecimal ? /[\s[\]]+|,[\s\]]+/ : /[\s,[\]]+/).filter(Boolean);
}

/** A value as it stands in the file, shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}…` : text);
}
