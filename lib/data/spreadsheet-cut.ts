/**
 * Spreadsheets hold 32,767 characters in a cell and cut off the rest, which happens to the pixels of a 96×96 face. Mostly too few
 * pixels are left; where only the last number has lost digits, nothing but the length of the cell can tell.
 */

import { CellProblem } from './cell-problem';

const LIMIT = 32_767;

/** True for a cell as long as what spreadsheets leave of a longer one. */
export function isAtLimit(cell: Buffer): boolean {
  return cell.length === LIMIT;
}

/** @param consequence what of the cell is lost */
export function cutProblem(consequence: string): CellProblem {
  return new CellProblem(
    `exactly 32,767 characters, where a spreadsheet cuts a cell off: ${consequence}`,
    'all gray values; export the file again without opening it in a spreadsheet',
  );
}

/** Watches cells that have the right number of pixels. */
export class CutWatch {
  private first: number | undefined;
  private isInnocent = false;

  take(cell: Buffer, line: number): void {
    if (cell.length > LIMIT) this.isInnocent = true; // the file has not been through a spreadsheet
    if (isAtLimit(cell) && /(^|\D)\d{1,2}$/.test(cell.toString('latin1', LIMIT - 3))) this.first ??= line;
  }

  /** Line of the first cell whose last number may have lost digits: it has one or two, and no cell of the file is longer. */
  get suspect(): number | undefined {
    return this.isInnocent ? undefined : this.first;
  }
}
