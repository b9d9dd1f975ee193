/**
 * Colours → gray, by one formula for files, raw pixels and the RGBA of a browser's canvas: the luma of ITU-R BT.601 on sRGB values,
 *
 *     gray = 0.299 R + 0.587 G + 0.114 B
 *
 * over white where a picture is transparent, rounded to the nearest whole number (halves up) once, at the end. Computed in whole
 * thousandths, so that it is exact. Nothing is imported here: a page can load the compiled file as it is.
 */

const WHITE = 255_000; // thousandths of a gray value

/**
 * The gray value of every pixel, in new memory.
 *
 * @param data [pixels, channels] bytes
 * @param channels 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA
 */
export function lumaOf(data: Uint8Array, channels: 1 | 2 | 3 | 4): Uint8Array {
  const gray = new Uint8Array(data.length / channels);
  if (channels === 1) gray.set(data);
  else if (channels === 3) rgbToGray(data, gray);
  else withAlphaToGray(data, channels, gray);
  return gray;
}

function rgbToGray(rgb: Uint8Array, gray: Uint8Array): void {
  for (let i = 0, j = 0; i < gray.length; i++, j += 3)
    gray[i] = (luma(rgb[j] as number, rgb[j + 1] as number, rgb[j + 2] as number) + 500) / 1000; // the array cuts the fraction off
}

function withAlphaToGray(data: Uint8Array, channels: 2 | 4, gray: Uint8Array): void {
  const [green, blue] = channels === 2 ? [0, 0] : [1, 2];
  for (let i = 0, j = 0; i < gray.length; i++, j += channels) {
    const alpha = data[j + channels - 1] as number;
    const value = luma(data[j] as number, data[j + green] as number, data[j + blue] as number);
    gray[i] = (value * alpha + WHITE * (255 - alpha) + WHITE / 2) / WHITE;
  }
}

/** In thousandths of a gray value. */
function luma(red: number, green: number, blue: number): number {
  return 299 * red + 587 * green + 114 * blue;
}
