/**
 * Records of a CSV, one after the other, by csv-parse as a stream: fields stay bytes, nothing piles up, and a file may be longer
 * than the longest JavaScript string.
 */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { FacemarkError } from '../errors';
import type { Source } from './source';

const MAX_RECORD_BYTES = 16 * 2 ** 20; // a face of 2000×2000 pixels; more is a quote that is never closed
const MAX_CELLS = 2_000_000; // a row of nothing but commas would fill the memory with empty cells
const BOM = Buffer.from('\ufeff');
const MAX_HEADER_BYTES = 2 ** 20; // header within which the delimiter must show

export interface CsvRecord {
  readonly fields: readonly Buffer[];
  /** The line of the file that it starts on, from 1. */
  readonly line: number;
}

/**
 * Calls `onRecord` for the header and for every record after it, blank lines left out.
 *
 * @param onRecord may throw a FacemarkError, which ends the reading
 * @returns the delimiter
 * @throws FacemarkError `bad-row` for quotes that do not match and records without an end
 */
export async function readRecords(
  { name, chunks }: Source,
  onRecord: (record: CsvRecord, delimiter: string) => void,
  onChunk?: () => void,
): Promise<void> {
  const { delimiter, chunks: all } = await sniffDelimiter(withoutBom(chunks));
  let lastLine = 0;
  let excess = 0; // lines that csv-parse has counted and editors have not
  let thrown: unknown;
  const parser = parse({
    delimiter,
    encoding: null, // fields are Buffers
    relax_column_count: true, // the width of a row is checked where there are words for it
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (record, { lines }) => {
      const fields = record as unknown as Buffer[]; // its types know only text
      try {
        const { counted, real } = breaksIn(fields);
        onRecord({ fields, line: lines - excess - counted }, delimiter);
        excess += counted - real;
      } catch (error) {
        thrown = error;
        throw error;
      }
      lastLine = lines - excess;
      return null;
    },
  });
  const told = async function* (): AsyncGenerator<Buffer> {
    let cells = 0; // since the last line break
    for await (const chunk of all) {
      const tail = Math.max(chunk.lastIndexOf(10), chunk.lastIndexOf(13)) + 1;
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
    await pipeline(Readable.from(told(), { objectMode: false }), parser.resume());
  } catch (error) {
    throw thrown ?? inWords(error, name, lastLine);
  }
}

/** The same text without a byte order mark; csv-parse, told to skip one, would give every field as text instead of bytes. */
async function* withoutBom(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head.length >= BOM.length) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length >= BOM.length) yield head.indexOf(BOM) === 0 ? head.subarray(BOM.length) : head;
  }
  if (head.length < BOM.length) yield head;
}

/** Comma, unless the header has none but semicolons or tabs. */
async function sniffDelimiter(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ delimiter: string; chunks: AsyncGenerator<Buffer> }> {
  const first: Buffer[] = [];
  let header = '';
  while (header.length < MAX_HEADER_BYTES && !/[\r\n]/.test(header)) {
    const { value, done } = await chunks.next();
    if (done) break;
    first.push(value);
    header += value.toString('latin1', 0, MAX_HEADER_BYTES);
  }
  const line = header.split(/[\r\n]/, 1)[0] as string;
  const delimiter = [',', ';', '\t'].find((character) => line.includes(character)) ?? ',';
  const all = async function* (): AsyncGenerator<Buffer> {
    yield* first;
    yield* chunks;
  };
  return { delimiter, chunks: all() };
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

function inWords(error: unknown, name: string, lastLine: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as unknown as { lines?: number };
  const where = `${name}, line ${lines ?? lastLine + 1}`;
  const after = `${name}, line ${lastLine + 1}`;
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
      return bad(`${where}: something follows a closing quote ("); expected a delimiter or the end of the row.`);
    default:
      return bad(`${where}: ${error.message}.`);
  }
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-row', message);
}
