/** Faces, row by row. */

import { FacemarkError } from '../errors';
import { countLabels, type Faces, swapSides } from '../landmarks/faces';
import type { Schema } from '../landmarks/schema';
import { ORIGIN } from './cells';
import type { Layout } from './header';
import { type Noticed, notesOf, rows } from './read-notes';
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
  readonly noticed: Noticed;
  private brightest = 0;
  private readonly pixels: RowStore<Uint8Array>;
  private readonly points: RowStore<Float32Array>;
  private readonly sourceRows: number[] = [];
  private readonly ids: string[] = [];
  constructor(private readonly options: FacesBuilderOptions) {
    const { layout, width, height } = options;
    const labelled = layout.schema.landmarks.map(() => 0);
    const none = { skipped: 0, dropped: 0, half: 0, leftOfRight: 0, rightOfLeft: 0 };
    this.noticed = { ...none, labelled, farthest: -Infinity };
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
    if (swapLeftRight) swapSides(points, layout.schema);
    const complete = this.tidy(points, missing.includes(ORIGIN));
    this.watchSides(points, layout.schema);
    if (!complete && incomplete === 'drop' && layout.coordinates.length > 0) {
      this.noticed.dropped++;
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
   * @param rowCount data rows of the file
   * @param skippedBefore rows without pixels that came before the first face
   * @throws FacemarkError `bad-file` when no row is left, or all pictures are as good as black
   */
  finish(rowCount: number, skippedBefore: number): Faces {
    this.noticed.skipped += skippedBefore;
    const { file, layout, width, height } = this.options;
    const { schema } = layout;
    if (this.sourceRows.length === 0) throw this.nothingLeft(rowCount);
    if (this.noticed.skipped > rowCount / 2)
      throw new FacemarkError(
        'bad-file',
        `${file}: ${rows(this.noticed.skipped)} of ${rowCount} have another number of pixels than the first usable one, which has ${width}×${height}; expected most rows to be alike: correct or remove the odd first row.`,
      );
    if (this.brightest === 1)
      throw new FacemarkError(
        'bad-file',
        `${file}: the largest gray value is 1; expected values from 0 to 255. If 1 stands for white, multiply the pixels by 255.`,
      );
    const points = this.points.take();
    const counts = countLabels(points, schema, width, height);
    const report = { source: file, rows: rowCount, incompleteDropped: this.noticed.dropped, ...counts };
    return {
      schema,
      count: this.sourceRows.length,
      width,
      height,
      pixels: this.pixels.take(),
      points,
      sourceRows: Int32Array.from(this.sourceRows),
      ids: this.ids,
      report: { ...report, notes: [...this.options.notes, ...notesOf(this.noticed, report, this.options)] },
    };
  }

  /** Makes half a landmark none, and one at the origin too if that means missing; returns whether all are labelled. */
  private tidy(points: Float32Array, originIsMissing: boolean): boolean {
    let complete = true;
    for (let j = 0; j < points.length; j += 2) {
      const x = points[j] as number;
      const y = points[j + 1] as number;
      const half = Number.isNaN(x) !== Number.isNaN(y);
      if (half) this.noticed.half++;
      if (half || (originIsMissing && x === 0 && y === 0)) points.fill(Number.NaN, j, j + 2);
      if (Number.isNaN(points[j] as number)) complete = false;
      else this.noticed.labelled[j >> 1] = (this.noticed.labelled[j >> 1] as number) + 1;
      for (const value of [x, y]) if (value > this.noticed.farthest) this.noticed.farthest = value;
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
    if (sum > 0) this.noticed.rightOfLeft++;
    if (sum < 0) this.noticed.leftOfRight++;
  }

  private nothingLeft(rowCount: number): FacemarkError {
    const { file, layout } = this.options;
    const never = layout.schema.landmarks.filter((_, j) => this.noticed.labelled[j] === 0);
    const why =
      this.noticed.dropped === 0
        ? `every row was skipped (${rows(rowCount)}), because the number of pixels is not that of the first; expected one face a row.`
        : `every row misses some landmarks (${rows(this.noticed.dropped)}${never.length > 0 ? `; none has ${never.join(', ')}` : ''}); keep them with incomplete: 'keep' (--incomplete keep).`;
    return new FacemarkError('bad-file', `${file}: ${why}`);
  }
}
