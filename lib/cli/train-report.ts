/** What `facemark train` says at the end: as the tutorial does, then in pixels, then what to try next and where it all is. */

import type { TrainJobReport } from '../run/train-job';
import { labelled, scoresInWords } from './job-words';

export function trainReportInWords(report: TrainJobReport, stream: NodeJS.WriteStream): string {
  const { scores, run, folder, pictures } = report;
  return [
    labelled('solver', `${run.solverWhy}${threadsInWords(run.threads)}, ${run.seconds.toFixed(1)} s`, stream),
    '',
    `Minimum validation error ${scientific(report.minimumValidationError)} @ ${run.best.iteration}`,
    `Training error @ ${run.best.iteration}: ${scientific(report.trainingError)}`,
    '',
    scoresInWords(scores, 'validation faces', stream),
    '',
    'What to try next:',
    ...report.nextSteps.map((step) => `  - ${step}`),
    '',
    `Error curve: ${pictures.curve}`,
    `Predictions: ${pictures.predictions}`,
    `Bundle:      ${report.bundle}`,
    `All of it:   ${folder}`,
    ...(run.stopped === 'aborted' ? [`To go on:    facemark train --resume ${folder}`] : []),
  ].join('\n');
}

function threadsInWords(threads: number | undefined): string {
  return threads === undefined ? '' : `, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
}

/** 3.124496E-03, as the tutorial prints errors. */
export function scientific(error: number): string {
  const [digits, exponent] = error.toExponential(6).split('e') as [string, string];
  if (!exponent) return String(error);
  return `${digits}E${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}
