import { PNG } from 'pngjs';
import { renderPng } from '../../lib/draw/png';
import { textAt } from '../../lib/draw/svg';

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="40"><rect width="100" height="40" fill="#fff"/>${content}</svg>`;
const darkPixels = (bytes: Uint8Array) =>
  PNG.sync.read(Buffer.from(bytes)).data.filter((value, i) => i % 4 === 0 && value < 128).length;

test('a PNG has the size of the SVG times the scale', () => {
  const { width, height } = PNG.sync.read(Buffer.from(renderPng(svg(''), { scale: 3 })));
  expect([width, height]).toEqual([300, 120]);
});

test('text is set without the fonts of the system, bold text heavier', () => {
  const text = (weight: number) => renderPng(svg(textAt(5, 25, 'Landmarks', { size: 16, fill: '#000', weight })));
  expect(darkPixels(renderPng(svg('')))).toBe(0);
  const [regular, bold] = [darkPixels(text(400)), darkPixels(text(600))];
  expect(regular).toBeGreaterThan(300);
  expect(bold).toBeGreaterThan(regular * 1.1);
});

test('what is no SVG is refused', () => {
  expect(() => renderPng('<html>')).toThrow(/^this is no SVG that can be rendered: .+\.$/);
  expect(() => renderPng(svg(''), { scale: 0 })).toThrow('scale is 0; expected a number above 0 and of at most 16.');
});
