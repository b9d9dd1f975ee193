/** Points in a picture, and a face's landmarks by name. */

/** In pixels from the top left; the centre of the first pixel is (0, 0). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One face's landmarks by name, in pixels of its picture. */
export type NamedPoints = Readonly<Record<string, Point>>;
