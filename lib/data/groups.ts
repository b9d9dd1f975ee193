/** Who is on each face: a small CSV beside the faces, or a column of their own file. */

import { FacemarkError } from '../errors';
import type { Faces } from '../landmarks/faces';
import { readRecords } from './records';
import { openSource } from './source';

export interface ReadGroupsOptions {
  /** The column that names the groups; without it the only one besides `row`. */
  readonly column?: string;
}

/** Which group each data row of a file of faces belongs to. */
export interface Groups {
  readonly file: string;
  readonly byRow: ReadonlyMap<number, string>;
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
  let columns: { row: number; group: number } | undefined;
  let count = 0;
  await readRecords(source, ({ fields, line }) => {
    if (!columns) {
      columns = findColumns(
        fields.map((field) => field.toString('utf8').trim()),
        path,
        column,
      );
      return;
    }
    const text = columns.row < 0 ? String(count) : (fields[columns.row]?.toString('utf8').trim() ?? '');
    const group = fields[columns.group]?.toString('utf8').trim() ?? '';
    count++;
    const where = `${path}, line ${line}`;
    if (!/^\d+$/.test(text))
      throw bad(`${where}: found ${JSON.stringify(text)} as row; expected a whole number, counted from 0.`);
    if (byRow.has(Number(text)))
      throw bad(`${where}: the row ${text} stands twice; expected every row of the faces once.`);
    if (group === '') throw bad(`${where}: the row ${text} has no group; expected a name or a number.`);
    byRow.set(Number(text), group);
  });
  return { file: path, byRow };
}

/**
 * The group of every face, through the rows that the faces came from.
 *
 * @returns [n]
 * @throws FacemarkError `mismatch` when a face's row is not among the groups
 */
export function groupsOf(faces: Faces, { file, byRow }: Groups): string[] {
  return Array.from(faces.sourceRows, (row) => {
    const group = byRow.get(row);
    if (group === undefined)
      throw new FacemarkError(
        'mismatch',
        `${file} names no group for row ${row} of ${faces.report.source}; expected one for each of its ${faces.report.rows} rows, counted from 0.`,
      );
    return group;
  });
}

function findColumns(
  titles: readonly string[],
  path: string,
  column: string | undefined,
): { row: number; group: number } {
  const row = titles.indexOf('row');
  const others = titles.filter((title, i) => i !== row && title !== '');
  const listed = others.slice(0, 6).join(', ');
  if (column !== undefined) {
    const group = titles.indexOf(column);
    if (group < 0) throw badHeader(`${path}, line 1: there is no column ${column}; found ${listed}.`);
    return { row, group };
  }
  if (others.length !== 1)
    throw badHeader(
      `${path}, line 1: ${others.length === 0 ? 'there is no column of groups' : `${listed}${others.length > 6 ? ' and more' : ''} could all name the groups`}; expected one column besides row, or name it (column, --groups-column).`,
    );
  return { row, group: titles.indexOf(others[0] as string) };
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-row', message);
}

function badHeader(message: string): FacemarkError {
  return new FacemarkError('bad-header', message);
}
