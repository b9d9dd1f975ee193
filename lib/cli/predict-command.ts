/** `facemark predict`: landmarks for photos, or for a table of faces, labelled or not. Which of the two it is, the bytes say. */

import { Argument, Command } from '@commander-js/extra-typings';
import { FacemarkError } from '../errors';
import { IMAGE_LIMITS } from '../predict/image/limits';
import { arePhotos } from '../run/find-photos';
import { type PhotosJobOptions, type PhotosJobReport, photosAsJson, photosJob } from '../run/photos-job';
import { asJson, type PredictJobOptions, predictJob } from '../run/predict-job';
import { EXIT } from './exit-codes';
import { withTerminal } from './job-on-terminal';
import { paint } from './paint';
import * as shared from './shared-options';
import { box, number, typed, whole } from './values';

/** The command with its options, help and action. */
export function predictCommand(): Command {
  const command = shared
    .reading(
      new Command('predict')
        .description(
          "Predicts the landmarks of faces: in photos, or in a table of small faces such as Kaggle's test.csv. A table of coordinates in pixels on standard output, or in a file, or drawn on the photos.",
        )
        .addArgument(shared.bundleFolder())
        .addArgument(
          new Argument(
            '<faces...>',
            'photos, folders of photos, patterns; - is one on standard input; or a CSV of faces',
          ),
        ),
    )
    .optionsGroup('Photos:')
    .option('--box <x,y,width,height>', 'where the face is, in pixels of the upright photo (default: all of it)', box)
    .option('--max-megapixels <n>', `of a photo (default: ${IMAGE_LIMITS.maxMegapixels})`, number)
    .option('--max-bytes <n>', `of its file (default: ${IMAGE_LIMITS.maxBytes})`, whole)
    .optionsGroup('Run:')
    .option('-o, --out <file>', 'write the table there: .csv, or .json for JSON; .png or .svg draws the one photo')
    .option(
      '--draw <where>',
      'draw the predictions, as SVG and PNG: a folder for photos, a picture for the first faces of a CSV',
    )
    .addOption(shared.backend())
    .addOption(shared.json())
    .addHelpText('after', EXAMPLES)
    .action(async (bundle, faces, { json, ...options }, self) => {
      const { box, maxMegapixels, maxBytes, ...forTables } = options;
      const isPhotos = await arePhotos(faces);
      refuseOthers(isPhotos ? FOR_TABLES : FOR_PHOTOS, isPhotos, typed(options, self));
      const { out, draw, backend } = options;
      const forPhotos = { bundle, photos: faces, box, limits: { maxMegapixels, maxBytes }, out, draw, backend };
      if (isPhotos) await predictPhotos(forPhotos, json);
      else await predictTable({ ...forTables, bundle, faces: faces[0] as string }, json);
    });
  return command as unknown as Command;
}

const EXAMPLES = `
Examples:
  $ facemark predict first-net/bundle photo.jpg --out drawn.png
  $ facemark predict first-net/bundle photos/ --out landmarks.csv --draw drawn
  $ facemark predict first-net/bundle 'photos/**/*.jpg' --box 120,80,200,200 --json
  $ facemark predict first-net/bundle test.csv --out landmarks.csv
  $ facemark predict first-net/bundle test.csv --out landmarks.csv --draw predictions.png
`;

const FOR_TABLES = ['unreadableRows', 'missing', 'swapLeftRight', 'width', 'height'] as const;
const FOR_PHOTOS = ['box', 'maxMegapixels', 'maxBytes'] as const;

/** An option of the other kind of input would do nothing, which nobody who types it expects. */
function refuseOthers(others: readonly string[], isPhotos: boolean, given: Record<string, unknown>): void {
  const other = others.find((name) => given[name] !== undefined);
  if (other === undefined) return;
  const flag = `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new FacemarkError(
    'bad-option',
    isPhotos
      ? `${flag} is for a table of faces, and these are photos; leave it out.`
      : `${flag} is for photos, and this is a table of faces; leave it out.`,
  );
}

async function predictTable(options: PredictJobOptions, json: boolean | undefined): Promise<void> {
  const report = await withTerminal({ quiet: json, setup: false }, (terminal) =>
    predictJob({ ...options, ...terminal }),
  );
  if (json) process.stdout.write(asJson(report));
  else if (!options.out) process.stdout.write(report.csv);
  else console.log(`Landmarks of ${report.faces.length} faces: ${options.out}`);
  if (report.picture && !json) console.error(`Picture: ${report.picture}`);
}

/** What could not be used is listed at the end, and the exit code says so. */
async function predictPhotos(options: PhotosJobOptions, json: boolean | undefined): Promise<void> {
  const report = await withTerminal({ quiet: json, setup: false }, (terminal) =>
    photosJob({ ...options, ...terminal }),
  );
  if (json) process.stdout.write(photosAsJson(report));
  else if (!options.out) process.stdout.write(report.csv);
  else console.log(`Landmarks of ${inWords(report)}: ${options.out}`);
  const { photos, failures } = report;
  const pictures = photos.map(({ picture }) => picture).filter((picture) => picture !== undefined);
  if (!json && pictures.length === 1 && pictures[0] !== options.out) console.error(`Picture: ${pictures[0]}`);
  if (!json && pictures.length > 1) console.error(`Pictures: ${pictures.length} in ${options.draw}`);
  if (failures.length === 0) return;
  process.exitCode ||= EXIT.mistake;
  if (json) return;
  const { red } = paint(process.stderr);
  const all = photos.length + failures.length;
  console.error(`${red('facemark:')} ${failures.length} of ${all} photos could not be used:`);
  for (const { error } of failures) console.error(`  ${error}`);
}

function inWords({ photos }: PhotosJobReport): string {
  const faces = photos.reduce((sum, photo) => sum + photo.faces.length, 0);
  return `${faces} ${faces === 1 ? 'face' : 'faces'} in ${photos.length} ${photos.length === 1 ? 'photo' : 'photos'}`;
}
