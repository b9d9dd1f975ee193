import { PNG } from 'pngjs';
import sharp from 'sharp';
import { drawPhoto } from '../../lib/draw/photo';
import { renderPng } from '../../lib/draw/png';
import type { ImagePrediction } from '../../lib/predict/predict-image';
import { messageFrom } from '../tiny-faces';
import { elementsOf } from '../well-formed';

const prediction = (width: number, height: number, box = { x: 0, y: 0, width, height }): ImagePrediction => ({
  width,
  height,
  faces: [{ box, landmarks: { 'nose <tip>': { x: width * 0.75 - 0.5, y: height * 0.25 - 0.5 } } }],
});
const blue = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#0000ff' } });
const render = async (svg: string) => PNG.sync.read(Buffer.from(await renderPng(svg, { scale: 1 })));
const at = ({ data, width }: PNG, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
];

test('the cross lies on its landmark, on the photo in its colours, at most 1600 pixels long', async () => {
  const svg = await drawPhoto(await blue(4000, 2000).png().toBuffer(), prediction(4000, 2000));
  expect(elementsOf(svg).map(({ name }) => name)).toEqual(['svg', 'image', 'g', 'g', 'title', 'path', 'path']);
  expect(svg).toContain('<title>nose &lt;tip&gt;</title>');
  expect(svg).not.toContain('class="box"');
  const png = await render(svg);
  expect([png.width, png.height]).toEqual([1600, 800]);
  expect(at(png, 1200, 200)).toEqual([0xff, 0x9f, 0x1c]); // three quarters across, a quarter down, in the colour of predictions
  const [red, green, blueness] = at(png, 100, 700) as [number, number, number];
  expect(Math.max(red, green)).toBeLessThan(5); // a JPEG lies inside
  expect(blueness).toBeGreaterThan(250);
});

test('a photo that EXIF turns is drawn upright, as its points are', async () => {
  const turned = await blue(1000, 500).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const png = await render(await drawPhoto(turned, prediction(500, 1000)));
  expect([png.width, png.height]).toEqual([500, 1000]);
  expect(at(png, 375, 250)).toEqual([0xff, 0x9f, 0x1c]);
});

test('a small one is enlarged, a box is framed, raw pixels of 16 bits and far points are drawn too', async () => {
  const raw = { data: new Uint16Array(100), width: 10, height: 10, channels: 1 } as const;
  const framed = { x: 2, y: 2, width: 4, height: 4 };
  const far = { ...prediction(10, 10, framed), faces: [{ box: framed, landmarks: { a: { x: 1e30, y: -1e30 } } }] };
  const svg = await drawPhoto(raw, far);
  expect(svg).toContain('class="box" x="120" y="120" width="240" height="240"');
  expect((await render(svg)).width).toBe(600);
});

test('options and photos that make no sense are refused', async () => {
  const raw = { data: new Uint8Array(1), width: 1, height: 1, channels: 1 } as const;
  expect(await messageFrom(() => drawPhoto(raw, prediction(1, 1), { longerSide: 0 }))).toBe(
    'longerSide is 0; expected a whole number of at least 1 and of at most 16000.',
  );
  expect(await messageFrom(() => drawPhoto('nowhere.jpg', prediction(1, 1)))).toBe(
    'there is no file nowhere.jpg; check the path.',
  );
});
