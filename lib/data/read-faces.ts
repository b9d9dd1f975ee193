/**
 * A CSV of faces, as people have them, into typed arrays: Kaggle's layout and its kin. Every pixel and label comes out as it stands in
 * the file, or the file is refused in one sentence.
 *
 * The file: a header; a column of pixels (gray values from 0 to 255 with spaces between them, row by row); any set of
 * `<name>_x, <name>_y` columns; perhaps an ImageId. UTF-8 with or without BOM, any line ends, `,` `;` or tab, gzipped or not.
 */

import { FacemarkError } from '../errors';
import type { Faces } from '../landmarks/faces';
import { checkNumber, checkOneOf, withDefaults } from '../options';
import { CellProblem } from './cell-problem';
import { type GrayScale, measurePixels, readCoordinate, readPixels } from './cells';
import { FacesBuilder } from './faces-builder';
import { findPixels, type Layout, readHeader } from './header';
import { type CsvRecord, readRecords } from './records';
import { type BytesRead, openSource, type ReadFacesSource } from './source';
import { CutWatch, cutProblem, isAtLimit } from './spreadsheet-cut';
import { textOf } from './text';

export const INCOMPLETE = ['drop', 'keep'] as const;
export const UNREADABLE_ROWS = ['refuse', 'skip'] as const;

export interface ReadFacesOptions {
  /** Rows that miss some landmarks: dropped and counted, as the tutorial does, or kept. */
  readonly incomplete?: (typeof INCOMPLETE)[number];
  /** Whether a file without coordinate columns is refused, or read with no landmark labelled. */
  readonly labels?: 'required' | 'optional';
  /** Rows without pixels, or with another number of them: an error, or skipped and counted. */
  readonly unreadableRows?: (typeof UNREADABLE_ROWS)[number];
  /** Words that mean "not labelled", besides `MISSING_WORDS`: `?`, `-1`; `0,0` for a landmark at the origin. */
  readonly missing?: readonly string[];
  /** Whether left and right in the file are the viewer's and have to be swapped. */
  readonly swapLeftRight?: boolean;
  /** Size of the pictures in pixels; squares by default. With one of the two the other follows from the number of pixels. */
  readonly width?: number;
  readonly height?: number;
  /** What to call a stream in messages. */
  readonly name?: string;
  /** Called now and then with the rows and bytes read. */
  readonly onProgress?: (progress: { readonly rows: number } & BytesRead) => void;
  /** Stops the reading. */
  readonly signal?: AbortSignal;
}

export const READ_FACES_DEFAULTS = Object.freeze({
  incomplete: 'drop' as (typeof INCOMPLETE)[number],
  labels: 'required' as 'required' | 'optional',
  unreadableRows: 'refuse' as (typeof UNREADABLE_ROWS)[number],
  missing: [] as readonly string[],
  swapLeftRight: false,
});

/**
 * Reads faces from a file or a stream.
 *
 * @param source a path, or bytes in any portions (a Readable)
 * @returns pixels [n, height, width] and points [n, 2k] in pixels; `report` says what was dropped, skipped and noticed
 * @throws FacemarkError, in one sentence that names file, line and column: `bad-file` (not there, a folder, empty, cut off, no text),
 *   `bad-header` (no landmarks, no pixels, a title twice), `bad-row` (ragged, no number, infinite, no gray value, wrong number of pixels),
 *   `bad-option`, `aborted`
 */
export async function readFaces(source: ReadFacesSource, options: ReadFacesOptions = {}): Promise<Faces> {
  const { width, height, name, onProgress, signal, ...chosen } = withDefaults(READ_FACES_DEFAULTS, options);
  if (!Array.isArray(chosen.missing) || !chosen.missing.every((word) => typeof word === 'string'))
    throw new FacemarkError(
      'bad-option',
      `missing is ${JSON.stringify(chosen.missing)}; expected a list of words, such as ['?'].`,
    );
  checkOneOf('incomplete', chosen.incomplete, INCOMPLETE);
  checkOneOf('labels', chosen.labels, ['required', 'optional']);
  checkOneOf('unreadableRows', chosen.unreadableRows, UNREADABLE_ROWS);
  if (width !== undefined) checkNumber('width', width, { integer: true, atLeast: 1 });
  if (height !== undefined) checkNumber('height', height, { integer: true, atLeast: 1 });

  const opened = await openSource(source, name, signal);
  const table = new FacesTable(opened.name, chosen, { width, height });
  try {
    await readRecords(
      opened,
      (record, delimiter) => table.take(record, delimiter !== ','),
      () => onProgress?.({ rows: table.rows, ...opened.progress() }),
    );
  } finally {
    opened.close();
  }
  return table.faces();
}

type Chosen = typeof READ_FACES_DEFAULTS;

/** The table as it is read, record by record. */
export class FacesTable {
  /** Data rows so far. */
  rows = 0;
  private layout: Layout | undefined;
  private builder: FacesBuilder | undefined;
  private headerAt = '';
  private pixels = -1;
  private scale: GrayScale = 'bytes';
  /** Rows without pixels before the first that has some. */
  private skipped = 0;
  private decimalSign: ',' | '.' | undefined;
  private readonly cuts = new CutWatch();

  constructor(
    private readonly file: string,
    private readonly options: Chosen,
    private readonly size: { readonly width: number | undefined; readonly height: number | undefined },
  ) {}

  take(record: CsvRecord, decimalComma: boolean): void {
    if (!this.layout) {
      this.headerAt = `${this.file}, line ${record.line}`;
      this.layout = readHeader(record.fields, this.headerAt, this.options.labels === 'required');
    } else this.takeRow(this.layout, record, decimalComma);
  }

  faces(): Faces {
    if (!this.layout)
      throw new FacemarkError('bad-file', `${this.file} is empty; expected a CSV of faces with a header.`);
    if (!this.builder) {
      const what = this.rows === 0 ? 'has a header and no rows' : `has ${this.rows} rows and no pixels in any of them`;
      throw new FacemarkError('bad-file', `${this.file} ${what}; expected one face a row.`);
    }
    if (this.cuts.suspect !== undefined)
      throw this.bad(
        this.cuts.suspect,
        this.pixels,
        cutProblem('the last gray value may have lost a digit (if it has not, put a space behind it)'),
      );
    return this.builder.finish(this.rows, this.skipped);
  }

  private takeRow(layout: Layout, { fields, line }: CsvRecord, decimalComma: boolean): void {
    const row = this.rows++;
    if (fields.length !== layout.titles.length)
      throw this.bad(
        line,
        undefined,
        fields.length === 1 ? 'one cell' : `${fields.length} cells`,
        `${layout.titles.length}, as in the header; a delimiter is missing or too many`,
      );
    if (this.pixels < 0) this.pixels = layout.pixels >= 0 ? layout.pixels : findPixels(layout, fields, this.headerAt);
    const cell = fields[this.pixels] as Buffer;
    this.builder ??= this.start(layout, cell, line, decimalComma);
    if (!this.builder) return;

    const { pixels, points } = this.builder.next();
    const problem = readPixels(cell, this.scale, decimalComma, pixels);
    if (problem) {
      if (!problem.isCount || this.options.unreadableRows === 'refuse') throw this.bad(line, this.pixels, problem);
      this.builder.noticed.skipped++;
      return;
    }
    this.cuts.take(cell, line);
    for (const [i, column] of layout.coordinates.entries()) {
      const cell = fields[column] as Buffer;
      const value = readCoordinate(cell, decimalComma, this.options.missing);
      if (value instanceof CellProblem) throw this.bad(line, column, value);
      if (decimalComma) this.watchDecimalSign(cell, line, column);
      points[i] = value;
    }
    this.builder.add(
      row,
      layout.id < 0 ? String(row) : textOf(fields[layout.id] as Buffer, `${this.file}, line ${line}`),
    );
  }

  /** A file has one decimal sign; where it has two, one of them separates thousands. */
  private watchDecimalSign(cell: Buffer, line: number, column: number): void {
    const sign = cell.includes(',') ? ',' : cell.includes('.') ? '.' : undefined;
    if (sign === undefined) return;
    this.decimalSign ??= sign;
    if (sign !== this.decimalSign)
      throw this.bad(
        line,
        column,
        JSON.stringify(cell.toString('utf8').trim()),
        `a number with ${this.decimalSign} as its decimal sign, as in the rows above; a file has one, and no thousands separators`,
      );
  }

  /** The first row that has pixels says how many there are. */
  private start(layout: Layout, cell: Buffer, line: number, decimalComma: boolean): FacesBuilder | undefined {
    const measured = measurePixels(cell, decimalComma);
    if (measured instanceof CellProblem) throw this.bad(line, this.pixels, measured);
    if (measured.count === 0) {
      if (this.options.unreadableRows === 'skip') {
        this.skipped++;
        return undefined;
      }
      throw this.bad(
        line,
        this.pixels,
        'no pixels',
        "the gray values of a face, from 0 to 255; or skip such rows (unreadableRows: 'skip', --unreadable-rows skip)",
      );
    }
    this.scale = measured.scale;
    const { width, height } = this.sizeOf(measured.count, measured.shape, line, isAtLimit(cell));
    const notes = measured.scale === 'fractions' ? ['the pixels are fractions of white: multiplied by 255.'] : [];
    return new FacesBuilder({ file: this.file, layout, pixels: this.pixels, width, height, notes, ...this.options });
  }

  private sizeOf(
    count: number,
    shape: readonly [height: number, width: number] | undefined,
    line: number,
    atLimit: boolean,
  ): { width: number; height: number } {
    const side = Math.round(Math.sqrt(count));
    const width = this.size.width ?? (this.size.height === undefined ? (shape?.[1] ?? side) : count / this.size.height);
    const height = this.size.height ?? (this.size.width === undefined ? (shape?.[0] ?? side) : count / this.size.width);
    const isFree = this.size.width === undefined && this.size.height === undefined;
    if (isFree && count === 1)
      throw this.bad(
        line,
        this.pixels,
        'a single number',
        'all gray values of a face, with spaces between them (for pictures of one pixel give --width 1)',
      );
    if (Number.isInteger(width) && Number.isInteger(height) && width * height === count) return { width, height };
    if (atLimit) throw this.bad(line, this.pixels, cutProblem('pixels are lost'));
    throw this.bad(
      line,
      this.pixels,
      `${count} pixels`,
      isFree
        ? 'a square such as 96×96 = 9216; if the pictures are no squares, give their width and height (--width, --height)'
        : `${this.size.width ?? '?'}×${this.size.height ?? '?'} as the options say`,
    );
  }

  private bad(line: number, column: number | undefined, problem: CellProblem): FacemarkError;
  private bad(line: number, column: number | undefined, found: string, expected: string): FacemarkError;
  private bad(line: number, column: number | undefined, problem: CellProblem | string, rest = ''): FacemarkError {
    const { found, expected } = typeof problem === 'string' ? { found: problem, expected: rest } : problem;
    const where = column === undefined ? '' : `, column ${this.layout?.titles[column] || column + 1}`;
    const skip =
      problem instanceof CellProblem && problem.isCount
        ? "; correct the row, or skip such rows (unreadableRows: 'skip', --unreadable-rows skip)"
        : '';
    return new FacemarkError(
      'bad-row',
      `${this.file}, line ${line}${where}: found ${found}; expected ${expected}${skip}.`,
    );
  }
}
