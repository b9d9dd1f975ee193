/** One component of a picture, as JavaScript lays it down. AssemblyScript. */

/** Whole numbers of 32 bits. */
export class Component {
  /** Bytes of one. */
  static readonly SIZE: usize = 64;

  /** Blocks of an MCU side by side, and one above the other. */
  @inline
  static across(component: usize): i32 {
    return load<i32>(component);
  }
  @inline
  static down(component: usize): i32 {
    return load<i32>(component, 4);
  }

  /** Tables: of the first coefficients, of the others, and to skip those; quanta as `readOthers` takes them. */
  @inline
  static first(component: usize): usize {
    return load<u32>(component, 8);
  }
  @inline
  static others(component: usize): usize {
    return load<u32>(component, 12);
  }
  @inline
  static skips(component: usize): usize {
    return load<u32>(component, 16);
  }
  @inline
  static quanta(component: usize): usize {
    return load<u32>(component, 20);
  }

  /** Its needed samples, bytes: those of the blocks from `left` to before `right` and from `top` to before `bottom`. */
  @inline
  static plane(component: usize): usize {
    return load<u32>(component, 24);
  }
  @inline
  static stride(component: usize): usize {
    return load<u32>(component, 28);
  }
  @inline
  static left(component: usize): i32 {
    return load<i32>(component, 32);
  }
  @inline
  static right(component: usize): i32 {
    return load<i32>(component, 36);
  }
  @inline
  static top(component: usize): i32 {
    return load<i32>(component, 40);
  }
  @inline
  static bottom(component: usize): i32 {
    return load<i32>(component, 44);
  }

  /** A block's first coefficient, before it is multiplied, by its difference from the last one's, which it is from now on. */
  @inline
  static predict(component: usize, difference: i32): i32 {
    const first = load<i32>(component, 48) + difference;
    store<i32>(component, first, 48);
    return first;
  }
  @inline
  static reset(component: usize): void {
    store<i32>(component, 0, 48);
  }
}
