// Find the faces of a photo with a detector from npm, then their landmarks. Any function photo → boxes is a detector.
//
//     npm install jsfeat                                 Viola and Jones in plain JavaScript, the weights in the package
//     facemark train --out first-net                     makes a bundle
//     node examples/04-detector.mjs first-net/bundle photo.jpg [drawn.png]

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cropFace, drawPhoto, loadPredictor, renderPng } from 'facemark';

const [bundle, photo, out = 'drawn.png'] = process.argv.slice(2);
if (!photo) throw new Error('usage: node examples/04-detector.mjs BUNDLE PHOTO [DRAWN.PNG]');
const { haar, imgproc, matrix_t, U8C1_t } = loadJsfeat();

const LONGEST = 640; // pixels of the photo in which faces are looked for: enough for faces of a thirtieth of it
const SURE = 4; // windows that must agree on a face
const MARGIN = 0.1; // of its width, on every side: networks are trained on whole faces, this detector frames eyes to mouth

/** The upright photo in gray → a box for each face. */
function detector(image) {
  const scale = Math.max(1, Math.max(image.width, image.height) / LONGEST);
  const [width, height] = [image.width / scale, image.height / scale].map(Math.floor);
  const small = new matrix_t(width, height, U8C1_t);
  small.data.set(cropFace(image, { ...image, x: 0, y: 0 }, width, height).pixels);
  const [sums, squares, tilted] = [0, 1, 2].map(() => new Int32Array((width + 1) * (height + 1)));
  imgproc.compute_integral_image(small, sums, squares, tilted);
  const found = haar.detect_multi_scale(sums, squares, tilted, undefined, width, height, haar.frontalface, 1.1, 1);
  const faces = haar.group_rectangles(found, 1).filter(({ neighbors }) => neighbors >= SURE);
  return faces.map((face) => ({
    x: (face.x - MARGIN * face.width) * scale,
    y: (face.y - MARGIN * face.height) * scale,
    width: face.width * (1 + 2 * MARGIN) * scale,
    height: face.height * (1 + 2 * MARGIN) * scale,
  }));
}

const predictor = await loadPredictor(bundle);
const prediction = await predictor.predictImage(photo, { detector });
predictor.dispose();
console.log(`${prediction.faces.length} faces in ${photo}`);
for (const { box, landmarks } of prediction.faces) {
  const { x, y } = landmarks.nose_tip;
  console.log(`  ${box.width.toFixed(0)} pixels wide, nose at ${x.toFixed(1)}, ${y.toFixed(1)}`);
}
writeFileSync(out, await renderPng(await drawPhoto(photo, prediction), { scale: 1 }));
console.log(`Picture: ${out}`);

function loadJsfeat() {
  const require = createRequire(import.meta.url);
  try {
    const { jsfeat } = Object.assign(globalThis, { jsfeat: require('jsfeat') }); // where its weights look for it
    require('jsfeat/cascades/frontalface.js');
    return jsfeat;
  } catch {
    console.error('This example needs a face detector: npm install jsfeat');
    process.exit(2);
  }
}
