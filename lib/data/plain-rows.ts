/**
 * The fast way through a table: rows without quotes that end in LF or CRLF are split natively, and their cells are views of the
 * chunks. It ends at the first byte that may mean something else, a quote or a CR without LF; that row and what follows it are
 * left to csv-parse, which is between two rows then and in the state that it begins in.
 */

const LF = 10;
const CR = 13;
const QUOTE = 34;

export class PlainRows {
  /** Lines that have been taken so far, blank ones included. */
  lines = 0;
  /** The row that began in an earlier chunk, in `size` bytes; no memory is used twice, so that cells may be kept. */
  private held = Buffer.alloc(0);
  private size = 0;

  /**
   * @param delimiter one byte of ASCII
   * @param maxBytes of a row; a longer one is left
   * @param onRow is called for every row that is not blank, with its line in the file, from 1
   */
  constructor(
    private readonly delimiter: string,
    private readonly maxBytes: number,
    private readonly onRow: (fields: Buffer[], line: number) => void,
  ) {}

  /** Takes the plain rows at the beginning, and gives what follows them; a last row without a line end is left too. */
  async *rest(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let isPlain = true;
    for await (const chunk of chunks) {
      const taken = isPlain ? this.take(chunk) : 0;
      if (taken === chunk.length) continue;
      if (this.size > 0) yield this.letGo();
      isPlain = false;
      yield chunk.subarray(taken);
    }
    if (this.size > 0) yield this.letGo();
  }

  /** Takes the plain rows of a chunk and holds the last, which has no end yet; returns how many bytes that are. */
  private take(chunk: Buffer): number {
    if (this.size > 0 && this.held[this.size - 1] === CR && chunk[0] !== LF) return 0;
    const quote = indexOf(chunk, QUOTE, 0);
    let cr = indexOf(chunk, CR, 0);
    let at = 0;
    for (let end = indexOf(chunk, LF, 0); end < chunk.length; end = indexOf(chunk, LF, at)) {
      if (quote < end || cr < end - 1 || this.size + end - at > this.maxBytes) return at;
      this.takeRow(chunk, at, end);
      at = end + 1;
      if (cr < at) cr = indexOf(chunk, CR, at);
    }
    if (quote < chunk.length || cr < chunk.length - 1 || this.size + chunk.length - at > this.maxBytes) return at;
    if (at < chunk.length) this.hold(chunk.subarray(at));
    return chunk.length;
  }

  private takeRow(chunk: Buffer, at: number, end: number): void {
    let row = chunk.subarray(at, end);
    if (this.size > 0) {
      this.hold(row);
      row = this.letGo();
    }
    if (row[row.length - 1] === CR) row = row.subarray(0, -1);
    this.lines++;
    if (row.length > 0) this.onRow(split(row, this.delimiter.charCodeAt(0)), this.lines);
  }

  /** Adds bytes to the row that is held, in room that doubles: chunks may be single bytes. */
  private hold(bytes: Buffer): void {
    const size = this.size + bytes.length;
    if (size > this.held.length) {
      const held = Buffer.allocUnsafeSlow(2 * size);
      this.held.copy(held, 0, 0, this.size);
      this.held = held;
    }
    bytes.copy(this.held, this.size);
    this.size = size;
  }

  private letGo(): Buffer {
    const row = this.held.subarray(0, this.size);
    this.held = Buffer.alloc(0);
    this.size = 0;
    return row;
  }
}

function split(row: Buffer, delimiter: number): Buffer[] {
  const fields: Buffer[] = [];
  let at = 0;
  for (let end = row.indexOf(delimiter); end >= 0; end = row.indexOf(delimiter, at)) {
    fields.push(row.subarray(at, end));
    at = end + 1;
  }
  fields.push(row.subarray(at));
  return fields;
}

/** Where a byte stands, or the length of the chunk. */
function indexOf(chunk: Buffer, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? chunk.length : at;
}
