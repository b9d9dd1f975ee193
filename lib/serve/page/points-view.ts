/**
 * The points of both answers: on the photo, the server's a dot and the browser's a ring around it; and in the list, with how far apart
 * the two are. Pointing at one, or at its name, or going to its name with the keyboard, shows which it is.
 */

import type { NamedPoints, Point } from '../../landmarks/points';
import { add, set } from './svg';

export interface Answers {
  readonly server: NamedPoints | undefined;
  readonly browser: NamedPoints | undefined;
}

export interface PointsView {
  show(answers: Answers): void;
  /** Draws them again, for a screen on which a pixel of the photo now is `1 / unit` pixels. */
  draw(unit: number): void;
}

const DOT = 3.5; // radius, pixels of the screen, as what follows
const RING = 6.5;
const REACH = 14;
const LETTERS = 14;

/** Draws into the group `marks` of the SVG, and into the body of the table. */
export function pointsView(
  svg: SVGSVGElement,
  list: HTMLElement,
  isShown: (who: keyof Answers) => boolean,
): PointsView {
  const marks = svg.querySelector('#marks') as SVGGElement;
  const label = add(svg, 'text', { class: 'label' }); // above all points
  let answers: Answers = { server: undefined, browser: undefined };
  let named: string | undefined;
  let unit = 1;

  const shown = (who: keyof Answers, name: string) => (isShown(who) ? answers[who]?.[name] : undefined);

  function draw(): void {
    marks.replaceChildren();
    for (const name of namesOf(answers)) drawPoint(marks, name, shown('server', name), shown('browser', name), unit);
    point(named);
  }

  function point(name: string | undefined): void {
    named = name;
    for (const element of document.querySelectorAll('[data-name]'))
      element.classList.toggle('named', element.getAttribute('data-name') === name);
    const at = name && (shown('server', name) ?? shown('browser', name));
    label.textContent = at ? spoken(name) : '';
    const size = LETTERS * unit;
    if (at) set(label, { x: at.x + 0.5, y: at.y + 0.5 - 1.1 * size, 'font-size': size, 'stroke-width': 0.3 * size });
  }

  for (const place of [marks, list])
    for (const type of ['pointerover', 'pointerdown', 'focusin'])
      place.addEventListener(type, ({ target }) =>
        point((target as Element).closest('[data-name]')?.getAttribute('data-name') ?? undefined),
      );
  for (const [place, type] of [
    [marks, 'pointerleave'],
    [list, 'pointerleave'],
    [list, 'focusout'],
  ] as const)
    place.addEventListener(type, () => point(undefined));
  return {
    show(next) {
      answers = next;
      draw();
      fillList(list, answers);
    },
    draw(next) {
      unit = next;
      draw();
    },
  };
}

/** The largest distance between points of the same name, and whose it is. */
export function largestDifference({ server, browser }: Answers): { px: number; name: string } | undefined {
  if (!server || !browser) return undefined;
  let largest = { px: 0, name: namesOf({ server, browser })[0] ?? '' };
  for (const name of Object.keys(server)) {
    const px = distance(server[name], browser[name]);
    if (!(px <= largest.px)) largest = { px, name };
  }
  return largest;
}

/** `left_eye_center` as people write it. */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ');
}

function namesOf({ server, browser }: Answers): string[] {
  return Object.keys(server ?? browser ?? {});
}

function distance(a: Point | undefined, b: Point | undefined): number {
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : Number.NaN;
}

/** Points count from the centre of the first pixel, an SVG from the corner of it: half a pixel between them. */
function drawPoint(
  marks: SVGGElement,
  name: string,
  server: Point | undefined,
  browser: Point | undefined,
  unit: number,
): void {
  const mark = add(marks, 'g', { class: 'point', 'data-name': name });
  const circle = (at: Point | undefined, kind: string, radius: number) =>
    at && add(mark, 'circle', { class: kind, r: radius * unit, cx: at.x + 0.5, cy: at.y + 0.5 });
  circle(browser, 'halo', RING);
  circle(browser, 'browser', RING);
  circle(server, 'server', DOT);
  circle(server ?? browser, 'reach', REACH)?.setAttribute('data-part', 'frame'); // the box is moved there too
}

function fillList(list: HTMLElement, answers: Answers): void {
  const names = namesOf(answers);
  if (
    names.length !== list.children.length ||
    names.some((name, i) => list.children[i]?.getAttribute('data-name') !== name)
  )
    list.replaceChildren(...names.map(newRow));
  names.forEach((name, i) => {
    const at = answers.server?.[name] ?? (answers.browser?.[name] as Point);
    const apart = distance(answers.server?.[name], answers.browser?.[name]);
    const cells = (list.children[i] as HTMLElement).querySelectorAll('td');
    [at.x.toFixed(1), at.y.toFixed(1), Number.isNaN(apart) ? '' : apart.toFixed(3)].forEach((text, j) => {
      (cells[j] as HTMLElement).textContent = text;
    });
  });
}

function newRow(name: string): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.setAttribute('data-name', name);
  const head = document.createElement('th');
  head.scope = 'row';
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: spoken(name) });
  head.append(button);
  row.append(head, ...[0, 1, 2].map(() => document.createElement('td')));
  return row;
}

/** A distance as people want to know it. */
export function spokenPx(px: number): string {
  return px < 0.001 ? 'less than 0.001 px' : `${px.toFixed(3)} px`;
}
