// The tutorial's network as it is, then the same network with better settings, both beside the mean face.
//
//     node examples/01-first-net.mjs [faces.csv]        without a file: 1000 synthetic faces

import { relative } from 'node:path';
import { readFaces, syntheticFaces, trainJob } from 'facemark';

const [file] = process.argv.slice(2);
if (!file) console.log('Drawing 1000 synthetic faces …');
const faces = file ? await readFaces(file) : syntheticFaces({ count: 1000, seed: 1 });

const settings = /** @type {const} */ ([
  { name: 'as in the tutorial', centre: 'global', initializer: 'tutorial', learningRate: 0.01 },
  { name: 'better settings', centre: 'perCoordinate', initializer: 'zeroOutput', learningRate: 0.3 },
]);

const reports = [];
for (const { name, ...setting } of settings) {
  console.log(`\n${name}: ${JSON.stringify(setting)}`);
  const report = await trainJob({
    faces,
    ...setting,
    out: `facemark-runs/demo/${name.replaceAll(' ', '-')}`,
    overwrite: true,
    onEvent: (event) => {
      if (event.kind === 'start') console.log(`  ${event.setup.network.layers} on ${event.setup.backend.why}`);
      if (event.kind === 'iteration' && (event.iteration + 1) % 150 === 0)
        console.log(`  ${event.iteration + 1} of ${event.iterations}: validation error ${event.validation.toFixed(6)}`);
    },
  });
  console.log(`  trained in ${report.run.seconds.toFixed(1)} s`);
  reports.push({ name, report });
}

const line = (name, rmsePx, judgement) => console.log(`  ${name.padEnd(20)} ${rmsePx.toFixed(2)} px  ${judgement}`);
const { scores } = reports[0].report;
console.log(`\nHow far predicted landmarks are off on ${scores.count} faces that were not trained on (RMSE):`);
line('the mean face', scores.meanFace.rmsePx, 'the same average face drawn on everybody');
for (const { name, report } of reports) {
  const { rmsePx, gain } = report.scores;
  line(name, rmsePx, `${Math.abs(gain * 100).toFixed(0)} % ${gain > 0 ? 'better' : 'worse'} than the mean face`);
}

console.log('\nLook at the pictures:');
const pictures = [...reports.map(({ report }) => report.pictures.predictions), reports[1].report.pictures.curve];
for (const picture of pictures) console.log(`  ${relative('.', picture)}`);
