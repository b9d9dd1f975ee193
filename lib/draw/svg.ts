/** Text and pictures inside an SVG. */

import { PNG } from 'pngjs';
import { FONT } from './theme';

/** A line of text at (x, y), its baseline. */
export function textAt(
  x: number,
  y: number,
  content: string,
  { size, fill, weight = 400 }: { readonly size: number; readonly fill: string; readonly weight?: number },
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}" font-family="${FONT}">${escapeXml(content)}</text>`;
}

/** Text as XML: markup escaped, control characters, which XML forbids, left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Gray values [height, width] as a PNG in a data address. */
export function grayPngUri(pixels: Uint8Array, width: number, height: number): string {
  const png = new PNG({ width, height, colorType: 0, inputColorType: 0, inputHasAlpha: false, bitDepth: 8 });
  png.data = Buffer.from(pixels);
  const bytes = PNG.sync.write(png, { colorType: 0, inputColorType: 0, inputHasAlpha: false, bitDepth: 8 });
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

/** Two decimals are more than a screen shows. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
