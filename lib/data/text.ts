/** Bytes of a cell as text: titles, ids, groups. */

import { FacemarkError } from '../errors';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Characters that nobody sees, which would tell two equal names apart: zero-width ones, and the soft hyphen. */
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff\u00ad]/g;

/**
 * @param where file and line, for the message
 * @returns the text without white space around it, and without invisible characters
 * @throws FacemarkError `bad-row` for bytes that are no UTF-8, and for a NUL
 */
export function textOf(cell: Buffer, where: string): string {
  const text = cell.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(cell))
    throw new FacemarkError(
      'bad-row',
      `${where}: ${JSON.stringify(text.slice(0, 40))} is not UTF-8; save the file as UTF-8.`,
    );
  if (text.includes('\0'))
    throw new FacemarkError('bad-row', `${where}: found a byte of 0 in a cell; the file is damaged, or not text.`);
  return text.replace(INVISIBLE, '').trim();
}

function isUtf8(cell: Buffer): boolean {
  try {
    strict.decode(cell);
    return true;
  } catch {
    return false;
  }
}
