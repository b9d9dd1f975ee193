/** One synthetic face: draws all its traits at random, then the picture, back to front. */

import type { Random } from '../../random';
import { paintBackground } from './background';
import { bodySurfaces, drawBody } from './body';
import { drawCamera, expose } from './camera';
import { type Canvas, clear, shrink } from './canvas';
import { earSurface } from './ears';
import { drawExpression } from './expression';
import { drawGlasses, glassesSurfaces } from './glasses';
import { drawHair, hairSurface, paintScalp, scalpTop } from './hair';
import { drawHat, hatSurfaces, paintHatShadow } from './hat';
import { FEATURES, headOf, headSurface, landmarksOf } from './head';
import { drawLight } from './light';
import { drawObstacle, paintObstacle } from './obstacle';
import { drawPerson } from './person';
import { bodyPose, drawPose } from './pose';
import { render } from './render';
import { paintShadows } from './shadow';
import { drawBeard } from './skin';
import { pitchFor } from './surface';

/** Gloss of hair, and of cloth, plastic and wool. */
const HAIR_GLOSS = 0.07;
const MATT = 0.01;
/** A height above everything: hair without a hat starts nowhere. */
const SKY = -1000;

/**
 * Draws one face on a canvas, into `pixels` [size, size], and its landmarks into `points` [30] px. No trait asks for the size,
 * so a face is the same at every size.
 */
export function drawFace(random: Random, canvas: Canvas, pixels: Uint8Array, points: Float32Array): void {
  const person = drawPerson(random);
  const head = headOf(person, drawExpression(random));
  const { angles, pose } = drawPose(random);
  const light = drawLight(random);
  const beard = drawBeard(random, person);
  const hair = drawHair(random, person);
  const glasses = drawGlasses(random);
  const hat = drawHat(random);
  const body = drawBody(random);
  const obstacle = drawObstacle(random, person);
  const camera = drawCamera(random);

  const { size } = canvas;
  clear(canvas);
  const pitch = pitchFor(size);
  paintBackground(canvas, random);
  for (const surface of bodySurfaces(body, head, bodyPose(pose, angles), pitch))
    render(canvas, surface, bodyPose(pose, angles), light, MATT);
  const skin = headSurface(head, beard, pose, scalpTop(hair), pitch);
  paintShadows(skin, light, pose, FEATURES.top, FEATURES.bottom);
  paintScalp(skin, hair, person);
  if (hat) paintHatShadow(skin, hat);
  const ears = () => {
    for (const side of [1, -1] as const) render(canvas, earSurface(head, side), pose, light, person.gloss);
  };
  if (hair.coversEars) ears();
  render(canvas, skin, pose, light, person.gloss);
  render(canvas, hairSurface(hair, head, pose, hat ? hat.edge - 3 : SKY, pitch), pose, light, HAIR_GLOSS);
  if (!hair.coversEars) ears();
  if (hat)
    for (const surface of hatSurfaces(hat, head, hair.width, pose, pitch)) render(canvas, surface, pose, light, MATT);
  if (glasses) for (const surface of glassesSurfaces(glasses, head)) render(canvas, surface, pose, light, MATT);

  paintObstacle(canvas, obstacle, person.seed);
  expose(shrink(canvas), size, camera, pixels);
  const zoom = size / 96;
  landmarksOf(head, pose).forEach((value, j) => {
    points[j] = (value + 0.5) * zoom - 0.5;
  });
}
