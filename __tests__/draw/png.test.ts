import { PNG } from 'pngjs';
import { drawPredictions } from '../../lib/draw/faces';
import { renderPng } from '../../lib/draw/png';
import { textAt } from '../../lib/draw/svg';
import { node, ROOT } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="40"><rect width="100" height="40" fill="#fff"/>${content}</svg>`;
const text = (weight: number) => svg(textAt(5, 25, 'Landmarks', { size: 16, fill: '#000', weight }));
const pixelsOf = (bytes: Uint8Array) => PNG.sync.read(Buffer.from(bytes));
const darkPixels = async (drawn: string) =>
  pixelsOf(await renderPng(drawn)).data.filter((value, i) => i % 4 === 0 && value < 128).length;

test('a PNG has the size of the SVG times the scale', async () => {
  const { width, height } = pixelsOf(await renderPng(svg(''), { scale: 3 }));
  expect([width, height]).toEqual([300, 120]);
});

test('text is set without the fonts of the system, bold text heavier', async () => {
  expect(await darkPixels(svg(''))).toBe(0);
  const [regular, bold] = [await darkPixels(text(400)), await darkPixels(text(600))];
  expect(regular).toBeGreaterThan(300);
  expect(bold).toBeGreaterThan(regular * 1.1);
});

test('without the native resvg its WebAssembly form draws the same picture', async () => {
  const script = `
    const Module = require('node:module');
    const load = Module._load;
    Module._load = (name, ...rest) => { if (name === '@resvg/resvg-js') throw new Error('not here'); return load(name, ...rest); };
    const { renderPng } = require(${JSON.stringify(ROOT)});
    renderPng(process.argv[1]).then((png) => console.log(Buffer.from(png).toString('base64')));`;
  const { stdout, stderr } = await node(['-e', script, text(600)]);
  expect(stderr).toBe('');
  const [wasm, native] = [pixelsOf(Buffer.from(stdout, 'base64')), pixelsOf(await renderPng(text(600)))];
  const farthest = Math.max(...wasm.data.map((value, i) => Math.abs(value - (native.data[i] as number))));
  expect(farthest).toBeLessThanOrEqual(2); // of 255 gray values
});

test('what is no SVG is refused', async () => {
  expect(await messageFrom(() => renderPng('<html>'))).toMatch(/^this is no SVG that can be rendered: .+\.$/);
  expect(await messageFrom(() => renderPng(svg(''), { scale: 0 }))).toBe(
    'scale is 0; expected a number above 0 and of at most 16.',
  );
});

test('predictions far outside of their picture do not end the process', async () => {
  const faces = tinyFaces({ count: 2 });
  const svg = drawPredictions(
    faces,
    faces.points.map(() => 1e9),
  );
  expect((await renderPng(svg)).length).toBeGreaterThan(100);
});
