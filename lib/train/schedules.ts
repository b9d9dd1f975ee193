/**
 * How the learning rate changes in the course of a training, and momentum with it: functions of the progress t, from 0 before the first
 * update towards 1 at the last.
 */

import { cosine } from '../trigonometry';

/** The schedules there are. */
export const SCHEDULES = ['constant', 'linear', 'cosine', 'step', 'oneCycle'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

export interface Rates {
  /** η of an update. */
  readonly learningRate: number;
  /** μ of an update, or Adam's β₁. */
  readonly momentum: number;
}

const STEPS = 3; // drops of the step schedule, evenly spaced, each to a tenth
// One cycle as PyTorch's OneCycleLR has it by default.
const WARM_UP = 0.3; // share of the updates
const FIRST = 1 / 25; // of the largest rate
const LAST = FIRST / 1e4; // of the largest rate
const LOW = 0.85 / 0.95; // of the largest momentum, where the rate is largest

const schedules: Readonly<Record<ScheduleName, (t: number, top: Rates) => Rates>> = {
  constant: (_, top) => top,
  /** η (1 − t) */
  linear: (t, { learningRate, momentum }) => ({ learningRate: learningRate * (1 - t), momentum }),
  /** η (1 + cos πt) / 2: Loshchilov & Hutter 2017, without restarts. */
  cosine: (t, { learningRate, momentum }) => ({ learningRate: learningRate * halfCosine(t), momentum }),
  /** η, η/10, η/100, η/1000, each for a quarter of the updates. */
  step: (t, { learningRate, momentum }) => {
    let rate = learningRate;
    for (let i = 0; i < Math.floor(t * (STEPS + 1)); i++) rate /= 10;
    return { learningRate: rate, momentum };
  },
  /** From η/25 up to η and down to almost nothing, momentum the other way round: Smith 2018. */
  oneCycle: (t, top) =>
    t < WARM_UP
      ? between({ learningRate: FIRST, momentum: 1 }, { learningRate: 1, momentum: LOW }, t / WARM_UP, top)
      : between(
          { learningRate: 1, momentum: LOW },
          { learningRate: LAST, momentum: 1 },
          (t - WARM_UP) / (1 - WARM_UP),
          top,
        ),
};

/**
 * The rates of an update.
 *
 * @param t progress: the updates already done, divided by all that there will be
 * @param top the learning rate and momentum that were asked for
 */
export function ratesAt(schedule: ScheduleName, t: number, top: Rates): Rates {
  return schedules[schedule](t, top);
}

/** From some shares of the rates to others, along half a cosine. */
function between(from: Rates, to: Rates, t: number, top: Rates): Rates {
  const share = halfCosine(t);
  return {
    learningRate: top.learningRate * (to.learningRate + (from.learningRate - to.learningRate) * share),
    momentum: top.momentum * (to.momentum + (from.momentum - to.momentum) * share),
  };
}

/** (1 + cos πt) / 2: from 1 to 0 as t goes from 0 to 1. */
function halfCosine(t: number): number {
  return (1 + cosine(Math.PI * t)) / 2;
}
