/** Errors by iteration as a line of a chart. */

import { axisStyle } from './chart';
import type { Theme } from './theme';

const MANY_DECADES = 1e4; // ratio above which a tick at every decade is enough
const FEWEST_TICKS = 4;
const MOST_POINTS = 800; // more than the pixels of a chart show nothing more

/** A line through the finite errors, thinned; the point at `keep` stays. */
export function curve(
  errors: ArrayLike<number>,
  colour: string,
  dash: 'solid' | 'dashed' | 'dotted' | readonly number[],
  keep?: number,
) {
  return {
    type: 'line' as const,
    data: points(errors, keep),
    symbol: errors.length <= 2 ? 'circle' : 'none', // a line needs two points
    symbolSize: 7,
    connectNulls: false,
    lineStyle: { color: colour, width: 2, type: dash as 'solid' },
    itemStyle: { color: colour },
  };
}

/** Logarithmic where every error that is finite is above 0, with as many ticks as heights can be read by. */
export function errorAxis(name: string, curves: readonly ArrayLike<number>[], theme: Theme) {
  const style = axisStyle(name, theme, (error) => Number(error.toPrecision(6)).toString());
  const range = errorRange(curves);
  if (range === undefined) return { type: 'value' as const, ...style };
  const [from, to] = range;
  const customValues = ticksBetween(from, to);
  return {
    type: 'log' as const,
    min: from,
    max: to,
    ...style,
    axisLabel: { ...style.axisLabel, customValues },
    axisTick: { customValues },
  };
}

/** Ends of a logarithmic axis for all finite errors, with some air; undefined where one of them is not above 0. */
export function errorRange(curves: readonly ArrayLike<number>[]): readonly [from: number, to: number] | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (const errors of curves)
    for (let i = 0; i < errors.length; i++) {
      const error = errors[i] as number;
      if (!Number.isFinite(error)) continue;
      if (error < min) min = error;
      if (error > max) max = error;
    }
  return min > 0 && max >= min ? [min * 0.9, max * 1.1] : undefined;
}

/** The coarsest ticks of which there are enough to read heights by. */
function ticksBetween(from: number, to: number): number[] {
  for (const steps of to / from > MANY_DECADES
    ? [[1]]
    : [
        [1, 2, 5],
        [1, 1.5, 2, 3, 4, 5, 7],
      ]) {
    const ticks: number[] = [];
    for (let exponent = Math.floor(Math.log10(from)); exponent <= Math.ceil(Math.log10(to)); exponent++)
      for (const step of steps) ticks.push(Number(`${step}e${exponent}`));
    const within = ticks.filter((tick) => tick >= from && tick <= to);
    if (within.length >= FEWEST_TICKS) return within;
  }
  return evenTicks(from, to);
}

/** Ticks at equal distances of 1, 2 or 5 times a power of ten: for a range that is a small part of a decade. */
function evenTicks(from: number, to: number): number[] {
  const rough = (to - from) / FEWEST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([5, 2, 1].find((times) => times * power <= rough) as number) * power;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  );
}

function points(errors: ArrayLike<number>, keep: number | undefined): [number, number | null][] {
  const step = Math.max(1, Math.ceil(errors.length / MOST_POINTS));
  const thinned: [number, number | null][] = [];
  for (let i = 0; i < errors.length; i++) {
    if (i % step !== 0 && i !== errors.length - 1 && i !== keep) continue;
    const error = errors[i] as number;
    thinned.push([i, Number.isFinite(error) ? error : null]);
  }
  return thinned;
}
