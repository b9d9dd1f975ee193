/** Work of which only the newest counts, such as the points for a box that is being dragged. */

export interface NewestOnlyOptions {
  /** Waits so long for a newer one. */
  readonly restMs?: number;
  /** Whether a newer one ends what is running, by its signal; otherwise it waits for it. */
  readonly abort?: boolean;
}

/** Returns a function that asks for the work: one runs at a time, and of those that wait only the last is done. */
export function newestOnly(
  work: (signal: AbortSignal) => Promise<void>,
  { restMs = 0, abort = false }: NewestOnlyOptions = {},
): () => void {
  let running = new AbortController();
  let isRunning = false;
  let isWanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      running = new AbortController();
      await work(running.signal);
    }
    isRunning = false;
  }

  return () => {
    if (abort) running.abort();
    clearTimeout(timer);
    timer = setTimeout(() => {
      isWanted = true;
      void run();
    }, restMs);
  };
}
