/** Every solver against an independent NumPy computation in float64; see fixtures/descent/make.py. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readyForTensors, useBackend } from '../../lib/backend/choose';
import { tf } from '../../lib/backend/tf';
import { type Activation, buildModel } from '../../lib/model/build-model';
import type { Part, Prepared } from '../../lib/prepare/prepare';
import { train } from '../../lib/train/train';

interface Case {
  case: string;
  hiddenUnits: number[];
  activation: Activation;
  learningRate: number;
  momentum: number;
  nesterov: boolean;
  x: number[];
  y: number[];
  mask: number[] | null;
  xValidation: number[];
  yValidation: number[];
  maskValidation: number[] | null;
  initial: number[][];
  training: number[];
  validation: number[];
  weights: number[][];
}
const { shape, cases } = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'fixtures', 'descent', 'descent.json'), 'utf8'),
) as { shape: { pixels: number; outputs: number; iterations: number }; cases: Case[] };

const runs = cases.flatMap((c) =>
  (['cpu', 'wasm'] as const).flatMap((backend) =>
    (['dual', 'dual-ops', 'fit'] as const).map((solver) => [c.case, solver, backend, c] as const),
  ),
);

beforeAll(readyForTensors);

test.each(runs)(
  '%s: %s on %s agrees with NumPy, losses to 1e-5 relative and weights to 1e-5',
  async (_, solver, backend, c) => {
    await useBackend(backend);
    const train_ = part(c.x, c.y, c.mask);
    const validation = part(c.xValidation, c.yValidation, c.maskValidation);
    const data = { train: train_, validation, inputs: shape.pixels, outputs: shape.outputs } as Prepared;
    const model = buildModel({
      inputs: shape.pixels,
      outputs: shape.outputs,
      hiddenUnits: c.hiddenUnits,
      activation: c.activation,
    });
    tf.tidy(() => {
      const shapes = model.getWeights().map((weight) => weight.shape);
      model.setWeights(c.initial.map((values, i) => tf.tensor(values, shapes[i])));
    });
    const { history } = await train(model, data, {
      iterations: shape.iterations,
      learningRate: c.learningRate,
      momentum: c.momentum,
      nesterov: c.nesterov,
      solver,
    });
    for (let i = 0; i < shape.iterations; i++) {
      expect(Math.abs((history.training[i] as number) / (c.training[i] as number) - 1)).toBeLessThan(1e-5);
      expect(Math.abs((history.validation[i] as number) / (c.validation[i] as number) - 1)).toBeLessThan(1e-5);
    }
    for (const [i, weight] of model.getWeights().entries())
      for (const [j, value] of weight.dataSync().entries())
        expect(Math.abs(value - (c.weights[i]?.[j] as number))).toBeLessThan(1e-5);
    model.dispose();
  },
);

function part(x: number[], y: number[], mask: number[] | null): Part {
  const n = x.length / shape.pixels;
  return {
    x: tf.tensor2d(x, [n, shape.pixels]),
    y: tf.tensor2d(y, [n, shape.outputs]),
    mask: mask ? tf.tensor2d(mask, [n, shape.outputs]) : undefined,
    sourceRows: new Int32Array(0),
    rows: Int32Array.from({ length: n }, (_, i) => i),
  };
}
