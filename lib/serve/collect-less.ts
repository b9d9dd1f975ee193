/**
 * Bodies, messages and pixels are Buffers, whose bytes lie outside of JavaScript's heap but count when V8 decides that it has grown: a
 * service whose heap holds 20 MB marked all of it every 15 photos of 230 KB, a third of its time. In a process that only serves it may grow
 * to five times what was alive, from some 20 MB to some 100.
 */

import { setFlagsFromString } from 'node:v8';

/** For this process, not only this thread: a library in somebody's own process has no business here. */
export function collectLessOften(): void {
  setFlagsFromString('--heap-growing-percent=400');
}
