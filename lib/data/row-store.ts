/** Rows of equal width that become one typed array: room is made in blocks, so that a long file is never copied while it grows. */

const BLOCK_BYTES = 4 * 2 ** 20; // more than one face, less than what a small file would waste

export class RowStore<T extends Uint8Array | Float32Array> {
  count = 0;
  private readonly blocks: T[] = [];
  private readonly rowsPerBlock: number;

  /** @param width entries of a row */
  constructor(
    private readonly make: (length: number) => T,
    private readonly width: number,
  ) {
    this.rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / (width * make(0).BYTES_PER_ELEMENT)));
  }

  /** Room for the next row; it counts once `keep` is called, until then the next call gives the same. */
  next(): T {
    const at = this.count % this.rowsPerBlock;
    if (at === 0 && this.blocks.length * this.rowsPerBlock === this.count)
      this.blocks.push(this.make(this.rowsPerBlock * this.width));
    return this.blocks.at(-1)?.subarray(at * this.width, (at + 1) * this.width) as T;
  }

  keep(): void {
    this.count++;
  }

  /** All rows in one array; the store is empty afterwards. */
  take(): T {
    const all = this.make(this.count * this.width);
    let at = 0;
    while (this.blocks.length > 0) {
      const block = this.blocks.shift() as T;
      all.set(block.subarray(0, Math.min(block.length, all.length - at)) as never, at);
      at += block.length;
    }
    return all;
  }
}
