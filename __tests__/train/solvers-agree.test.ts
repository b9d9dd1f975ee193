/**
 * The solvers on every backend that works on this machine, each in a process of its own, as programs use it.
 */

import { ACTIVATIONS } from '../../lib/model/build-model';
import { node, ROOT } from '../child';
import { WORKING_BACKENDS } from '../working-backends';

const SCRIPT = `
  const { buildModel, prepare, syntheticFaces, tf, train, useBackend } = require(${JSON.stringify(ROOT)});
  const farthest = (a, b) => Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]) / Math.max(Math.abs(b[i]), 1e-3)));
  (async () => {
    const name = process.argv[1];
    await useBackend(name);
    const faces = syntheticFaces({ count: 20, size: 16 });
    faces.points.fill(NaN, 34, 40);
    const before = tf.memory().numTensors;
    const result = {};
    for (const activation of ${JSON.stringify(ACTIVATIONS)}) {
      const runs = [];
      for (const solver of ['fit', 'dual', 'dual-ops']) {
        const data = prepare(faces);
        const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: [9, 7], activation });
        const { history, backend } = await train(model, data, { solver, iterations: 20, learningRate: 0.1 });
        if (backend !== name) throw new Error('ran on ' + backend);
        runs.push([history.training, history.validation, ...model.getWeights().map((weight) => weight.dataSync().slice())]);
        model.dispose();
        data.dispose();
      }
      const [history, weights] = [[0, 1], runs[0].slice(2).keys()].map((parts, i) =>
        Math.max(...[...parts].flatMap((part) => [1, 2].map((run) => farthest(runs[run][part + 2 * i], runs[0][part + 2 * i])))));
      result[activation] = { history, weights };
    }
    console.log(JSON.stringify({ result, leaked: tf.memory().numTensors - before }));
  })();`;

test.each(WORKING_BACKENDS)('they agree on %s, and leave no tensor', async (backend) => {
  const { stdout, code } = await node(['-e', SCRIPT, backend]);
  expect(code).toBe(0);
  const { result, leaked } = JSON.parse(stdout);
  expect(leaked).toBe(0);
  for (const activation of ACTIVATIONS) {
    expect(result[activation].history).toBeLessThan(1e-5); // relative
    expect(result[activation].weights).toBeLessThan(1e-3); // relative, of weights above 0.001
  }
});
