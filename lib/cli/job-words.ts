/** What a job says of its faces, its network and its scores, in words: one style for all commands. */

import type { Scores } from '../evaluate/evaluate';
import type { NormaliserName } from '../evaluate/normalised';
import type { FacesSummary, JobEvent, JobSetup } from '../run/job-events';
import { paint } from './paint';
import { table } from './table';

const LABEL = 8; // characters

/** A line with a label in front of it. */
export function labelled(label: string, text: string, stream: NodeJS.WriteStream): string {
  return `${paint(stream).dim(label.padEnd(LABEL))} ${text}`;
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
export function setupInWords({ name, split, labels, network, backend }: JobSetup, stream: NodeJS.WriteStream): string {
  const weights = `${network.layers}, ${network.weights.toLocaleString('en-US')} weights`;
  if (name) return labelled('net', `${paint(stream).bold(name)}: ${weights}`, stream);
  const split_ = `${split.train} train, ${split.validation} validate${split.by === 'group' ? ', nobody on both sides' : ''}`;
  return [
    labelled('split', split_, stream),
    labelsInWords(labels, split, stream),
    labelled('network', weights, stream),
    labelled('backend', backend.why, stream),
  ].join('\n');
}

/** One line where every face has every landmark, else how many faces of either side have each. */
function labelsInWords(labels: JobSetup['labels'], split: JobSetup['split'], stream: NodeJS.WriteStream): string {
  if (labels.every(({ train, validation }) => train === split.train && validation === split.validation))
    return labelled('labels', `all ${split.train + split.validation}`, stream);
  const rows = labels.map(({ name, train, validation }) => [name, String(train), String(validation)]);
  return [
    labelled('labels', 'some are missing; the faces that have each landmark:', stream),
    table(['landmark', 'train', 'validate'], rows, ['l', 'r', 'r']).replace(/^/gm, ' '.repeat(LABEL + 1)),
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
  return [...lines, ...normalisedInWords(scores)].join('\n');
}

const NORMALISERS_IN_WORDS = { interOcular: 'distance of the outer eye corners', interPupil: 'distance of the pupils' };

/** NME and failure rate by the normaliser that is labelled on the most faces. */
function normalisedInWords({ normalised }: Scores): string[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const countOf = (name: NormaliserName) => normalised[name]?.count ?? 0;
  const name = countOf('interPupil') > countOf('interOcular') ? 'interPupil' : 'interOcular';
  const by = normalised[name];
  if (!by || by.count === 0) return [];
  const { nme, failureRate, meanFace, count, withoutNme } = by;
  return [
    `NME ${percent(nme)} of the ${NORMALISERS_IN_WORDS[name]}, above 10 % on ${percent(failureRate)} of the faces; ` +
      `the mean face's: ${percent(meanFace.nme)}, ${percent(meanFace.failureRate)}.`,
    ...(withoutNme > 0
      ? [`${withoutNme} of the ${count + withoutNme} faces have no NME: the eyes are not labelled on them.`]
      : []),
  ];
}
