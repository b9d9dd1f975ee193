/** Progress of training, and of many photos, on standard error: a bar on a terminal, a plain line now and then where the output is piped. */

import { Presets, SingleBar } from 'cli-progress';
import type { IterationReport } from '../train/watch';

const PLAIN_LINES = 10; // lines for a whole run when piped
const MANY = 20; // photos from which on it takes long enough to say how far it has come

export interface Progress {
  /** A file is being read. */
  reading(progress: { readonly rows: number; readonly bytes: number; readonly totalBytes?: number | undefined }): void;
  /** Photos are being predicted. */
  photos(progress: { readonly done: number; readonly total: number }): void;
  /** A network is being trained. */
  update(report: IterationReport): void;
  /** Ends the bar; what is written next starts on a line of its own. */
  stop(): void;
}

/** A display for one run. */
export function trainingProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): Progress {
  const display = new SingleBar(
    {
      stream,
      format: 'training {bar} {value}/{total} · training {training} · validation {validation} · {eta_formatted} left',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false, // Ctrl-C is the command's business
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    reading({ rows, bytes, totalBytes }) {
      const share = totalBytes ? ` · ${Math.round((100 * bytes) / totalBytes)} %` : '';
      stream.write(`\r\u001b[Kreading … ${rows} rows${share}`);
    },
    photos({ done, total }) {
      stream.write(`\r\u001b[Kphotos … ${done} of ${total}`);
    },
    update({ iteration, iterations, training, validation }) {
      const payload = { training: short(training), validation: short(validation) };
      if (!started) display.start(iterations, iteration + 1, payload);
      else display.update(iteration + 1, payload);
      started = true;
    },
    stop() {
      if (started) display.stop();
      else stream.write('\r\u001b[K');
      started = false;
    },
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  return {
    reading: () => undefined,
    photos({ done, total }) {
      if (total > MANY && done % Math.ceil(total / PLAIN_LINES) === 0) stream.write(`photos: ${done} of ${total}\n`);
    },
    update({ iteration, iterations, training, validation }) {
      const isLast = iteration === iterations - 1;
      if (iteration % Math.ceil(iterations / PLAIN_LINES) !== 0 && !isLast) return;
      stream.write(`iteration ${iteration}: training ${short(training)}, validation ${short(validation)}\n`);
    },
    stop: () => undefined,
  };
}

function short(error: number): string {
  return error.toPrecision(4);
}
