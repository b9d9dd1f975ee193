/** Ears: tilted shells at the sides of the head, with a rim and a hollow. */

import type { Head } from './head';
import { halfWidthAt } from './skull';
import { hump, mix, smoothstep } from './soft';
import { blankSurface, type Surface } from './surface';

/** Vertices from the top to the bottom of an ear, and from its front to its back. */
const ROWS = 26;
const COLS = 14;

/** One ear; side 1 is the subject's left. */
export function earSurface(head: Head, side: 1 | -1): Surface {
  const { person, skull } = head;
  const surface = blankSurface(ROWS, COLS);
  const top = person.eyeY - 3;
  const bottom = person.noseY + 3;
  const flare = 0.6 + 0.2 * person.askew[3] * side;
  for (let r = 0; r < ROWS; r++) {
    const v = r / (ROWS - 1);
    const y = mix(top, bottom, v);
    // Widest above the middle, narrow at the lobe.
    const round = 1 - (2 * v - 1) * (2 * v - 1);
    const width = 15 * Math.sqrt(Math.max(0, round)) * mix(1.08, 0.62, v);
    const root = halfWidthAt(skull, y) - 1.2;
    for (let c = 0; c < COLS; c++) {
      const u = side > 0 ? c / (COLS - 1) : 1 - c / (COLS - 1);
      const i = r * COLS + c;
      const rim =
        2.2 * smoothstep(0.6, 0.88, u) - 1.4 * hump(((u - 0.5) * (u - 0.5)) / 0.09 + ((v - 0.45) * (v - 0.45)) / 0.1);
      surface.x[i] = side * (root + flare * width * u + 0.25 * rim);
      surface.y[i] = y;
      surface.z[i] = skull.axis + 6 - 0.9 * width * u + rim;
      const hollow = hump(((u - 0.42) * (u - 0.42)) / 0.08 + ((v - 0.48) * (v - 0.48)) / 0.09);
      surface.tone[i] = person.skin * (1 - 0.55 * hollow) * mix(0.8, 1, u);
    }
  }
  return surface;
}
