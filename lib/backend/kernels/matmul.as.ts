/**
 * C[m, n] = A[m, k]·B[k, n] in float32, any transposition: the strides say how a matrix lies, and a transposed one has its strides
 * swapped. Blocked as by Goto and van de Geijn (Anatomy of High-Performance Matrix Multiplication, 2008): a block of B is packed
 * for the second cache level, a block of A too, and `tile` runs down them with 8 columns of B in the first.
 */

import { LINEAR } from './activations.as';
import { finish } from './finish.as';
import { COLUMNS, lineTile, packColumns, packRows, ROWS, tile } from './tile.as';

const K_BLOCK: i32 = 512; // 8 columns of it are 16 KiB: half a first-level cache
const M_BLOCK: i32 = 96; // 192 KiB packed
const N_BLOCK: i32 = 512; // 1 MiB packed

/** With so few columns the rows of A are read where they lie, if they are in one piece; to pack them takes as long as a fifth of the product. */
const FEW_COLUMNS: i32 = 128;

const EDGE_BYTES: usize = 128; // a tile of C that is not whole
const B_BYTES: usize = 4 * K_BLOCK * N_BLOCK;

/** Bytes of scratch that `matmul` needs, aligned to 16, whatever the shapes. */
export const SCRATCH_BYTES: i32 = <i32>(EDGE_BYTES + B_BYTES) + 4 * K_BLOCK * M_BLOCK;

let scratch: usize = 0;

/** Where `matmul` may write meanwhile: SCRATCH_BYTES from an address that is a multiple of 16 on. */
export function useScratch(address: usize): void {
  scratch = address;
}

/**
 * C = A·B.
 *
 * @param aRow, aColumn bytes from one row, one column of A to the next; likewise for B
 * @param cRow bytes from one row of C to the next
 * @param cPanel bytes from 8 columns of C to the next 8: 32 where rows lie in one piece
 */
export function matmul(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  cPanel: usize,
  m: i32,
  n: i32,
  k: i32,
): void {
  product(a, aRow, aColumn, b, bRow, bColumn, c, cRow, cPanel, m, n, k, false, 0, LINEAR);
}

/** C += A·B. */
export function addMatmul(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  cPanel: usize,
  m: i32,
  n: i32,
  k: i32,
): void {
  product(a, aRow, aColumn, b, bRow, bColumn, c, cRow, cPanel, m, n, k, true, 0, LINEAR);
}

/**
 * C = f(A·B + bias).
 *
 * @param bias address of [n], added to every row, or 0
 * @param activation code of f; only where rows lie in one piece
 */
export function fusedMatmul(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  cPanel: usize,
  m: i32,
  n: i32,
  k: i32,
  bias: usize,
  activation: i32,
): void {
  product(a, aRow, aColumn, b, bRow, bColumn, c, cRow, cPanel, m, n, k, false, bias, activation);
}

function product(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  cPanel: usize,
  m: i32,
  n: i32,
  k: i32,
  add: bool,
  bias: usize,
  activation: i32,
): void {
  const packedB = scratch + EDGE_BYTES;
  const packedA = packedB + B_BYTES;
  const inPlace = aColumn === 4 && n <= FEW_COLUMNS;
  for (let j = 0; j < n; j += N_BLOCK) {
    const columns = min(N_BLOCK, n - j);
    const cBlock = c + <usize>(j / COLUMNS) * cPanel;
    let p = 0;
    do {
      const depth = min(K_BLOCK, k - p);
      const isLast = p + depth >= k;
      for (let q = 0; q < columns; q += COLUMNS) {
        const from = b + <usize>p * bRow + <usize>(j + q) * bColumn;
        packColumns(from, bColumn, bRow, packedB + ((<usize>(q * depth)) << 2), depth, min(COLUMNS, columns - q));
      }
      for (let i = 0; i < m; i += M_BLOCK) {
        const rows = min(M_BLOCK, m - i);
        const block = a + <usize>i * aRow + <usize>p * aColumn;
        for (let r = inPlace ? rows - (rows % ROWS) : 0; r < rows; r += ROWS) {
          const from = block + <usize>r * aRow;
          packRows(from, aRow, aColumn, packedA + ((<usize>(r * depth)) << 2), depth, min(ROWS, rows - r));
        }
        const cRows = cBlock + <usize>i * cRow;
        const lines = inPlace ? block : 0;
        multiplyBlock(lines, aRow, packedA, packedB, cRows, cRow, cPanel, rows, columns, depth, add || p > 0, scratch);
        if (isLast) finish(cRows, cRow, rows, columns, bias ? bias + ((<usize>j) << 2) : 0, activation);
      }
      p += depth;
    } while (p < k);
  }
}

/**
 * C (+)= a packed block of rows · a packed block of columns.
 *
 * @param lines where four rows at a time are read instead, aRow bytes apart, or 0
 */
function multiplyBlock(
  lines: usize,
  aRow: usize,
  packedA: usize,
  packedB: usize,
  c: usize,
  cRow: usize,
  cPanel: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  edge: usize,
): void {
  for (let q = 0; q < columns; q += COLUMNS, c += cPanel) {
    const panel = packedB + ((<usize>(q * depth)) << 2);
    const width = min(COLUMNS, columns - q);
    for (let r = 0; r < rows; r += ROWS) {
      const target = c + <usize>r * cRow;
      const height = min(ROWS, rows - r);
      const isWhole = width === COLUMNS && height === ROWS;
      const into = isWhole ? target : edge;
      const step = isWhole ? cRow : 32;
      if (lines && height === ROWS) lineTile(lines + <usize>r * aRow, aRow, panel, into, step, depth, isWhole && add);
      else tile(packedA + ((<usize>(r * depth)) << 2), panel, into, step, depth, isWhole && add);
      if (!isWhole) putPart(edge, target, cRow, height, width, add);
    }
  }
}

/** Part of a tile: nothing beside it is touched. */
function putPart(edge: usize, c: usize, cRow: usize, height: i32, width: i32, add: bool): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const target = c + <usize>y * cRow + ((<usize>x) << 2);
      const value = load<f32>(edge + ((<usize>y) << 5) + ((<usize>x) << 2));
      store<f32>(target, add ? load<f32>(target) + value : value);
    }
}
