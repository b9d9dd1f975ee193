// The tutorial's network as it is, the same network trained as one would today, and a convolutional one, all beside the mean face.
//
//     node examples/01-first-net.mjs [faces.csv]        without a file: 1000 synthetic faces

import { relative } from 'node:path';
import { readFaces, syntheticFaces, trainJob } from 'facemark';

const [file] = process.argv.slice(2);
if (!file) console.log('Drawing 1000 synthetic faces …');
const faces = file ? await readFaces(file) : syntheticFaces({ count: 1000, seed: 1 });

const recipes = /** @type {const} */ ([
  { name: 'as in the tutorial', preset: 'tutorial' },
  { name: 'improved', preset: 'improved' },
  { name: 'convolutional', preset: 'convnet', iterations: 40 }, // a third of the preset's passes, for patience
]);

const reports = [];
for (const { name, ...recipe } of recipes) {
  console.log(`\n${name}: ${JSON.stringify(recipe)}`);
  const report = await trainJob({
    faces,
    ...recipe,
    out: `facemark-runs/demo/${name.replaceAll(' ', '-')}`,
    overwrite: true,
    onEvent: (event) => {
      if (event.kind === 'start') console.log(`  ${event.setup.network.layers} on ${event.setup.backend.why}`);
      if (event.kind === 'iteration' && (event.iteration + 1) % Math.ceil(event.iterations / 5) === 0)
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
const pictures = [...reports.map(({ report }) => report.pictures.predictions), reports[2].report.pictures.curve];
for (const picture of pictures) console.log(`  ${relative('.', picture)}`);
