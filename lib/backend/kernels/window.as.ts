/**
 * How a filter slides over pictures, and where it reaches: [batch, height, width, channels] in, [batch, outHeight, outWidth,
 * outChannels] out. `window.ts` writes this structure field by field, in this order.
 *
 * The output at (row, column) looks at the input at (row·strideY − top + fy·dilationY, column·strideX − left + fx·dilationX) for every tap
 * (fy, fx) of the filter; what lies outside of the picture counts as 0.
 */

@unmanaged
export class Window {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideY: i32;
  strideX: i32;
  dilationY: i32;
  dilationX: i32;
  /** Rows and columns of zeros before the picture. */
  top: i32;
  left: i32;

  /** Of one input picture, in bytes. */
  @inline
  get pictureBytes(): usize {
    return (<usize>(this.height * this.width * this.channels)) << 2;
  }

  /** Whether every output looks at one pixel, its own: then patches are pixels. */
  @inline
  get isPixelwise(): bool {
    return (
      this.filterHeight * this.filterWidth === 1 &&
      this.strideY * this.strideX === 1 &&
      (this.top | this.left) === 0 &&
      this.outHeight === this.height &&
      this.outWidth === this.width
    );
  }
}

/** Which taps of a filter, along one axis, lie in the picture. */
export class Reach {
  /** The first tap from `start` on that is not before the picture, at most `taps`. */
  @inline
  static first(start: i32, dilation: i32, taps: i32): i32 {
    return start >= 0 ? 0 : min(taps, (dilation - 1 - start) / dilation);
  }

  /** The tap behind the last one that is not behind the picture, at least 0. */
  @inline
  static end(start: i32, dilation: i32, taps: i32, size: i32): i32 {
    return start >= size ? 0 : min(taps, (size - start + dilation - 1) / dilation);
  }
}
