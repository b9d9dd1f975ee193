/** The one door to sharp, which decodes and encodes pictures. It is loaded when the first picture comes, not with facemark. */

import { FacemarkError } from '../../errors';

export type Sharp = typeof import('sharp');

/** @throws FacemarkError `decoder` where the part of sharp for this platform is missing */
export function loadSharp(): Sharp {
  try {
    return require('sharp') as Sharp;
  } catch (cause) {
    throw new FacemarkError(
      'decoder',
      'pictures cannot be decoded here: the part of sharp for this platform is not installed (npm install --omit=optional leaves it out; npm install --include=optional sharp brings it). PGM files and raw pixels work without it.',
      { cause },
    );
  }
}
