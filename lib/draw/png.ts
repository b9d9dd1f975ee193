/** SVG to PNG without a browser and without the fonts of the system: resvg, with Inter out of npm. */

import { FacemarkError, messageOf } from '../errors';
import { checkNumber, withDefaults } from '../options';

export interface RenderPngOptions {
  /** Pixels of the PNG for one of the SVG; 2 is sharp on today's screens. */
  readonly scale?: number;
}

export const RENDER_PNG_DEFAULTS = Object.freeze({ scale: 2 });

const WEIGHTS = ['400Regular/Inter_400Regular', '600SemiBold/Inter_600SemiBold'];

/**
 * Renders an SVG that facemark has drawn, or any other; its text is set in Inter.
 *
 * @returns the bytes of a PNG
 * @throws FacemarkError `bad-option` for a scale out of range, `bad-file` for what is no SVG
 */
export function renderPng(svg: string, options: RenderPngOptions = {}): Uint8Array {
  const { scale } = withDefaults(RENDER_PNG_DEFAULTS, options);
  checkNumber('scale', scale, { above: 0, atMost: 16 });
  const { Resvg } = require('@resvg/resvg-js') as typeof import('@resvg/resvg-js');
  const fontFiles = WEIGHTS.map((weight) => require.resolve(`@expo-google-fonts/inter/${weight}.ttf`));
  try {
    const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };
    return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: scale } }).render().asPng();
  } catch (cause) {
    throw new FacemarkError('bad-file', `this is no SVG that can be rendered: ${messageOf(cause)}.`, { cause });
  }
}
