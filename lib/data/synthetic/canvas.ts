/**
 * The canvas: a float picture with a depth buffer, drawn finer than the result so that edges come out soft.
 *
 * `draw` takes a surface whose vertices are projected and shaded, and fills its cells with the values in between.
 */

const { ceil, floor, max, min } = Math;

/** Sub-pixels along a side of a pixel are chosen so that the fine picture has at least this many along its side. */
const FINE = 160;
/** More sub-pixels than these cost time and show nothing. */
const MOST = 4;
/** Depth where nothing is drawn yet. */
const NOTHING = -1e9;

export interface Canvas {
  /** Pixels along a side of the result, and sub-pixels along a side of a pixel. */
  readonly size: number;
  readonly fine: number;
  /** Sub-pixels along a side. */
  readonly side: number;
  /** [side, side] brightness, 0 to about 1. */
  readonly light: Float32Array;
  /** [side, side] z of what is seen. */
  readonly depth: Float32Array;
}

/** Vertices in rows and columns, projected and shaded. */
export interface Projected {
  readonly rows: number;
  readonly cols: number;
  /** [rows, cols] place in sub-pixels, depth, brightness and opacity. */
  readonly px: Float32Array;
  readonly py: Float32Array;
  readonly pz: Float32Array;
  readonly shade: Float32Array;
  readonly alpha: Float32Array;
}

/** An empty canvas for pictures of size × size pixels. */
export function createCanvas(size: number): Canvas {
  const fine = max(1, min(MOST, ceil(FINE / size)));
  const side = size * fine;
  const depth = new Float32Array(side * side).fill(NOTHING);
  return { size, fine, side, light: new Float32Array(side * side), depth };
}

/** Empties a canvas for the next face; its background is expected to be painted all over. */
export function clear(canvas: Canvas): void {
  canvas.depth.fill(NOTHING);
}

/** Draws the cells of a surface that face the viewer and are not hidden. */
export function draw(canvas: Canvas, it: Projected): void {
  for (let r = 0; r + 1 < it.rows; r++) {
    for (let c = 0; c + 1 < it.cols; c++) {
      const a = r * it.cols + c;
      const b = a + it.cols;
      const alpha = it.alpha;
      if (!((alpha[a] as number) + (alpha[a + 1] as number) + (alpha[b] as number) + (alpha[b + 1] as number) > 0.01))
        continue;
      triangle(canvas, it, a, a + 1, b);
      triangle(canvas, it, a + 1, b + 1, b);
    }
  }
}

/** Fills one triangle; vertices run clockwise in the picture when it faces the viewer. */
function triangle(canvas: Canvas, it: Projected, i: number, j: number, k: number): void {
  const { px, py, pz, shade, alpha } = it;
  const x0 = px[i] as number;
  const y0 = py[i] as number;
  const x1 = px[j] as number;
  const y1 = py[j] as number;
  const x2 = px[k] as number;
  const y2 = py[k] as number;
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  if (!(area > 1e-9)) return;
  const side = canvas.side;
  const left = max(0, ceil(min(x0, x1, x2)));
  const right = min(side - 1, floor(max(x0, x1, x2)));
  const top = max(0, ceil(min(y0, y1, y2)));
  const bottom = min(side - 1, floor(max(y0, y1, y2)));
  const inverse = 1 / area;
  // Weights of the second and third vertex are linear in x and y.
  const w1x = (y2 - y0) * inverse;
  const w1y = (x0 - x2) * inverse;
  const w2x = (y0 - y1) * inverse;
  const w2y = (x1 - x0) * inverse;
  const { light, depth } = canvas;
  const z0 = pz[i] as number;
  const z1 = (pz[j] as number) - z0;
  const z2 = (pz[k] as number) - z0;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const w1 = w1x * (x - x0) + w1y * (y - y0);
      const w2 = w2x * (x - x0) + w2y * (y - y0);
      if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
      const at = y * side + x;
      const z = z0 + w1 * z1 + w2 * z2;
      if (z <= (depth[at] as number)) continue;
      const w0 = 1 - w1 - w2;
      const opacity = w0 * (alpha[i] as number) + w1 * (alpha[j] as number) + w2 * (alpha[k] as number);
      if (opacity < 0.02) continue;
      const value = w0 * (shade[i] as number) + w1 * (shade[j] as number) + w2 * (shade[k] as number);
      const under = light[at] as number;
      light[at] = under + (value - under) * opacity;
      depth[at] = z;
    }
  }
}

/** The mean of the sub-pixels of every pixel, [size, size]. */
export function shrink(canvas: Canvas): Float32Array {
  const { size, fine, side, light } = canvas;
  const out = new Float32Array(size * size);
  const share = 1 / (fine * fine);
  for (let y = 0; y < side; y++) {
    const row = floor(y / fine) * size;
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let k = 0; k < fine; k++) sum += light[y * side + x * fine + k] as number;
      out[row + x] = (out[row + x] as number) + sum * share;
    }
  }
  return out;
}
