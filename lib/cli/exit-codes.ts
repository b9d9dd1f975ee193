/** What the command exits with. Ctrl-C and SIGTERM have their own codes: `stop-signal.ts`. */
export const EXIT = { done: 0, bug: 1, mistake: 2, stopped: 130 } as const;
