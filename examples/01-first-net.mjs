// The tutorial's network as it is, then the same network with better settings, both beside the mean face.
//
//     node examples/01-first-net.mjs [faces.csv]        without a file: 1000 synthetic faces

import { buildModel, createPredictor, evaluate, prepare, readFaces, syntheticFaces, train } from 'facemark';

const [file] = process.argv.slice(2);
if (!file) console.log('Drawing 1000 synthetic faces …');
const faces = file ? await readFaces(file) : syntheticFaces({ count: 1000, seed: 1 });

const settings = [
  { name: 'as in the tutorial', centre: 'global', initializer: 'tutorial', learningRate: 0.01 },
  { name: 'better settings', centre: 'perCoordinate', initializer: 'zeroOutput', learningRate: 0.3 },
];

const results = [];
for (const { name, centre, learningRate } of settings) {
  const data = prepare(faces, { centre: centre === 'global' ? 'global' : 'perCoordinate', seed: 1 });
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 100, seed: 1 });
  console.log(`\nTraining ${name}: centre ${centre}, learning rate ${learningRate}`);

  const run = await train(model, data, {
    learningRate,
    onIteration: ({ iteration, iterations, training, validation }) => {
      if ((iteration + 1) % 150 === 0)
        console.log(
          `  ${iteration + 1} of ${iterations}: training ${training.toFixed(6)}, validation ${validation.toFixed(6)}`,
        );
    },
  });
  console.log(`  ${run.seconds.toFixed(1)} s on ${run.backendWhy}`);

  const predictor = createPredictor(model, data);
  const scores = await evaluate(predictor, faces, { rows: data.validation.rows });
  results.push({ name, scores });
  data.dispose();
  predictor.dispose();
}

const line = (name, rmsePx, judgement = '') =>
  console.log(`  ${name.padEnd(20)} ${rmsePx.toFixed(2)} px  ${judgement}`);
const [first] = results;
console.log(
  `\nHow far the predicted landmarks are off on ${first.scores.count} faces that were not trained on (RMSE):`,
);
line('the mean face', first.scores.meanFace.rmsePx, 'the same average face drawn on everybody');
for (const { name, scores } of results)
  line(
    name,
    scores.rmsePx,
    `${Math.abs(scores.gain * 100).toFixed(0)} % ${scores.gain > 0 ? 'better' : 'worse'} than the mean face`,
  );
