/** What stands for a landmark in a picture: rings and crosses, told apart by shape as well as by colour. Places are pixels of the SVG. */

import { escapeXml, round } from './svg';
import { MARKS } from './theme';

const FAR = 1e5; // how far outside of a picture something is drawn

/** A place that is drawn: resvg ends the process over numbers far outside of a picture, where nobody sees them anyway. */
export function near([x, y]: [number, number]): [number, number] {
  return [Math.max(-FAR, Math.min(FAR, x)), Math.max(-FAR, Math.min(FAR, y))];
}

/** The ground truth; filled where there is no prediction to tell it from. */
export function ring([x, y]: [number, number], filled: boolean, name?: string): string {
  const place = `cx="${round(x)}" cy="${round(y)}"`;
  const title = name ? `<title>${escapeXml(name)}</title>` : '';
  const body = filled
    ? `<circle ${place} r="2.6" fill="${MARKS.truth}" stroke="${MARKS.outline}" stroke-width="1"/>`
    : `<circle ${place} r="3.4" fill="none" stroke="${MARKS.outline}" stroke-width="3.2" stroke-opacity="0.55"/><circle ${place} r="3.4" fill="none" stroke="${MARKS.truth}" stroke-width="1.6"/>`;
  return `<g class="truth">${title}${body}</g>`;
}

/** A prediction. */
export function cross([x, y]: [number, number], name?: string): string {
  const arm = 3.2;
  const path = `M${round(x - arm)} ${round(y - arm)}L${round(x + arm)} ${round(y + arm)}M${round(x - arm)} ${round(y + arm)}L${round(x + arm)} ${round(y - arm)}`;
  const title = name ? `<title>${escapeXml(name)}</title>` : '';
  return `<g class="predicted">${title}<path d="${path}" stroke="${MARKS.outline}" stroke-width="3.4" stroke-opacity="0.55" stroke-linecap="round"/><path d="${path}" stroke="${MARKS.predicted}" stroke-width="1.7" stroke-linecap="round"/></g>`;
}

/** How far a prediction is from the truth. */
export function errorLine([x1, y1]: [number, number], [x2, y2]: [number, number]): string {
  const ends = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`;
  return `<line class="error" ${ends} stroke="#ffffff" stroke-opacity="0.85" stroke-width="1"/>`;
}
