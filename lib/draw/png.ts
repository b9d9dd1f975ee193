/**
 * SVG to PNG without a browser and without the fonts of the system: resvg, with Inter out of npm. Its native form is several times
 * faster; where its platform package is missing (`npm install --omit=optional`, a platform that has none) its WebAssembly form
 * gives the same picture.
 */

import { readFileSync } from 'node:fs';
import { FacemarkError, messageOf } from '../errors';
import { checkNumber, withDefaults } from '../options';

export interface RenderPngOptions {
  /** Pixels of the PNG for one of the SVG; 2 is sharp on today's screens. */
  readonly scale?: number;
}

export const RENDER_PNG_DEFAULTS = Object.freeze({ scale: 2 });

const FONTS = ['400Regular/Inter_400Regular', '600SemiBold/Inter_600SemiBold'];

type Render = (svg: string, scale: number) => Uint8Array;

/**
 * Renders an SVG that facemark has drawn, or any other; its text is set in Inter.
 *
 * @returns the bytes of a PNG
 * @throws FacemarkError `bad-option` for a scale out of range, `bad-file` for what is no SVG
 */
export async function renderPng(svg: string, options: RenderPngOptions = {}): Promise<Uint8Array> {
  const { scale } = withDefaults(RENDER_PNG_DEFAULTS, options);
  checkNumber('scale', scale, { above: 0, atMost: 16 });
  renderer ??= nativeResvg() ?? wasmResvg();
  const render = await renderer;
  try {
    return render(svg, scale);
  } catch (cause) {
    throw new FacemarkError('bad-file', `this is no SVG that can be rendered: ${messageOf(cause)}.`, { cause });
  }
}

let renderer: Promise<Render> | undefined;

function nativeResvg(): Promise<Render> | undefined {
  try {
    const { Resvg } = require('@resvg/resvg-js') as typeof import('@resvg/resvg-js');
    const font = { ...inter, loadSystemFonts: false, fontFiles: FONTS.map(fontFile) };
    return Promise.resolve((svg, value) => new Resvg(svg, { font, fitTo: { mode: 'zoom', value } }).render().asPng());
  } catch {
    return undefined; // its platform package is not installed
  }
}

async function wasmResvg(): Promise<Render> {
  const { initWasm, Resvg } = require('@resvg/resvg-wasm') as typeof import('@resvg/resvg-wasm');
  await initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const font = { ...inter, loadSystemFonts: false, fontBuffers: FONTS.map((name) => readFileSync(fontFile(name))) };
  return (svg, value) => {
    const resvg = new Resvg(svg, { font, fitTo: { mode: 'zoom', value } });
    try {
      return resvg.render().asPng();
    } finally {
      resvg.free();
    }
  };
}

const inter = { defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };

function fontFile(name: string): string {
  return require.resolve(`@expo-google-fonts/inter/${name}.ttf`);
}
