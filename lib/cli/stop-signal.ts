/** Ctrl-C and SIGTERM as an AbortSignal: the first one lets the work end in order, a second one ends the process. */

export interface StopSignal {
  readonly signal: AbortSignal;
  /** What the process should exit with once it has stopped: 128 plus the signal's number. */
  readonly exitCode: number;
  /** Gives the signals back. */
  release(): void;
}

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Listens until `release()`; calls `onHeard` at the first signal. */
export function stopSignal(onHeard: () => void): StopSignal {
  const controller = new AbortController();
  let exitCode = 0;
  const hear = (name: NodeJS.Signals): void => {
    const code = CODES[name as keyof typeof CODES];
    if (controller.signal.aborted) process.exit(code);
    exitCode = code;
    onHeard();
    controller.abort();
  };
  for (const name of Object.keys(CODES)) process.on(name, hear);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release() {
      for (const name of Object.keys(CODES)) process.removeListener(name, hear);
    },
  };
}
