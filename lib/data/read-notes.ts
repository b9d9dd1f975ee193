/** What a person should know about a file that was read: what was left out, what was noticed. Sentences. */

import type { ReadReport } from '../landmarks/faces';
import type { Layout } from './header';

const SMALL = 4; // pixels: in pictures this small every coordinate may well be 0 or 1

/** What is counted while rows are read. */
export interface Noticed {
  /** Rows without the right number of pixels, which were skipped. */
  skipped: number;
  /** Rows that miss some landmarks, which were dropped. */
  dropped: number;
  /** [k] rows that have each landmark, dropped ones included. */
  readonly labelled: number[];
  /** Landmarks with one coordinate. */
  half: number;
  /** Rows in which most of what is called left stands at the smaller x, and at the larger. */
  leftOfRight: number;
  rightOfLeft: number;
  /** The largest coordinate. */
  farthest: number;
}

/**
 * @param pixels the column that the pixels were read from
 */
export function notesOf(
  { skipped, dropped, labelled: inFile, half, leftOfRight, rightOfLeft, farthest }: Noticed,
  { labelled, outside, incompleteKept }: Pick<ReadReport, 'labelled' | 'outside' | 'incompleteKept'>,
  {
    layout,
    pixels,
    swapLeftRight,
    width,
    height,
  }: {
    readonly layout: Layout;
    readonly pixels: number;
    readonly swapLeftRight: boolean;
    readonly width: number;
    readonly height: number;
  },
): string[] {
  const notes: string[] = [];
  const ignored = layout.ignored.filter((column) => column !== pixels).map((column) => layout.titles[column] as string);
  const named = ignored.filter((title) => title !== '');
  if (ignored.length > named.length)
    notes.push('a column without a name, such as the index that pandas writes, is ignored.');
  if (named.length > 0)
    notes.push(`ignored: ${named.length === 1 ? 'the column' : 'the columns'} ${named.join(', ')}.`);
  if (skipped > 0) notes.push(`${rows(skipped)} skipped: the number of pixels is not that of the first row.`);
  if (layout.coordinates.length === 0) {
    notes.push('there are no coordinate columns: no landmark is labelled.');
    return notes;
  }
  if (dropped > 0)
    notes.push(
      `${rows(dropped)} dropped that ${dropped === 1 ? 'misses' : 'miss'} some landmarks; keep them with incomplete: 'keep' (--incomplete keep). Labelled in the file: ${perLandmark(layout, inFile)}.`,
    );
  if (incompleteKept > 0)
    notes.push(
      `${rows(incompleteKept)} ${incompleteKept === 1 ? 'misses' : 'miss'} some landmarks; labelled: ${perLandmark(layout, labelled)}.`,
    );
  const never = layout.schema.landmarks.filter((_, j) => labelled[j] === 0);
  if (never.length > 0)
    notes.push(
      `no row has a label for ${never.join(', ')}: nothing can be learned about ${never.length === 1 ? 'it' : 'them'}.`,
    );
  if (half > 0)
    notes.push(
      `${half} ${half === 1 ? 'landmark has only one of its two coordinates and counts' : 'landmarks have only one of their two coordinates and count'} as not labelled.`,
    );
  if (outside > 0)
    notes.push(
      outside === 1
        ? '1 landmark lies outside the picture and is kept as it is.'
        : `${outside} landmarks lie outside the picture and are kept as they are.`,
    );
  if (farthest <= 1 && farthest > -Infinity && Math.max(width, height) > SMALL)
    notes.push(
      'no coordinate is above 1: expected pixels; if they are fractions of the width and height, multiply them first.',
    );
  if (leftOfRight > rightOfLeft)
    notes.push(
      `in ${leftOfRight} of ${rows(leftOfRight + rightOfLeft)} what is called left stands at the smaller x: left and right seem to be the viewer's, expected the subject's. ` +
        (swapLeftRight
          ? 'They were swapped: take swapLeftRight (--swap-left-right) away.'
          : 'Swap them with swapLeftRight: true (--swap-left-right).'),
    );
  return notes;
}

/** "1 row", "7 rows". */
export function rows(n: number): string {
  return n === 1 ? '1 row' : `${n} rows`;
}

/** Counts of labels, equal ones together: `7000 × nose_tip; 2140 × 14 landmarks`. */
function perLandmark({ schema }: Layout, labelled: readonly number[]): string {
  const byCount = new Map<number, string[]>();
  for (const [j, name] of schema.landmarks.entries()) {
    const n = labelled[j] as number;
    byCount.set(n, [...(byCount.get(n) ?? []), name]);
  }
  return [...byCount]
    .sort(([a], [b]) => b - a)
    .map(([n, names]) => `${n} × ${names.length > 4 ? `${names.length} landmarks` : names.join(', ')}`)
    .join('; ');
}
