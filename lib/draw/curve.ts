/** Errors by iteration as a line of a chart. */

import { axisStyle } from './chart';
import type { Theme } from './theme';

const MANY_DECADES = 1e4; // ratio above which a tick at every decade is enough
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

/** Logarithmic where every error that is finite is above 0, with ticks at 1, 2 and 5 of each decade, or at the decades of many. */
export function errorAxis(name: string, curves: readonly ArrayLike<number>[], theme: Theme) {
  let min = Infinity;
  let max = -Infinity;
  for (const errors of curves)
    for (let i = 0; i < errors.length; i++) {
      const error = errors[i] as number;
      if (!Number.isFinite(error)) continue;
      if (error < min) min = error;
      if (error > max) max = error;
    }
  const style = axisStyle(name, theme, (error) => Number(error.toPrecision(2)).toString());
  if (!(min > 0)) return { type: 'value' as const, ...style };
  const [from, to] = [min * 0.9, max * 1.1];
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

function ticksBetween(from: number, to: number): number[] {
  const steps = to / from > MANY_DECADES ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(from)); exponent <= Math.ceil(Math.log10(to)); exponent++)
    for (const step of steps) ticks.push(Number(`${step}e${exponent}`));
  return ticks.filter((tick) => tick >= from && tick <= to);
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
