/**
 * The pixels of a plain baseline JPEG, or of a part of it, without libjpeg: all codes down to the part's last row must be read, but only the blocks
 * that it touches are transformed and coloured. The values are those of libjpeg-turbo, to the last bit (`transform.as.ts`, `colours.as.ts`).
 */

import type { RawImage } from '../gray';
import { colour } from './colours';
import { isQuick, MOST_BYTES } from './cost';
import { type Decoder, decoderModule } from './decode';
import type { Frame, Header } from './header';
import { BEYOND, type Layout, layOut } from './layout';
import { type Part, type Plane, planesOf, SHARE } from './planes';
import { type Baseline, baselineOf } from './tables';
import { writeTables } from './write-tables';

const END = 0xffd9;
const LEAST_CHROMA = 3; // samples in a row, for libjpeg to filter them

export interface Wanted {
  /** Inside of the picture; what is below it is not looked at. Without one it is the whole, behind which the file must end. */
  readonly part?: Part | undefined;
  /** Gray values of a picture in colours, as `grayOf` makes them of its pixels. */
  readonly isGray?: boolean | undefined;
}

/**
 * The pixels of a JPEG, in RGB or gray.
 *
 * @param header of the file
 * @returns undefined for what is not baseline, YCbCr or gray, for damage, and where the engine has no vectors: all that is left to sharp
 */
export function jpegPart(bytes: Buffer, header: Header, wanted: Wanted = {}): RawImage | undefined {
  const { frame } = header;
  const baseline = isQuick(header, bytes.length, wanted.part) ? baselineOf(header) : undefined;
  if (!baseline || (SHARE[baseline.chroma].x === 2 && frame.width <= 2 * (LEAST_CHROMA - 1))) return undefined;
  const decoder = decoderModule();
  try {
    return decoder && decode(decoder, bytes, header, baseline, wanted);
  } catch {
    return undefined; // a trap of WebAssembly's, and nothing of it stays
  }
}

/** By the module, if there is room in its memory. */
function decode(
  decoder: Decoder,
  bytes: Buffer,
  { frame, end }: Header,
  baseline: Baseline,
  { part, isGray }: Wanted,
): RawImage | undefined {
  const shown = part ?? { left: 0, top: 0, width: frame.width, height: frame.height };
  const { width, height } = shown;
  const channels = isGray ? 1 : frame.channels;
  const planes = planesOf(baseline, frame, shown);
  const codes = bytes.subarray(end, end + MOST_BYTES);
  const layout = layOut(decoder, codes.length, planes, width, width * height * channels);
  const memory = decoder.room(layout.end);
  if (!memory || !writeTables(decoder, memory, layout, planes, part !== undefined)) return undefined;
  memory.set(codes, layout.codes);
  memory.fill(0xff, layout.codes + codes.length, layout.codes + codes.length + BEYOND);
  if (!readPlanes(decoder, layout, frame, baseline, planes)) return undefined;
  if (!part && !isWhole(decoder, layout, codes)) return undefined;
  colour(decoder, layout, baseline.chroma, planes, shown, channels);
  return { data: memory.slice(layout.pixels, layout.pixels + width * height * channels), width, height, channels };
}

/** Reads the codes down to the last block that is needed; false where they are damaged. */
function readPlanes(
  { kernels }: Decoder,
  layout: Layout,
  frame: Frame,
  baseline: Baseline,
  planes: readonly Plane[],
): boolean {
  const { across } = (planes[0] as Plane).component;
  const columns = Math.ceil(frame.width / (8 * across));
  const rows = Math.max(...planes.map(({ rows, component }) => Math.ceil(rows.end / component.down)));
  kernels.openScan(layout.components, planes.length, layout.codes, layout.bits, baseline.interval);
  for (let row = 0; row < rows; row++) if (!kernels.readRow(row, columns, layout.block)) return false;
  return true;
}

/** Whether nothing but the file's end follows the last code. */
function isWhole({ kernels }: Decoder, layout: Layout, codes: Buffer): boolean {
  const end = codes.length - 2;
  return kernels.isUsedUp() !== 0 && kernels.streamEnd() - layout.codes === end && codes.readUInt16BE(end) === END;
}
