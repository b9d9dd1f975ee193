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

const AT_A_TIME = 4; // as many as Node has threads for: more would hold memory, 5 bytes a pixel, and be done no sooner
let running = 0;
const waiting: (() => void)[] = [];

/** Has sharp decode a picture when it is its turn: four at a time, in the order in which they came, and each is used before the next begins. */
export async function inTurn<T>(decode: () => Promise<T>): Promise<T> {
  if (running < AT_A_TIME) running++;
  else await new Promise<void>((resolve) => void waiting.push(resolve));
  try {
    return await decode();
  } finally {
    setImmediate(giveUpTurn); // by then who asked has made it gray, a third of its size
  }
}

function giveUpTurn(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}
