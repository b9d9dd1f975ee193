// Change the activation, the hidden units and the learning rate, and see what each does: one network per combination.
//
//     node examples/02-change-and-compare.mjs [faces.csv]        without a file: 300 synthetic faces

import { compareJob } from 'facemark';

const [faces] = process.argv.slice(2);

const { nets, meanFaceRmsePx, chart } = await compareJob({
  ...(faces ? { faces } : { count: 300 }),
  vary: {
    hiddenUnits: [25, 100],
    activation: ['tanh', 'relu'],
    learningRate: [0.01, 0.1],
    centre: ['perCoordinate'],
    iterations: [200],
  },
  onEvent: (event) => event.kind === 'start' && console.log(`training ${event.setup.name} …`),
});

console.log(`\nRMSE on faces that were not trained on (the mean face: ${meanFaceRmsePx.toFixed(2)} px):`);
for (const { name, result, failure } of nets)
  console.log(
    `  ${name.padEnd(28)} ${result ? `${result.scores.rmsePx.toFixed(2)} px, ${result.seconds.toFixed(1)} s` : failure}`,
  );
console.log(`\nChart: ${chart}`);
