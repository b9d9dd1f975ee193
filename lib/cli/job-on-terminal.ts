/** A job in front of a person: progress on standard error, what is known before on standard output, Ctrl-C in order. */

import type { JobEvent } from '../run/job-events';
import { facesInWords, runInWords, setupInWords } from './job-words';
import { trainingProgress } from './progress';
import { stopSignal } from './stop-signal';

/** What a job is given by the terminal it runs on. */
export interface JobTerminal {
  readonly signal: AbortSignal;
  readonly onEvent: (event: JobEvent) => void;
}

/**
 * Runs a job with a display and an ear for Ctrl-C. A job that was stopped in order still returns its result; the process then exits
 * with the signal's code.
 *
 * @param options.quiet shows nothing, for `--json`
 * @param options.setup whether to describe the faces and the network on standard output
 */
export async function withTerminal<T>(
  { quiet = false, setup = true }: { readonly quiet?: boolean | undefined; readonly setup?: boolean },
  job: (terminal: JobTerminal) => Promise<T>,
): Promise<T> {
  const progress = trainingProgress(process.stderr);
  const stop = stopSignal(() => {
    progress.stop();
    process.stderr.write('stopping after this step; once more to stop at once\n');
  });
  const onEvent = (event: JobEvent): void => {
    if (quiet || stop.signal.aborted) return;
    if (event.kind === 'iteration') progress.update(event);
    if (event.kind === 'reading') progress.reading(event);
    if (event.kind === 'photos') progress.photos(event);
    if (event.kind === 'drawing') process.stderr.write(`drawing ${event.count} synthetic faces …\n`);
    if (event.kind === 'run' && setup) console.log(runInWords(event, process.stdout));
    if (event.kind === 'faces' || event.kind === 'start') progress.stop();
    if (event.kind === 'faces' && setup) console.log(facesInWords(event.faces, process.stdout));
    if (event.kind === 'faces' && !setup)
      for (const note of event.faces.report.notes) process.stderr.write(`${note}\n`); // standard output is for the table
    if (event.kind === 'start' && setup) console.log(setupInWords(event.setup, process.stdout));
  };
  try {
    return await job({ signal: stop.signal, onEvent });
  } finally {
    if (stop.signal.aborted) process.exitCode = stop.exitCode;
    progress.stop();
    stop.release();
  }
}
