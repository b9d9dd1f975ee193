/** What `facemark train` says before and after training. */

import type { JobSetup, TrainJobReport } from '../run/train-job';
import { paint } from './paint';

/** The data, the network and the engine, a line each. */
export function setupInWords({ faces, split, network, backend }: JobSetup, stream: NodeJS.WriteStream): string {
  const { dim } = paint(stream);
  const { source, notes } = faces.report;
  const lines = [
    ['faces', `${faces.count} from ${source}, ${faces.width}×${faces.height}, ${faces.landmarks.length} landmarks`],
    ...notes.map((note) => ['', note]),
    [
      'split',
      `${split.train} train, ${split.validation} validate${split.by === 'group' ? ', nobody on both sides' : ''}`,
    ],
    ['network', `${network.layers}, ${network.weights.toLocaleString('en-US')} weights`],
    ['backend', backend.why],
  ];
  return lines.map(([label, text]) => `${dim((label ?? '').padEnd(8))} ${text}`).join('\n');
}

/** The result: the tutorial's two lines, the scores beside the mean face, what to try next, and where it all is. */
export function trainReportInWords(report: TrainJobReport, stream: NodeJS.WriteStream): string {
  const { bold, dim, green, red } = paint(stream);
  const { scores, run } = report;
  const better = scores.gain > 0;
  const judgement = `${Math.abs(scores.gain * 100).toFixed(0)} % ${better ? 'better' : 'worse'} than it`;
  return [
    `${dim('solver'.padEnd(8))} ${run.solverWhy}, ${run.seconds.toFixed(1)} s`,
    '',
    `Minimum validation error ${scientific(report.minimumValidationError)} @ ${run.best.iteration}`,
    `Training error @ ${run.best.iteration}: ${scientific(report.trainingError)}`,
    '',
    `RMSE on the ${scores.count} validation faces: ${bold(`${scores.rmsePx.toFixed(2)} px`)}; ` +
      `the mean face's: ${scores.meanFace.rmsePx.toFixed(2)} px (${better ? green(judgement) : red(judgement)})`,
    `Predictions vary by ${scores.variation.predictedPx.toFixed(2)} px from face to face, the truth by ${scores.variation.truthPx.toFixed(2)} px.`,
    '',
    'What to try next:',
    ...report.nextSteps.map((step) => `  - ${step}`),
    '',
    `History and record: ${report.folder}`,
  ].join('\n');
}

/** 3.124496E-03, as the tutorial prints errors. */
function scientific(error: number): string {
  const [digits, exponent] = error.toExponential(6).split('e') as [string, string];
  if (!exponent) return String(error);
  return `${digits}E${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}
