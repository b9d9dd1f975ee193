/** A sheet of faces with their landmarks. */

import { drawFaces } from '../draw/faces';
import { FacemarkError } from '../errors';
import { selectFaces } from '../landmarks/faces';
import { checkNumber, withDefaults } from '../options';
import { augmentFaces } from '../prepare/augment';
import { type FacesOptions, getFaces } from './get-faces';
import type { JobEvent } from './job-events';
import { pictureBase, writePicture } from './pictures';

export interface ShowJobOptions extends FacesOptions {
  /** The picture's path; an SVG and a PNG are written, whatever its ending. */
  readonly out: string;
  /** The first face that is shown, from 0, and how many. */
  readonly from?: number;
  readonly limit?: number;
  /** Whether they are shown as training with `augment` sees them in its first pass. */
  readonly augment?: boolean;
  readonly onEvent?: (event: JobEvent) => void;
}

const MOST = 600; // faces on a sheet: a picture of 16 megapixels
const DEFAULTS = { labels: 'optional', incomplete: 'keep', from: 0, limit: 24 } as const;

/**
 * Draws faces of a file, or synthetic ones.
 *
 * @returns the path of the PNG; the SVG lies beside it
 * @throws FacemarkError for a file that is not usable, `bad-option` when there are no faces from `from` on
 */
export async function showJob(options: ShowJobOptions): Promise<string> {
  const { out, from, limit, augment, ...reading } = withDefaults(DEFAULTS, options);
  const base = pictureBase(out);
  checkNumber('limit', limit, { integer: true, atLeast: 1, atMost: MOST });
  checkNumber('from', from, { integer: true, atLeast: 0 });
  const faces = await getFaces(reading, options.onEvent);
  const rows = Array.from({ length: Math.max(0, Math.min(limit, faces.count - from)) }, (_, i) => from + i);
  if (rows.length === 0)
    throw new FacemarkError(
      'bad-option',
      `there is no face to show from ${from} on; the file has ${faces.count}, counted from 0.`,
    );
  const shown = selectFaces(faces, rows);
  const seen = augment ? augmentFaces(shown, { seed: options.seed }) : shown;
  return writePicture(base, drawFaces(seen, { limit: MOST }));
}
