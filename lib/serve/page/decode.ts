/** Files of photos → pixels as the browser sees them: upright, in the colours of sRGB. Formats that it does not know it does not show. */

/** A photo on the page. */
export interface Photo {
  /** As it goes to the server. */
  readonly file: Blob;
  readonly name: string;
  /** Undefined where this browser cannot decode the file. */
  readonly pixels?: Pixels;
}

/** What a canvas has: `data` is [height, width, 4]. */
export type Pixels = Pick<ImageData, 'data' | 'width' | 'height'>;

/** The picture in a file, turned as its EXIF orientation says; undefined where this browser cannot decode it. */
export function decode(file: Blob): Promise<ImageBitmap | undefined> {
  return createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined);
}

/** Draws a picture on the canvas, pixel for pixel, and takes its pixels. */
export function paint(bitmap: ImageBitmap, canvas: HTMLCanvasElement): { pixels: Pixels } {
  const { width, height } = bitmap;
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { pixels: { data, width, height } };
}

const MOST_BLANK = 1000; // pixels of an empty canvas: nothing is drawn on it, so they need not be the photo's

/** Empties the canvas for a photo of that size that only the server can decode. */
export function blank(canvas: HTMLCanvasElement, width: number, height: number): void {
  const scale = Math.min(1, MOST_BLANK / Math.max(width, height));
  Object.assign(canvas, { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
}
