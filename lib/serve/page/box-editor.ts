/**
 * The box on the photo, to be moved and sized: by mouse, pen and finger at its corners and in its middle, by arrow keys when it has the
 * focus, and as four numbers. All in pixels of the photo, whole ones.
 */

import type { Box } from '../../predict/image/resize';
import { add, set } from './svg';

type Part = 'frame' | 'nw' | 'ne' | 'sw' | 'se';

const CORNERS = ['nw', 'ne', 'sw', 'se'] as const;
const CORNER = 10; // pixels of the screen
const GRIP = 40; // what a finger may miss it by, pixels of the screen
const KEY_STEP = 0.01; // of the box, for a press of an arrow

export interface BoxEditor {
  /** Begins anew with a photo, its box the whole of it. */
  show(whole: Box): void;
  /** Draws it again, for a screen on which a pixel of the photo now is `1 / unit` pixels. */
  draw(unit: number): void;
}

/** Puts the box into an SVG whose units are pixels of the photo; `changed` is told every new box. */
export function boxEditor(svg: SVGSVGElement, fields: HTMLElement, changed: (box: Box) => void): BoxEditor {
  const shade = add(svg, 'path', { class: 'shade', 'fill-rule': 'evenodd' });
  const frame = add(svg, 'rect', { class: 'frame', tabindex: 0, role: 'application', 'data-part': 'frame' });
  frame.setAttribute('aria-label', 'Box around the face. Arrows move it, Shift and arrows size it.');
  add(svg, 'g', { id: 'marks' }); // for the points: above the frame, below the corners
  const corners = CORNERS.map((name) => ({
    name,
    corner: add(svg, 'rect', { class: 'corner' }),
    grip: add(svg, 'rect', { class: `grip ${name}`, 'data-part': name }),
  }));
  const inputs = (['x', 'y', 'width', 'height'] as const).map(
    (name) => [name, fields.querySelector(`#box-${name}`) as HTMLInputElement] as const,
  );
  let box: Box = { x: 0, y: 0, width: 1, height: 1 };
  let photo = box;
  let unit = 1;

  function draw(): void {
    const { x, y, width, height } = box;
    set(shade, { d: `M0 0H${photo.width}V${photo.height}H0ZM${x} ${y}h${width}v${height}h${-width}Z` });
    set(frame, { x, y, width, height });
    for (const { name, corner, grip } of corners) {
      const [cx, cy] = [name.endsWith('w') ? x : x + width, name.startsWith('n') ? y : y + height];
      for (const [element, size] of [[corner, CORNER * unit] as const, [grip, GRIP * unit] as const])
        set(element, { x: cx - size / 2, y: cy - size / 2, width: size, height: size });
    }
    for (const [name, input] of inputs) if (input !== document.activeElement) input.value = String(box[name]);
  }

  function change(wanted: Box): void {
    box = tame(wanted, photo);
    draw();
    changed(box);
  }

  svg.addEventListener('pointerdown', (down) => {
    const part = (down.target as Element).getAttribute('data-part') as Part | null;
    if (!part || down.button !== 0) return;
    const [start, startBox] = [{ x: down.clientX, y: down.clientY }, box];
    const move = (event: PointerEvent) => {
      if (event.pointerId !== down.pointerId) return;
      change(dragged(startBox, part, (event.clientX - start.x) * unit, (event.clientY - start.y) * unit));
    };
    const end = new AbortController();
    svg.setPointerCapture(down.pointerId);
    svg.addEventListener('pointermove', move, { signal: end.signal });
    for (const type of ['pointerup', 'pointercancel'])
      svg.addEventListener(type, () => end.abort(), { signal: end.signal });
  });
  frame.addEventListener('keydown', (event) => {
    const [dx, dy] = ARROWS[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    const step = Math.max(1, Math.round(KEY_STEP * Math.max(box.width, box.height)));
    change(dragged(box, event.shiftKey ? 'se' : 'frame', dx * step, dy * step));
  });
  for (const [name, input] of inputs) {
    input.addEventListener('input', () => {
      if (input.value !== '' && Number.isFinite(input.valueAsNumber)) change({ ...box, [name]: input.valueAsNumber });
    });
    input.addEventListener('blur', draw); // as it was understood
  }
  fields.querySelector('#whole')?.addEventListener('click', () => change(photo));
  return {
    show(whole) {
      [box, photo] = [whole, whole];
      draw();
    },
    draw(next) {
      unit = next;
      draw();
    },
  };
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] },
};

/** A box whose middle or corner has been taken so far. */
function dragged({ x, y, width, height }: Box, part: Part, dx: number, dy: number): Box {
  if (part === 'frame') return { x: x + dx, y: y + dy, width, height };
  const [west, north] = [part.endsWith('w'), part.startsWith('n')];
  const least = 1;
  const [dw, dh] = [Math.max(least - width, west ? -dx : dx), Math.max(least - height, north ? -dy : dy)];
  return { x: west ? x - dw : x, y: north ? y - dh : y, width: width + dw, height: height + dh };
}

/** Whole pixels, some of them on the photo. */
function tame(box: Box, photo: { width: number; height: number }): Box {
  const width = Math.max(1, Math.round(box.width));
  const height = Math.max(1, Math.round(box.height));
  const x = Math.min(photo.width - 1, Math.max(1 - width, Math.round(box.x)));
  const y = Math.min(photo.height - 1, Math.max(1 - height, Math.round(box.y)));
  return { x, y, width, height };
}
