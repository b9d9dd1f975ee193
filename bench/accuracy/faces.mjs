/**
 * The faces of the accuracy table: a folder with any number of pairs
 *
 *     NAME.csv or NAME.csv.gz     faces in Kaggle's layout
 *     NAME.people.csv             row,person: who is on each of them; one name means one person in all files
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupsOf, readFaces, readGroups, syntheticFaces, writeFaces } from 'facemark';

const PEOPLE = '.people.csv';

/**
 * Reads all pairs of a folder as one.
 *
 * @returns `faces`, and `persons` [n]
 * @throws Error when there is no pair, or the files differ in landmarks or size; FacemarkError for a file that cannot be used
 */
export async function readFolder(folder) {
  const files = readdirSync(folder);
  const parts = [];
  for (const people of files.filter((file) => file.endsWith(PEOPLE)).sort()) {
    const name = people.slice(0, -PEOPLE.length);
    const csv = files.find((file) => file === `${name}.csv` || file === `${name}.csv.gz`);
    if (!csv) throw new Error(`${join(folder, people)} has no ${name}.csv or ${name}.csv.gz beside it`);
    const faces = await readFaces(join(folder, csv), { incomplete: 'keep' });
    parts.push({ faces, persons: groupsOf(faces, await readGroups(join(folder, people))) });
  }
  if (parts.length === 0) throw new Error(`${folder} has no NAME.csv with a NAME.people.csv beside it`);
  return { faces: joined(parts.map(({ faces }) => faces)), persons: parts.flatMap(({ persons }) => persons) };
}

/** The names in a file's column `person`. */
export async function readPeople(file) {
  return [...new Set((await readGroups(file, { column: 'person' })).byRow.values())];
}

/** A folder of synthetic faces, each of a person of its own; drawn once, and anew when facemark draws otherwise. */
export async function syntheticFolder(cache, { count, seed }) {
  const first = { faces: syntheticFaces({ count: 3, seed }), persons: [] };
  const folder = join(cache, `synthetic-${count}-${dataSha256(first).slice(0, 12)}`);
  const people = join(folder, `faces${PEOPLE}`);
  if (existsSync(people)) return folder; // it is written last
  mkdirSync(folder, { recursive: true });
  await writeFaces(join(folder, 'faces.csv'), syntheticFaces({ count, seed }));
  writeFileSync(people, ['row,person', ...Array.from({ length: count }, (_, i) => `${i},${i}`), ''].join('\n'));
  return folder;
}

/** [2k] pixels: the mean of the labels of each coordinate; NaN where there is none. */
export function meanFace({ points, schema }) {
  const coordinates = 2 * schema.landmarks.length;
  return Float32Array.from({ length: coordinates }, (_, j) => {
    const labels = points.filter((value, i) => i % coordinates === j && !Number.isNaN(value));
    return labels.reduce((sum, value) => sum + value, 0) / labels.length;
  });
}

/** SHA-256 of pixels, coordinates and people. */
export function dataSha256({ faces, persons }) {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [faces.pixels, faces.points])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.update(JSON.stringify(persons)).digest('hex');
}

/** Several faces as one; their rows are counted on from file to file. */
function joined(parts) {
  const [first] = parts;
  const kindOf = ({ schema, width, height }) => `${width}×${height}, ${schema.landmarks.join(' ')}`;
  const odd = parts.find((part) => kindOf(part) !== kindOf(first));
  if (odd) throw new Error(`${odd.report.source} has other landmarks or pictures than ${first.report.source}`);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const pixels = new Uint8Array(count * first.width * first.height);
  const points = new Float32Array(count * 2 * first.schema.landmarks.length);
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, (at * pixels.length) / count);
    points.set(part.points, (at * points.length) / count);
    at += part.count;
  }
  const sourceRows = Int32Array.from({ length: count }, (_, i) => i);
  return { ...first, count, pixels, points, sourceRows, ids: Array.from(sourceRows, String) };
}
