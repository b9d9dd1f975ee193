/** The module of `decode.as.ts`. */

import { type OwnModule, ownModule } from '../own-module';

const MOST_MEMORY = 2 ** 24; // bytes: a megapixel and its file take half of it, and what is larger is sharp's; it never shrinks

/** What decode.as.ts exports: addresses and sizes in bytes. */
interface DecodeKernels {
  readonly TABLE_BYTES: WebAssembly.Global;
  readonly SKIP_BYTES: WebAssembly.Global;
  readonly BEHIND: WebAssembly.Global;
  tabulate(lengths: number, table: number): number;
  tabulateSkips(table: number, skips: number): void;
  openScan(first: number, count: number, from: number, to: number, interval: number): void;
  readRow(row: number, columns: number, block: number): number;
  isUsedUp(): number;
  streamEnd(): number;
  spreadRow(near: number, far: number, count: number, edges: number, sums: number, to: number): void;
  convert(luma: number, blue: number, red: number, count: number, rgb: number): void;
  convertToGray(luma: number, blue: number, red: number, count: number, gray: number): void;
  copyRows(from: number, stride: number, width: number, rows: number, to: number): void;
}

export type Decoder = OwnModule<DecodeKernels>;

/** Undefined where the engine has no vectors, or the file is not there. */
export const decoderModule = ownModule<DecodeKernels>('predict/image/jpeg/decode', MOST_MEMORY);
