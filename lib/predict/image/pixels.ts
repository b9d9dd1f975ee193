/** The module of `pixels.as.ts`. */

import { ownModule } from './own-module';

const MOST_MEMORY = 2 ** 24; // bytes: a box of 3000×3000 fits

/** What pixels.as.ts exports. */
interface PixelKernels {
  luma(rgb: number, gray: number, count: number): void;
  sumColumns(
    ...parameters: [
      pixels: number,
      width: number,
      rows: number,
      axis: number,
      columns: number,
      wide: number,
      to: number,
    ]
  ): void;
  sumRows(sums: number, columns: number, axis: number, rows: number, to: number): void;
}

/** Undefined where the engine has no vectors, or the file is not there. */
export const pixelModule = ownModule<PixelKernels>('predict/image/pixels', MOST_MEMORY);
