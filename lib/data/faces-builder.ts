/** Faces row by row, and what there is to say about them at the end. */

import { FacemarkError } from '../errors';
import { countLabels, type Faces } from '../landmarks/faces';
import type { Schema } from '../landmarks/schema';
import type { Layout } from './header';
import { RowStore } from './row-store';

export interface FacesBuilderOptions {
  readonly file: string;
  readonly layout: Layout;
  /** Column that the pixels are read from. */
  readonly pixels: number;
  readonly width: number;
  readonly height: number;
  readonly incomplete: 'drop' | 'keep';
  readonly missing: readonly string[];
  readonly swapLeftRight: boolean;
  /** What has been noticed before the first row. */
  readonly notes: readonly string[];
}

export class FacesBuilder {
  /** Rows without the right number of pixels, which were skipped. */
  skipped = 0;
  private dropped = 0;
  private half = 0;
  private leftOfRight = 0;
  private rightOfLeft = 0;
  private brightest = 0;
  private readonly pixels: RowStore<Uint8Array>;
  private readonly points: RowStore<Float32Array>;
  private readonly sourceRows: number[] = [];
  private readonly ids: string[] = [];
  /** Landmarks that some row had, dropped rows included. */
  private readonly everLabelled: Set<number> = new Set();

  constructor(private readonly options: FacesBuilderOptions) {
    const { layout, width, height } = options;
    this.pixels = new RowStore((length) => new Uint8Array(length), width * height);
    this.points = new RowStore((length) => new Float32Array(length), layout.schema.landmarks.length * 2);
  }

  /** Room for the pixels and the coordinates of the next face; a file without landmarks has none labelled. */
  next(): { pixels: Uint8Array; points: Float32Array } {
    const points = this.points.next();
    if (this.options.layout.coordinates.length === 0) points.fill(Number.NaN);
    return { pixels: this.pixels.next(), points };
  }

  /** Takes what was written into that room as the face of a row. */
  add(row: number, id: string): void {
    const points = this.points.next();
    const { layout, incomplete, missing, swapLeftRight } = this.options;
    const complete = this.tidy(points, missing.includes('0,0'));
    if (swapLeftRight) swap(points, layout.schema);
    this.watchSides(points, layout.schema);
    if (!complete && incomplete === 'drop' && layout.coordinates.length > 0) {
      this.dropped++;
      return;
    }
    if (this.brightest < 2) for (const gray of this.pixels.next()) if (gray > this.brightest) this.brightest = gray;
    this.points.keep();
    this.pixels.keep();
    this.sourceRows.push(row);
    this.ids.push(id);
  }

  /**
   * The faces, and a report.
   *
   * @param rows data rows of the file
   * @param skippedBefore rows without pixels that came before the first face
   * @throws FacemarkError `bad-file` when no row is left, or all pictures are as good as black
   */
  finish(rows: number, skippedBefore: number): Faces {
    this.skipped += skippedBefore;
    const { file, layout, width, height } = this.options;
    const { schema } = layout;
    if (this.sourceRows.length === 0) throw this.nothingLeft(rows);
    if (this.brightest === 1)
      throw new FacemarkError(
        'bad-file',
        `${file}: the largest gray value is 1; expected values from 0 to 255. If 1 stands for white, multiply the pixels by 255.`,
      );
    const points = this.points.take();
    const counts = countLabels(points, schema, width, height);
    const report = { source: file, rows, incompleteDropped: this.dropped, ...counts };
    return {
      schema,
      count: this.sourceRows.length,
      width,
      height,
      pixels: this.pixels.take(),
      points,
      sourceRows: Int32Array.from(this.sourceRows),
      ids: this.ids,
      report: { ...report, notes: [...this.options.notes, ...this.notes(report)] },
    };
  }

  /** Makes half a landmark none, and one at the origin too if that means missing; returns whether all are labelled. */
  private tidy(points: Float32Array, originIsMissing: boolean): boolean {
    let complete = true;
    for (let j = 0; j < points.length; j += 2) {
      const x = points[j] as number;
      const y = points[j + 1] as number;
      const half = Number.isNaN(x) !== Number.isNaN(y);
      if (half) this.half++;
      if (half || (originIsMissing && x === 0 && y === 0)) points.fill(Number.NaN, j, j + 2);
      if (Number.isNaN(points[j] as number)) complete = false;
      else this.everLabelled.add(j >> 1);
    }
    return complete;
  }

  /** Counts on which side the landmarks called left stand: the subject's left is at the larger x. */
  private watchSides(points: Float32Array, { mirrorPairs }: Schema): void {
    let sum = 0;
    for (const [left, right] of mirrorPairs) {
      const apart = (points[left * 2] as number) - (points[right * 2] as number);
      if (!Number.isNaN(apart)) sum += Math.sign(apart);
    }
    if (sum > 0) this.rightOfLeft++;
    if (sum < 0) this.leftOfRight++;
  }

  private notes({ labelled, outside, incompleteKept }: ReturnType<typeof countLabels>): string[] {
    const { layout, pixels, swapLeftRight } = this.options;
    const ignored = layout.ignored
      .filter((column) => column !== pixels)
      .map((column) => layout.titles[column] as string);
    const named = ignored.filter((title) => title !== '');
    const never = layout.schema.landmarks.filter((_, j) => labelled[j] === 0);
    const hasLabels = layout.coordinates.length > 0;
    return [
      ...(ignored.length > named.length
        ? ['a column without a name, such as the index that pandas writes, is ignored.']
        : []),
      ...(named.length > 0
        ? [`ignored: ${named.length === 1 ? 'the column' : 'the columns'} ${named.join(', ')}.`]
        : []),
      ...(hasLabels ? [] : ['there are no coordinate columns: no landmark is labelled.']),
      ...(this.skipped > 0
        ? [`${rows(this.skipped)} skipped: the number of pixels is not that of the first row.`]
        : []),
      ...(this.dropped > 0
        ? [
            `${rows(this.dropped)} dropped that ${this.dropped === 1 ? 'misses' : 'miss'} some landmarks; keep them with incomplete: 'keep' (--incomplete keep).`,
          ]
        : []),
      ...(hasLabels && incompleteKept > 0
        ? [
            `${rows(incompleteKept)} ${incompleteKept === 1 ? 'misses' : 'miss'} some landmarks; labelled: ${this.perLandmark(labelled)}.`,
          ]
        : []),
      ...(hasLabels && never.length > 0
        ? [
            `no row has a label for ${never.join(', ')}: nothing can be learned about ${never.length === 1 ? 'it' : 'them'}.`,
          ]
        : []),
      ...(this.half > 0
        ? [`${this.half} landmarks have only one of their two coordinates and count as not labelled.`]
        : []),
      ...(outside > 0
        ? [
            `${outside} ${outside === 1 ? 'landmark lies' : 'landmarks lie'} outside the picture and ${outside === 1 ? 'is' : 'are'} kept as ${outside === 1 ? 'it is' : 'they are'}.`,
          ]
        : []),
      ...(this.leftOfRight > this.rightOfLeft
        ? [
            `in ${this.leftOfRight} of ${rows(this.leftOfRight + this.rightOfLeft)} what is called left stands at the smaller x: left and right seem to be the viewer's, expected the subject's. ` +
              (swapLeftRight
                ? 'They were swapped: take swapLeftRight (--swap-left-right) away.'
                : 'Swap them with swapLeftRight: true (--swap-left-right).'),
          ]
        : []),
    ];
  }

  /** Counts of labels, equal ones together: `7000 nose_tip; 2140 the other 14`. */
  private perLandmark(labelled: readonly number[]): string {
    const byCount = new Map<number, string[]>();
    for (const [j, name] of this.options.layout.schema.landmarks.entries()) {
      const n = labelled[j] as number;
      byCount.set(n, [...(byCount.get(n) ?? []), name]);
    }
    const groups = [...byCount].sort(([a], [b]) => b - a);
    return groups
      .map(([n, names]) => `${n} × ${names.length > 4 ? `${names.length} landmarks` : names.join(', ')}`)
      .join('; ');
  }

  private nothingLeft(rowCount: number): FacemarkError {
    const { file, layout } = this.options;
    const never = layout.schema.landmarks.filter((_, j) => !this.everLabelled.has(j));
    const why =
      this.dropped === 0
        ? `all ${rows(rowCount)} were skipped, because they have another number of pixels than the first; expected one face a row.`
        : `all ${rows(this.dropped)} miss some landmarks${never.length > 0 ? ` (no row has ${never.join(', ')})` : ''}; keep them with incomplete: 'keep' (--incomplete keep).`;
    return new FacemarkError('bad-file', `${file}: ${why}`);
  }
}

function swap(points: Float32Array, { mirrorPairs }: Schema): void {
  for (const [left, right] of mirrorPairs)
    for (const axis of [0, 1]) {
      const held = points[left * 2 + axis] as number;
      points[left * 2 + axis] = points[right * 2 + axis] as number;
      points[right * 2 + axis] = held;
    }
}

function rows(n: number): string {
  return n === 1 ? '1 row' : `${n} rows`;
}
