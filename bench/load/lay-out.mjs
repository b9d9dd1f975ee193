/**
 * Lays out what both services answer with and are asked for, in a process of its own.
 *
 *     node lay-out.mjs '{ "folder": FOLDER }'
 *
 *     NAME/bundle/                       a network as facemark has it: `dense`, the tutorial's, and `compact`, the convolutional one
 *     NAME/weights.f32, network.json     the same for the peer: weights layer by layer, and landmarks, size, scaling
 *     face.png, face.jpg, photo.jpg      a face of 96×96 in gray and in colours, a photo of 1280×960 with that face at `PHOTO_BOX`
 *
 * Both are trained for some seconds only: how well they find landmarks is another table.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildConvNet, buildModel, createPredictor, prepare, saveBundle, syntheticFaces, train } from 'facemark';
import sharp from 'sharp';
import { Random } from '../../dist/random.js';
import { settings } from '../as-subject.mjs';
import { PHOTO_BOX, PHOTO_SIZE } from './workloads.mjs';

const SKIN = { r: 224, g: 172, b: 140 };
const QUALITY = 85; // as phones have it

const { folder } = settings;
const faces = syntheticFaces({ count: 400 });
await layOutNetwork('dense', prepare(faces), buildModel, { iterations: 200 });
await layOutNetwork('compact', prepare(faces, { centre: 'perCoordinate' }), buildConvNet, {
  ...{ iterations: 5, batchSize: 32, optimizer: 'adam', learningRate: 1e-3 },
});
await layOutPictures(Buffer.from(faces.pixels.subarray(0, faces.width * faces.height)), faces);

async function layOutNetwork(name, data, build, options) {
  const model = build({ ...data });
  await train(model, data, options);
  const predictor = createPredictor(model, data);
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  await saveBundle(join(own, 'bundle'), predictor);
  const weights = model.layers.flatMap((layer) => layer.getWeights());
  writeFileSync(
    join(own, 'weights.f32'),
    Buffer.concat(weights.map((weight) => Buffer.from(weight.dataSync().slice().buffer))),
  );
  const { scaling, schema, width, height } = predictor;
  const shapes = weights.map(({ shape }) => shape);
  writeFileSync(
    join(own, 'network.json'),
    JSON.stringify({ name, landmarks: schema.landmarks, width, height, scaling, shapes }),
  );
}

async function layOutPictures(gray, { width, height }) {
  const face = () => sharp(gray, { raw: { width, height, channels: 1 } });
  const inColours = (size) => face().resize(size, size, { kernel: 'cubic' }).toColourspace('srgb').tint(SKIN);
  const save = (name, bytes) => writeFileSync(join(folder, name), bytes);
  save('face.png', await face().toColourspace('b-w').png().toBuffer());
  save('face.jpg', await inColours(width).jpeg({ quality: QUALITY }).toBuffer());
  const pasted = await inColours(PHOTO_BOX.width).png().toBuffer();
  const photo = sharp(background(PHOTO_SIZE), { raw: { ...PHOTO_SIZE, channels: 3 } });
  const { x: left, y: top } = PHOTO_BOX;
  save(
    'photo.jpg',
    await photo
      .composite([{ input: pasted, left, top }])
      .jpeg({ quality: QUALITY })
      .toBuffer(),
  );
}

/** Slopes of colour with grain, so that the JPEG is about as long as one of a real scene. */
function background({ width, height }) {
  const random = new Random(1, 'background');
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const grain = random.uniform(-12, 12);
      for (const slope of [x / width, y / height, 1 - x / width]) pixels[at++] = 40 + 160 * slope + grain;
    }
  return pixels;
}
