/**
 * How the threads stay together: a barrier, a counter from which they take the pieces of a phase, and two words by which the first
 * thread talks with the main thread. Pieces are independent of each other, so who takes which changes no bit of the result.
 */

// Words of the common memory, in cache lines of their own where threads wait for them.
const ARRIVED: usize = 64;
const ROUND: usize = 128;
const NEXT_PIECE: usize = 192;
/** Counts what the threads have to tell; the main thread waits for it. */
export const EVENT: usize = 256;
/** Counts the answers of the main thread; the first thread waits for it. */
export const ANSWER: usize = 320;
/** The answer itself: KEEP, STOP, … */
export const VERDICT: usize = 324;

/** Counts the threads that have done all; a thread that ends without it has died. */
export const DONE: usize = 448;

/** The weights of this iteration are the best so far. */
export const KEEP: i32 = 1;
/** No further iteration. */
export const STOP: i32 = 2;
/** With STOP: the weights of the best iteration are wanted too. */
export const WANT_BEST: i32 = 4;

const SPINS: i32 = 4000; // about 10 µs: shorter than falling asleep and being woken

/** Thread 0 to `threads` − 1. */
let me: i32 = 0;
let threads: i32 = 1;
let answers: i32 = 0;

/** `Atomics.wait` of JavaScript: Node 20 compiles memory.atomic.wait32 wrongly in its baseline compiler. */
declare function wait(address: usize, value: i32): void;

export function join(thread: i32, count: i32): void {
  me = thread;
  threads = count;
}

export function thread(): i32 {
  return me;
}

/** Returns when all threads have come here; the pieces of the next phase begin at 0. */
export function barrier(): void {
  const round = atomic.load<i32>(ROUND);
  if (atomic.add<i32>(ARRIVED, 1) === threads - 1) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.store<i32>(NEXT_PIECE, 0);
    atomic.add<i32>(ROUND, 1);
    atomic.notify(ROUND, threads);
  } else waitForChange(ROUND, round);
}

/** The next piece of this phase that nobody has taken. */
export function takePiece(): i32 {
  return atomic.add<i32>(NEXT_PIECE, 1);
}

/** Thread 0 has something to tell the main thread. */
export function tell(): void {
  atomic.add<i32>(EVENT, 1);
  atomic.notify(EVENT, 1);
}

/** Thread 0 waits for the main thread's next answer. */
export function awaitAnswer(): void {
  waitForChange(ANSWER, answers);
  answers++;
}

/** This thread has done all. */
export function finish(): void {
  atomic.add<i32>(DONE, 1);
}

export function verdict(): i32 {
  return atomic.load<i32>(VERDICT);
}

function waitForChange(word: usize, value: i32): void {
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(word) !== value) return;
  while (atomic.load<i32>(word) === value) wait(word, value);
}
