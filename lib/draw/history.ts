/** The error curve: training and validation error by iteration, on a logarithmic scale, the best iteration marked. */

import { withDefaults } from '../options';
import { axisStyle, renderChart, titleStyle } from './chart';
import { curve, errorAxis } from './curve';
import { type Theme, type ThemeName, themeOf } from './theme';

interface Best {
  readonly iteration: number;
  readonly validation: number;
}

/** Errors by iteration, as `train` returns them. */
export interface DrawnHistory {
  readonly training: ArrayLike<number>;
  readonly validation: ArrayLike<number>;
}

export interface DrawHistoryOptions {
  /** The iteration to mark, as `run.best`. */
  readonly best?: Best;
  readonly title?: string;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
}

export const DRAW_HISTORY_DEFAULTS = Object.freeze({
  title: 'Mean squared error',
  theme: 'light' as ThemeName,
  width: 760,
  height: 440,
});

/**
 * Draws a history. Errors that are not finite leave a gap.
 *
 * @returns an SVG document; the same history gives the same bytes
 */
export function drawHistory({ training, validation }: DrawnHistory, options: DrawHistoryOptions = {}): string {
  const { best, title, theme, width, height } = withDefaults(DRAW_HISTORY_DEFAULTS, options);
  const colours = themeOf(theme);
  const last = Math.max(training.length, validation.length) - 1;
  const isMarked = best !== undefined && best.iteration >= 0 && Number.isFinite(best.validation);
  return renderChart(
    {
      title: titleStyle(title, colours, isMarked ? `best: ${best.validation.toPrecision(4)} @ ${best.iteration}` : ''),
      legend: {
        right: 16,
        top: 12,
        itemWidth: 34,
        itemStyle: { opacity: 0 },
        textStyle: { color: colours.text, fontSize: 12 },
      },
      grid: { left: 76, right: 28, top: 56, bottom: 56 },
      xAxis: { type: 'value', min: 0, max: Math.max(1, last), ...axisStyle('iteration', colours), nameGap: 30 },
      yAxis: { ...errorAxis('error', [training, validation], colours), nameGap: 56 },
      series: [
        { name: 'training', ...curve(training, colours.training, 'dashed') },
        {
          name: 'validation',
          ...curve(validation, colours.validation, 'solid', best?.iteration),
          ...(isMarked ? { markPoint: bestMark(best, colours) } : {}),
        },
      ],
    },
    width,
    height,
    colours,
  );
}

/** A dot on the curve; its figures stand below the title, where no curve covers them. */
function bestMark({ iteration, validation }: Best, colours: Theme) {
  return {
    symbol: 'circle',
    symbolSize: 10,
    itemStyle: { color: colours.validation, borderColor: colours.text, borderWidth: 1.5 },
    label: { show: false },
    data: [{ name: 'best', coord: [iteration, validation] }],
  };
}
