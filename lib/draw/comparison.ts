/** Networks beside each other: their validation curves, and their RMSE in pixels beside the mean face's. */

import { FacemarkError } from '../errors';
import { withDefaults } from '../options';
import { axisStyle, renderChart, titleStyle } from './chart';
import { curve, errorAxis, errorRange } from './curve';
import type { DrawnHistory } from './history';
import { type ThemeName, themeOf } from './theme';

export interface DrawnNet {
  readonly name: string;
  readonly history: DrawnHistory;
  readonly rmsePx: number;
}

export interface DrawComparisonOptions {
  /** RMSE of the mean face, drawn as a line across the bars. */
  readonly meanFaceRmsePx?: number;
  readonly title?: string;
  /** A line below the title, such as which networks are not shown. */
  readonly subtitle?: string;
  readonly theme?: ThemeName;
  readonly width?: number;
}

export const DRAW_COMPARISON_DEFAULTS = Object.freeze({ title: 'Comparison', theme: 'light' as ThemeName, width: 900 });

const CURVES_HEIGHT = 320;
const BAR = 30; // height of a bar with its gap
const NAME_LETTER = 6.4; // pixels of a letter of a name
const LONGEST_NAME = 300;

/**
 * Draws a comparison.
 *
 * @returns an SVG document
 * @throws FacemarkError `bad-option` when there is nothing to compare
 */
export function drawComparison(nets: readonly DrawnNet[], options: DrawComparisonOptions = {}): string {
  if (nets.length === 0)
    throw new FacemarkError('bad-option', 'there is no network to compare; expected at least one.');
  const { meanFaceRmsePx, title, subtitle, theme, width } = withDefaults(DRAW_COMPARISON_DEFAULTS, options);
  const colours = themeOf(theme);
  const colourOf = (i: number) => colours.series[i % colours.series.length] as string;
  const dashOf = (i: number) => (['solid', 'dashed', 'dotted'] as const)[i % 3] ?? 'solid';
  const labels = nets.map(({ name }, i) => `${i + 1} · ${name}`); // the number stands at the end of its curve too
  const curves = nets.map(({ history }) => history.validation);
  const shifts = labelShifts(curves, CURVES_HEIGHT - 110);
  const longest = Math.max(...curves.map(({ length }) => length));
  const names = Math.min(LONGEST_NAME, Math.max(90, ...labels.map(({ length }) => length * NAME_LETTER)));
  const bars = { top: CURVES_HEIGHT + 36, height: nets.length * BAR };
  const hasMeanFace = meanFaceRmsePx !== undefined && Number.isFinite(meanFaceRmsePx);
  const most = Math.max(...nets.map(({ rmsePx }) => rmsePx), hasMeanFace ? meanFaceRmsePx : 0);

  return renderChart(
    {
      title: titleStyle(title, colours, subtitle),
      grid: [
        { left: 76, right: 40, top: 56, height: CURVES_HEIGHT - 110 },
        { left: names + 24, right: 76, top: bars.top, height: bars.height },
      ],
      xAxis: [
        {
          type: 'value',
          gridIndex: 0,
          min: 0,
          max: Math.max(1, longest - 1),
          ...axisStyle('iteration', colours),
          nameGap: 28,
        },
        {
          type: 'value',
          gridIndex: 1,
          min: 0,
          max: Math.ceil(most * 1.05),
          ...axisStyle('RMSE on the validation faces, px', colours, (value) => value.toFixed(1)),
          nameGap: 28,
        },
      ],
      yAxis: [
        { gridIndex: 0, ...errorAxis('validation error', curves, colours), nameGap: 52 },
        {
          type: 'category',
          gridIndex: 1,
          inverse: true,
          data: labels,
          axisLabel: { color: colours.text, fontSize: 12, width: names, overflow: 'truncate' },
          axisLine: { lineStyle: { color: colours.muted } },
          axisTick: { show: false },
        },
      ],
      series: [
        ...nets.map(({ name, history }, i) => ({
          name,
          xAxisIndex: 0,
          yAxisIndex: 0,
          ...curve(history.validation, colourOf(i), dashOf(i)),
          endLabel: {
            show: true,
            formatter: String(i + 1),
            color: colours.text,
            fontSize: 11,
            offset: [2, shifts[i] as number] as [number, number],
          },
        })),
        {
          type: 'bar',
          xAxisIndex: 1,
          yAxisIndex: 1,
          barWidth: 16,
          data: nets.map(({ rmsePx }, i) => ({ value: rmsePx, itemStyle: { color: colourOf(i) } })),
          label: {
            show: true,
            position: 'right',
            color: colours.text,
            fontSize: 12,
            backgroundColor: colours.background,
            padding: [1, 3],
            formatter: ({ value }) => `${Number(value).toFixed(2)} px`,
          },
          ...(hasMeanFace
            ? {
                markLine: {
                  silent: true,
                  z: 1, // behind bars and figures
                  symbol: 'none',
                  lineStyle: { color: colours.text, type: 'dashed', width: 1.5 },
                  label: {
                    formatter: `mean face ${meanFaceRmsePx.toFixed(2)} px`,
                    position: 'start',
                    color: colours.text,
                    fontSize: 11,
                  },
                  data: [{ xAxis: meanFaceRmsePx }],
                },
              }
            : {}),
        },
      ],
    },
    width,
    bars.top + bars.height + 56,
    colours,
  );
}

const LABEL = 12; // pixels that the number at the end of a curve is high

/** [n] pixels by which each number moves down from the end of its curve, so that none covers another. */
function labelShifts(curves: readonly ArrayLike<number>[], height: number): number[] {
  const range = errorRange(curves);
  if (range === undefined) return curves.map(() => 0);
  const [min, max] = range;
  const ends = curves.map((errors) => {
    let last = errors.length - 1;
    while (last > 0 && !Number.isFinite(errors[last])) last--;
    return (height * Math.log(max / (errors[last] as number))) / Math.log(max / min);
  });
  const order = [...ends.keys()].sort((a, b) => (ends[a] as number) - (ends[b] as number));
  const places = [...ends];
  let highest = -Infinity;
  for (const i of order) {
    places[i] = Math.max(ends[i] as number, highest);
    highest = places[i] + LABEL;
  }
  let lowest = height;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i] as number, lowest);
    lowest = places[i] - LABEL;
  }
  return places.map((place, i) => place - (ends[i] as number));
}
