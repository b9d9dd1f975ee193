/** What a job says of its faces, its network and its scores, in words: one style for all commands. */

import type { Scores } from '../evaluate/evaluate';
import type { FacesSummary, JobEvent, JobSetup } from '../run/job-events';
import { paint } from './paint';

/** A line with a label in front of it. */
export function labelled(label: string, text: string, stream: NodeJS.WriteStream): string {
  return `${paint(stream).dim(label.padEnd(8))} ${text}`;
}

/** The run folder, and how far the training in it has come already. */
export function runInWords(
  { folder, resumed }: Extract<JobEvent, { readonly kind: 'run' }>,
  stream: NodeJS.WriteStream,
): string {
  const from = resumed?.iteration
    ? `: goes on with iteration ${resumed.iteration}, after ${resumed.seconds.toFixed(1)} s`
    : ': begins again, for it was stopped before its first checkpoint';
  return labelled('run', resumed ? folder + from : folder, stream);
}

/** The faces, a line, and a line for each note of the reader. */
export function facesInWords(
  { count, width, height, landmarks, report }: FacesSummary,
  stream: NodeJS.WriteStream,
): string {
  const faces = `${count} from ${report.source}, ${width}×${height}, ${landmarks.length === 1 ? '1 landmark' : `${landmarks.length} landmarks`}`;
  return [labelled('faces', faces, stream), ...report.notes.map((note) => labelled('', note, stream))].join('\n');
}

/** The split, the network and the engine, a line each; one line for a network of a comparison. */
export function setupInWords({ name, split, network, backend }: JobSetup, stream: NodeJS.WriteStream): string {
  const weights = `${network.layers}, ${network.weights.toLocaleString('en-US')} weights`;
  if (name) return labelled('net', `${paint(stream).bold(name)}: ${weights}`, stream);
  const split_ = `${split.train} train, ${split.validation} validate${split.by === 'group' ? ', nobody on both sides' : ''}`;
  return [
    labelled('split', split_, stream),
    labelled('network', weights, stream),
    labelled('backend', backend.why, stream),
  ].join('\n');
}

/** The scores beside the mean face's. */
export function scoresInWords(scores: Scores, what: string, stream: NodeJS.WriteStream): string {
  const { bold, green, red } = paint(stream);
  const { rmsePx, meanFace, gain, variation } = scores;
  const percent = Math.abs(gain * 100).toFixed(0);
  const judgement = percent === '0' ? 'as good as it' : `${percent} % ${gain > 0 ? 'better' : 'worse'} than it`;
  const lines = [
    `RMSE on the ${scores.count} ${scores.count === 1 ? what.replace('faces', 'face') : what}: ${bold(`${rmsePx.toFixed(2)} px`)}; ` +
      `the mean face's: ${meanFace.rmsePx.toFixed(2)} px${Number.isFinite(gain) ? ` (${gain > 0 ? green(judgement) : red(judgement)})` : ''}`,
  ];
  if (scores.count > 1)
    lines.push(
      `Predictions vary by ${variation.predictedPx.toFixed(2)} px from face to face, the truth by ${variation.truthPx.toFixed(2)} px.`,
    );
  return lines.join('\n');
}
