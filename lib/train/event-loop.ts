/** Long work in pieces: between two of them the host's timers, sockets and signals get their turn. */

const LONGEST_HOLD_MS = 8; // how long work may hold the event loop before it steps aside

/** Returns a function to await between pieces of work: it lets the event loop turn when that is due. */
export function politely(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < LONGEST_HOLD_MS) return;
    await nextTurn();
    since = performance.now();
  };
}

/** Lets the event loop turn once. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
