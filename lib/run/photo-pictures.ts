/** Where the drawings of photos go. */

import { statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { FacemarkError } from '../errors';
import { sameFile } from '../files';
import type { Photo } from './find-photos';
import { pictureBase } from './pictures';

const PICTURE = /\.(png|svg)$/i;

/**
 * The path of each photo's drawing without its ending, or undefined when none was asked for.
 *
 * @param out a file that is no table: a picture of the one photo
 * @param draw the same, or a folder for the drawings, which are called as their photos
 * @throws FacemarkError `bad-option` for one picture of several photos, or another ending; `output` where a drawing would replace a photo
 */
export function pictureNames(
  photos: readonly Photo[],
  out: string | undefined,
  draw: string | undefined,
): string[] | undefined {
  if (out !== undefined && !PICTURE.test(out))
    throw new FacemarkError(
      'bad-option',
      `${out} ends in none of .csv, .json, .png and .svg; expected a table (.csv, .json) or a picture of one photo (.png, .svg).`,
    );
  if (out !== undefined && draw !== undefined)
    throw new FacemarkError('bad-option', `${out} and ${draw} are both for drawings; expected one of the two.`);
  const target = out ?? draw;
  if (target === undefined) return undefined;
  const bases = PICTURE.test(target) ? [onePicture(target, photos)] : inFolder(target, photos);
  for (const base of bases)
    for (const { name } of photos)
      if (sameFile(`${base}.png`, name))
        throw new FacemarkError(
          'output',
          `the drawing ${base}.png would replace a photo; choose another place for it.`,
        );
  return bases;
}

function onePicture(path: string, photos: readonly Photo[]): string {
  if (photos.length > 1)
    throw new FacemarkError(
      'bad-option',
      `${path} is one picture and there are ${photos.length} photos; expected a folder for their drawings (draw, --draw FOLDER), or a table (.csv, .json).`,
    );
  return pictureBase(path);
}

/** Called as the photos; photos of one name from several folders get numbers. */
function inFolder(folder: string, photos: readonly Photo[]): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isFile())
    throw new FacemarkError('output', `${folder} is a file; expected a folder for the drawings, or a name in .png.`);
  const taken = new Set<string>();
  return photos.map(({ name }) => {
    const stem = parse(name).name;
    let free = stem;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem}-${number}`;
    taken.add(free.toLowerCase());
    return join(folder, free);
  });
}
