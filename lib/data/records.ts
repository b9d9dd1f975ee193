/**
 * Records of a CSV, one after the other, as a stream: fields stay bytes, nothing piles up, and a file may be longer than the longest
 * JavaScript string. csv-parse says what a record is; plain rows, which need no such judge, take a fast way as long as they last.
 */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { FacemarkError } from '../errors';
import { PlainRows } from './plain-rows';
import type { Source } from './source';

const MAX_RECORD_BYTES = 16 * 2 ** 20; // a face of 2000×2000 pixels; more is a quote that is never closed
const MAX_CELLS = 2_000_000; // a row of nothing but commas would fill the memory with empty cells
const MAX_HEADER_BYTES = 2 ** 20; // within which the header must show
const WIDE = 6; // cells of a header from which on nobody writes as many delimiters into one cell
const LINE_ENDS = ['\r\r\n', '\r\n', '\n', '\r']; // the first is CRLF written in text mode on Windows; a file may mix them
const DELIMITERS = [',', ';', '\t', '|'];

export interface CsvRecord {
  /** Bytes of the cells, perhaps views of a whole chunk: whoever keeps one keeps the chunk in memory. */
  readonly fields: readonly Buffer[];
  /** The line of the file that it starts on, from 1. */
  readonly line: number;
  /** Whether blank lines stand before it. */
  readonly afterBlank: boolean;
}

/**
 * Calls `onRecord` for the header and for every record after it, blank lines left out.
 *
 * @param onRecord is told the delimiter too; may throw a FacemarkError, which ends the reading
 * @param isFast false reads everything with csv-parse: for `.ci/fuzz-rows.mjs`, which holds the fast way against it
 * @throws FacemarkError `bad-row` for quotes that do not match, records without an end, and cells that hold whole rows
 */
export async function readRecords(
  { name, chunks }: Source,
  onRecord: (record: CsvRecord, delimiter: string) => void,
  onChunk?: () => void,
  isFast = true,
): Promise<void> {
  const { delimiter, chunks: all } = await readPrelude(chunks);
  let width = 0; // cells of the header
  let lastLine = 0;
  let thrown: unknown;
  const take = (fields: Buffer[], line: number, breaks: number): void => {
    try {
      const isFirst = width === 0;
      width ||= fields.length;
      if (breaks > 0) refuseSwallowedRows(fields, { name, line, width, delimiter });
      if (isFirst && fields[0]?.toString('latin1').trimStart().startsWith('#'))
        throw bad(
          `${name}, line ${line}: the header begins with #; comments are not read: remove the line, or the # before the titles.`,
        );
      onRecord({ fields, line, afterBlank: line > lastLine + 1 }, delimiter);
    } catch (error) {
      thrown = error;
      throw error;
    }
    lastLine = line + breaks;
  };
  const plain = new PlainRows(delimiter, MAX_RECORD_BYTES, (fields, line) => take(fields, line, 0));
  let excess = 0; // lines that csv-parse has counted and editors have not
  const parser = parse({
    delimiter,
    record_delimiter: LINE_ENDS,
    encoding: null, // fields are Buffers
    relax_column_count: true, // the width of a row is checked where there are words for it
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (record, { lines }) => {
      const fields = record as unknown as Buffer[]; // its types know only text
      const { counted, real } = breaksIn(fields);
      take(fields, plain.lines + lines - excess - counted, real);
      excess += counted - real;
      return null;
    },
  });
  const told = async function* (): AsyncGenerator<Buffer> {
    let cells = 0; // since the last line break
    for await (const chunk of all) {
      const afterLf = chunk.lastIndexOf(10) + 1;
      const tail = afterLf + chunk.subarray(afterLf).lastIndexOf(13) + 1;
      cells = delimitersIn(chunk.subarray(tail), delimiter) + (tail > 0 ? 0 : cells);
      if (cells > MAX_CELLS)
        throw bad(
          `${name}: a row has more than ${MAX_CELLS} cells; expected a few coordinates and one cell with all pixels, with spaces between them.`,
        );
      yield chunk;
      onChunk?.();
    }
  };
  try {
    const unread = isFast && delimiter < '\x80' ? plain.rest(told()) : told();
    await pipeline(Readable.from(unread, { objectMode: false }), parser.resume());
  } catch (error) {
    throw thrown ?? inWords(error, name, lastLine, excess - plain.lines);
  }
}

/**
 * What stands before the records: a byte order mark, which csv-parse would answer by giving every field as text, and Excel's `sep=;`.
 * Both are taken away. The delimiter is the one that Excel names, else the most frequent one in the header.
 */
async function readPrelude(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ delimiter: string; chunks: AsyncGenerator<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  let isWhole = false;
  while (!isWhole && head.length < MAX_HEADER_BYTES && !HEADER.exec(head.toString('latin1'))?.groups?.end) {
    const { value, done } = await chunks.next();
    if (done) isWhole = true;
    else head = Buffer.concat([head, value]);
  }
  const { bom = '', blank = '', excel = '', named, header = '' } = HEADER.exec(head.toString('latin1'))?.groups ?? {};
  const unquoted = Buffer.from(header.replace(/"[^"]*"/g, ''), 'latin1');
  const counts = DELIMITERS.map((delimiter) => delimitersIn(unquoted, delimiter));
  const delimiter = named ?? (DELIMITERS[counts.indexOf(Math.max(...counts))] as string);
  const all = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.concat([Buffer.from(blank), head.subarray(bom.length + blank.length + excel.length)]);
    yield* chunks;
  };
  return { delimiter, chunks: all() };
}

/** Bytes of the beginning as latin1: a byte order mark, blank lines, Excel's line, the header and its end. */
const HEADER =
  /^(?<bom>\xef\xbb\xbf)?(?<blank>[\r\n]*)(?:(?<excel>sep=(?<named>[^\r\n"]))[\r\n]+)?(?!sep=[^\r\n"][\r\n])(?<header>[^\r\n]+)(?<end>[\r\n])?/;

/**
 * A quote that was opened by mistake joins rows until the next quote closes it, and where that is in the same column the cells come out
 * in the right number: rows would be lost silently. Such a cell has as many delimiters as its line breaks have rows to fill.
 *
 * @throws FacemarkError `bad-row`
 */
function refuseSwallowedRows(
  fields: readonly Buffer[],
  { name, line, width, delimiter }: { name: string; line: number; width: number; delimiter: string },
): void {
  for (const field of fields) {
    const { real } = breaksIn([field]);
    if (real === 0 || width < 2 || delimitersIn(field, delimiter) < real * (width - 1)) continue;
    if (width >= WIDE || /\d\.?[\s,]+[\d.]+[\s,]+[\d.]/.test(field.toString('latin1')))
      throw bad(
        `${name}, line ${line}: a cell in quotes holds ${real === 1 ? 'a whole row' : `${real} whole rows`}; a quote (") that is opened here and not closed has swallowed what follows. Close it, or remove it.`,
      );
  }
}

function delimitersIn(bytes: Buffer, delimiter: string): number {
  const code = delimiter.charCodeAt(0);
  let count = 0;
  for (let at = bytes.indexOf(code); at >= 0; at = bytes.indexOf(code, at + 1)) count++;
  return count;
}

/** Line breaks inside the fields of a record, as csv-parse counts them (a CRLF as two) and as editors do. */
function breaksIn(fields: readonly Buffer[]): { counted: number; real: number } {
  let counted = 0;
  let pairs = 0;
  for (const field of fields) {
    for (let at = field.indexOf(10); at >= 0; at = field.indexOf(10, at + 1)) {
      counted++;
      if (field[at - 1] === 13) pairs++;
    }
    for (let at = field.indexOf(13); at >= 0; at = field.indexOf(13, at + 1)) counted++;
  }
  return { counted, real: counted - pairs };
}

function inWords(error: unknown, name: string, lastLine: number, excess: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as unknown as { lines?: number };
  const where = `${name}, line ${lines === undefined ? lastLine + 1 : lines - excess}`;
  const after = `${name}, line ${lastLine + 1}`; // the quote may have run over any number of lines
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return bad(`${after}: a quote (") is opened in this row or below it and never closed; close it, or remove it.`);
    case 'CSV_MAX_RECORD_SIZE':
      return bad(
        `${after}: the row is longer than ${MAX_RECORD_BYTES / 2 ** 20} MiB; expected one face a row. A quote (") that is never closed may have joined the rows below it.`,
      );
    case 'INVALID_OPENING_QUOTE':
      return bad(
        `${where}: a quote (") stands inside a cell; expected it only around whole cells. Remove it, or double it within quotes.`,
      );
    case 'CSV_INVALID_CLOSING_QUOTE':
      return bad(`${after}: something follows a closing quote ("); expected a delimiter or the end of the row.`);
    default:
      return bad(`${where}: ${error.message}.`);
  }
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-row', message);
}
