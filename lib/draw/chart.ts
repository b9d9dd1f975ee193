/** ECharts on the server: an option in, an SVG document out, the same for the same option. */

import type { EChartsOption } from 'echarts';
import { FONT, type Theme } from './theme';

export type { EChartsOption } from 'echarts';

/** Renders a chart without a browser. ECharts is loaded here, when the first chart is drawn. */
export function renderChart(option: EChartsOption, width: number, height: number, theme: Theme): string {
  const echarts = require('echarts') as typeof import('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: theme.background,
      textStyle: { fontFamily: FONT, color: theme.text },
      ...option,
    });
    return renumbered(chart.renderToSVGString());
  } finally {
    chart.dispose(); // else its timers keep the process alive
  }
}

/** What titles, legends and axes look like everywhere. */
export function titleStyle(text: string, theme: Theme, subtext = ''): EChartsOption['title'] {
  return {
    ...{ text, subtext, left: 16, top: 12, itemGap: 4 },
    textStyle: { fontSize: 16, fontWeight: 600, color: theme.text },
    subtextStyle: { fontSize: 11, color: theme.muted },
  };
}

export function axisStyle(name: string, theme: Theme, formatter: (value: number) => string = String) {
  return {
    name,
    ...(name === 'iteration' ? { minInterval: 1 } : {}), // there is no half of one
    nameLocation: 'middle' as const,
    nameTextStyle: { color: theme.muted, fontSize: 12 },
    axisLabel: { color: theme.muted, fontSize: 11, formatter },
    axisLine: { show: true, lineStyle: { color: theme.muted } },
    splitLine: { show: true, lineStyle: { color: theme.grid } },
  };
}

/** ECharts counts its ids up for the whole process; here each chart counts its own. The texts between the tags are left alone. */
function renumbered(svg: string): string {
  const names = new Map<string, string>();
  const rename = (id: string): string => {
    if (!names.has(id)) names.set(id, `c${names.size}`);
    return names.get(id) as string;
  };
  return svg.replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, (tag) => tag.replace(/zr\d+(-[a-z]+-?\d*)?/g, rename));
}
