/** Who is on each face: a small CSV beside the faces, or a column of their own file. */

import { FacemarkError } from '../errors';
import type { Faces } from '../landmarks/faces';
import { ID, PIXELS, refuseTwice } from './header';
import { readRecords } from './records';
import { openSource } from './source';
import { textOf } from './text';

export interface ReadGroupsOptions {
  /** The column that names the groups; without it the only one besides `row`. */
  readonly column?: string;
}

/** Which group each data row of a file of faces belongs to. */
export interface Groups {
  readonly file: string;
  readonly byRow: ReadonlyMap<number, string>;
  /** Whether the i-th group is the i-th row's, for want of row numbers. */
  readonly byPosition: boolean;
}

/**
 * Reads a CSV with one group a row. A column `row` says which data row of the file of faces is meant, counted from 0 without the header;
 * without it the i-th row is that row.
 *
 * @throws FacemarkError `bad-file`, `bad-header` when the column cannot be found, `bad-row` for a row that is no number, stands twice,
 *   or has no group
 */
export async function readGroups(path: string, { column }: ReadGroupsOptions = {}): Promise<Groups> {
  const source = await openSource(path, undefined);
  const byRow = new Map<number, string>();
  let columns: Columns | undefined;
  try {
    await readRecords(source, ({ fields, line, afterBlank }) => {
      const where = `${path}, line ${line}`;
      const cells = fields.map((field) => textOf(field, where));
      if (columns) takeRow(byRow, columns, cells, where, afterBlank);
      else columns = findColumns(cells, where, column);
    });
  } finally {
    source.close();
  }
  return { file: path, byRow, byPosition: columns !== undefined && columns.row < 0 };
}

interface Columns {
  /** Column of the row numbers, or -1. */
  readonly row: number;
  readonly group: number;
  readonly count: number;
}

function takeRow(
  byRow: Map<number, string>,
  columns: Columns,
  cells: readonly string[],
  where: string,
  afterBlank: boolean,
): void {
  if (cells.length !== columns.count)
    throw bad(
      `${where}: found ${cells.length === 1 ? 'one cell' : `${cells.length} cells`}; expected ${columns.count}, as in the header.`,
    );
  if (columns.row < 0 && afterBlank)
    throw bad(
      `${where}: a blank line stands before this one, so it cannot be told which row it is; expected a group in every line, or a column row.`,
    );
  const row = columns.row < 0 ? String(byRow.size) : (cells[columns.row] as string);
  const group = cells[columns.group] as string;
  if (!/^\d+$/.test(row))
    throw bad(`${where}: found ${JSON.stringify(row)} as row; expected a whole number, counted from 0.`);
  if (byRow.has(Number(row))) throw bad(`${where}: the row ${row} stands twice; expected every row of the faces once.`);
  if (group === '') throw bad(`${where}: the row ${row} has no group; expected a name or a number.`);
  byRow.set(Number(row), group);
}

/**
 * The group of every face, through the rows that the faces came from.
 *
 * @returns [n]
 * @throws FacemarkError `mismatch` when a face's row is not among the groups, or a group's row not in the file of the faces
 */
export function groupsOf(faces: Faces, { file, byRow, byPosition }: Groups): string[] {
  const { source, rows } = faces.report;
  if (byPosition && byRow.size !== rows)
    throw new FacemarkError(
      'mismatch',
      `${file} has ${byRow.size === 1 ? 'one group' : `${byRow.size} groups`} and no column row, ${source} has ${rows} rows; expected a header and one group for each row, or a column row that says which.`,
    );
  let last = -1;
  for (const row of byRow.keys()) last = Math.max(last, row);
  if (last >= rows)
    throw new FacemarkError(
      'mismatch',
      `${file} names a group for row ${last} of ${source}, which has ${rows} rows, counted from 0; expected the groups of these faces.`,
    );
  return Array.from(faces.sourceRows, (row) => {
    const group = byRow.get(row);
    if (group === undefined)
      throw new FacemarkError(
        'mismatch',
        `${file} names no group for row ${row} of ${source}; expected one for each of its ${rows} rows, counted from 0.`,
      );
    return group;
  });
}

/** @throws FacemarkError `bad-header` */
function findColumns(titles: readonly string[], where: string, column: string | undefined): Columns {
  refuseTwice(titles, where);
  const row = titles.findIndex((title) => title.toLowerCase() === 'row');
  const others = titles.filter((title, i) => i !== row && title !== '');
  const listed = others.slice(0, 6).join(', ');
  const count = titles.length;
  if (column !== undefined) {
    const group = titles.indexOf(column);
    if (group < 0) throw badHeader(`${where}: there is no column ${column}; found ${listed}.`);
    refuseOtherNumbers(titles, row, group, where);
    return { row, group, count };
  }
  if (others.length !== 1)
    throw badHeader(
      `${where}: ${others.length === 0 ? 'there is no column of groups' : `${listed}${others.length > 6 ? ' and more' : ''} could all name the groups`}; expected one column besides row, or name it (column, --groups-column).`,
    );
  const group = titles.indexOf(others[0] as string);
  refuseOtherNumbers(titles, row, group, where);
  return { row, group, count };
}

/**
 * Without a column `row` the i-th line is the i-th row; a column that seems to say otherwise is not passed over. (In the file of the
 * faces itself, which has their pixels, the order is theirs.)
 *
 * @throws FacemarkError `bad-header`
 */
function refuseOtherNumbers(titles: readonly string[], row: number, group: number, where: string): void {
  if (row >= 0 || titles.some((title) => PIXELS.test(title))) return;
  const other = titles.findIndex((title, i) => i !== group && (title === '' || ID.test(title)));
  if (other < 0) return;
  const called = titles[other] ? `the column ${titles[other]}` : 'a column without a name';
  throw badHeader(
    `${where}: ${called} may say which face is meant, which is not understood; expected a column row with the number of the face's row, counted from 0, or nothing but the groups in order.`,
  );
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-row', message);
}

function badHeader(message: string): FacemarkError {
  return new FacemarkError('bad-header', message);
}
