/**
 * Emscripten's glue of tfjs-backend-wasm listens to `uncaughtException` and `unhandledRejection` of the whole process and
 * throws again whatever it hears, which would take those events out of the host's hands. What it adds is taken back here.
 */

/** What the two listeners look like in the glue of 4.22.0; listeners that a host adds meanwhile look different. */
const GLUE = { uncaughtException: /ExitStatus/, unhandledRejection: /^function\s*\((\w+)\)\s*\{\s*throw \1;?\s*\}$/ };

/** Runs what starts the WASM engine and removes the process listeners that the glue has added meanwhile. */
export async function withoutGlueHandlers<T>(startEngine: () => Promise<T>): Promise<T> {
  const events = Object.keys(GLUE) as (keyof typeof GLUE)[];
  const before = new Map(events.map((event) => [event, new Set<unknown>(process.rawListeners(event))]));
  try {
    return await startEngine();
  } finally {
    for (const event of events)
      for (const listener of process.rawListeners(event))
        if (!before.get(event)?.has(listener) && GLUE[event].test(String(listener)))
          process.removeListener(event, listener as (...args: unknown[]) => void);
  }
}
