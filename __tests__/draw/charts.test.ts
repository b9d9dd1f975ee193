import { drawComparison } from '../../lib/draw/comparison';
import { drawHistory } from '../../lib/draw/history';
import { node, ROOT } from '../child';
import { elementsOf } from '../well-formed';

const falling = (n: number, from = 1) => Array.from({ length: n }, (_, i) => from / (i + 1));
const history = { training: falling(750), validation: falling(750, 1.2) };
const best = { iteration: 749, validation: 1.2 / 750 };
const textsOf = (svg: string) =>
  elementsOf(svg)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);

test('an error curve names its lines, its axes and the best iteration', () => {
  const texts = textsOf(drawHistory(history, { best }));
  for (const text of ['Mean squared error', 'training', 'validation', 'iteration', 'error', 'best: 0.001600 @ 749'])
    expect(texts).toContain(text);
});

test('training and validation differ in dash, not only in colour', () => {
  const lines = elementsOf(drawHistory(history)).filter(
    ({ attributes }) => attributes['stroke-width'] === '2' && attributes.d,
  );
  const dashes = new Set(lines.map(({ attributes }) => attributes['stroke-dasharray'] ?? 'solid'));
  expect(dashes.size).toBe(2);
});

test('the error axis has ticks at 1, 2 and 5 of a decade', () => {
  const texts = textsOf(drawHistory({ training: [0.08, 0.012], validation: [0.09, 0.02] }));
  for (const tick of ['0.02', '0.05']) expect(texts).toContain(tick);
});

test.each([
  [0.0008, 0.0095],
  [0.1, 0.2],
  [0.00412, 0.00409],
  [3e-7, 2.99e-7],
])('errors from %d to %d can be read off an axis with several ticks', (a, b) => {
  const texts = textsOf(drawHistory({ training: [a, b], validation: [a, b] }));
  const heights = texts.map(Number).filter((value) => value > 0 && value < 0.5);
  expect(heights.length).toBeGreaterThanOrEqual(4);
});

test('iterations have no halves', () => {
  const texts = textsOf(drawHistory({ training: [1, 0.9, 0.8], validation: [1, 0.9, 0.8] }));
  expect(texts.filter((text) => text.endsWith('.5'))).toEqual([]);
});

test('the numbers at the ends of curves that end together lie apart, and what is not shown is said', () => {
  const nets = Array.from({ length: 6 }, (_, i) => ({ name: `hidden ${i}`, history, rmsePx: 3 }));
  const svg = drawComparison(nets, { meanFaceRmsePx: 4, subtitle: 'not shown, because it diverged: rate 500' });
  expect(textsOf(svg)).toContain('not shown, because it diverged: rate 500');
  const heights = elementsOf(svg)
    .filter(
      ({ name, text, attributes }) =>
        (name === 'text' && /^[1-6]$/.test(text) && attributes['font-size'] === '11px') ||
        (name === 'text' && /^[1-6]$/.test(text) && /11px/.test(attributes.style ?? '')),
    )
    .map(({ attributes }) =>
      Number(/translate\([\d.]+ ([\d.]+)\)/.exec(attributes.transform ?? '')?.[1] ?? attributes.y),
    );
  const sorted = [...heights].sort((a, b) => a - b);
  for (const [i, height] of sorted.entries())
    if (i > 0) expect(height - (sorted[i - 1] as number)).toBeGreaterThanOrEqual(11.9);
});

test.each<[string, { training: number[]; validation: number[] }]>([
  ['no iteration', { training: [], validation: [] }],
  ['one iteration', { training: [0.1], validation: [0.2] }],
  ['equal errors', { training: [0.1, 0.1, 0.1], validation: [0.1, 0.1, 0.1] }],
  ['an error of 0', { training: [1, 0], validation: [1, 0.5] }],
  ['errors that are not finite', { training: [1, 2, Infinity], validation: [1, Number.NaN, Infinity] }],
  ['many iterations', { training: falling(100_000), validation: falling(100_000) }],
])('a history with %s is drawn', (_, drawn) => {
  const svg = drawHistory(drawn, {
    best: { iteration: drawn.validation.length - 1, validation: drawn.validation.at(-1) ?? Number.NaN },
  });
  expect(svg).not.toContain('NaN');
  expect(elementsOf(svg).length).toBeGreaterThan(10);
  expect(svg.length).toBeLessThan(60_000);
});

test('names that look like ids of ECharts stay as they are', () => {
  const texts = textsOf(drawComparison([{ name: 'zr0-c1 and "zr2"', history, rmsePx: 3 }], { meanFaceRmsePx: 4 }));
  expect(texts.join()).toContain('zr0-c1 and "zr2"');
});

test('the same chart is the same bytes, and the themes differ', () => {
  expect(drawHistory(history, { best })).toBe(drawHistory(history, { best }));
  expect(drawHistory(history, { theme: 'dark' })).not.toBe(drawHistory(history));
});

test.each([1, 2, 12])('%d networks are compared by name, curve and error, beside the mean face', (n) => {
  const nets = Array.from({ length: n }, (_, i) => ({ name: `hidden ${i}`, history, rmsePx: 3 + i / 10 }));
  const texts = textsOf(drawComparison(nets, { meanFaceRmsePx: 4 }));
  for (const { name, rmsePx } of nets) {
    expect(texts.some((text) => text.endsWith(`· ${name}`))).toBe(true);
    expect(texts).toContain(`${rmsePx.toFixed(2)} px`);
  }
  expect(texts).toContain('mean face 4.00 px');
});

test('nothing to compare is refused', () => {
  expect(() => drawComparison([])).toThrow('there is no network to compare; expected at least one.');
});

test('a process that has drawn ends', async () => {
  const script = `
    const { drawHistory, renderPng } = require(${JSON.stringify(ROOT)});
    renderPng(drawHistory({ training: [1, 0.5], validation: [1, 0.6] })).then((png) => console.log(png.length > 1000));`;
  expect(await node(['-e', script])).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
});
