/**
 * The head: all features of a person with an expression in one geometry, its 15 landmarks, and its paint.
 *
 * A landmark is a point (x, y) of a feature, lifted onto the same skull and relief that are drawn.
 */

import { type Brow, browEnds, browOf, browRelief, paintBrow } from './brows';
import type { Expression } from './expression';
import { type Eye, eyeOf, eyeRelief, paintEye } from './eyes';
import { lipCenters, type Mouth, mouthOf, mouthRelief, paintMouth } from './mouth';
import { type Nose, noseOf, noseRelief, paintNose } from './nose';
import type { Person } from './person';
import { type Pose, project } from './pose';
import { type Ridge, reliefAt } from './relief';
import { type Beard, paintAge, paintBeard, paintSkin } from './skin';
import { frontAt, type Skull } from './skull';
import { emboss, heights, lathe, type Surface } from './surface';

/** Heights between which vertices are dense. */
export const FEATURES = { top: 24, bottom: 96 } as const;

export interface Head {
  readonly person: Person;
  readonly face: Expression;
  /** The person's skull with the jaw dropped. */
  readonly skull: Skull;
  readonly eyes: readonly [left: Eye, right: Eye];
  readonly brows: readonly [left: Brow, right: Brow];
  readonly nose: Nose;
  readonly mouth: Mouth;
  readonly relief: readonly Ridge[];
}

/** The geometry of a person's head. */
export function headOf(person: Person, face: Expression): Head {
  const eyes = [eyeOf(person, face, 1), eyeOf(person, face, -1)] as const;
  const brows = [browOf(person, face, 1), browOf(person, face, -1)] as const;
  const nose = noseOf(person, face);
  const mouth = mouthOf(person, face);
  const relief = [
    ...eyes.flatMap((eye) => eyeRelief(eye, person)),
    ...brows.flatMap((brow) => browRelief(brow, face)),
    ...noseRelief(nose, person),
    ...mouthRelief(mouth, person, face),
  ];
  const skull = { ...person.skull, down: person.skull.down + face.jawDrop };
  return { person, face, skull, eyes, brows, nose, mouth, relief };
}

/** The point of the head's front at (x, y), in the picture: [x, y, z] in pixels of a 96-pixel picture. */
export function projectOnto(head: Head, pose: Pose, [x, y]: readonly [number, number]): [number, number, number] {
  return project(pose, x, y, frontAt(head.skull, x, y) + reliefAt(head.relief, x, y));
}

/** The landmarks in the order of `kaggleSchema`, [30] pixels of a 96-pixel picture. */
export function landmarksOf(head: Head, pose: Pose): number[] {
  const [left, right] = head.eyes;
  const lips = lipCenters(head.mouth);
  return [
    ...[left.center, right.center, left.inner, left.outer, right.inner, right.outer],
    ...head.brows.flatMap((brow) => browEnds(brow, head.person)),
    ...[head.nose.tip, head.mouth.left, head.mouth.right, lips.top, lips.bottom],
  ].flatMap((point) => projectOnto(head, pose, point).slice(0, 2));
}

/** The surface of the head from height `top` down, embossed and painted. */
export function headSurface(head: Head, beard: Beard, pose: Pose, top: number, pitch: number): Surface {
  const { person, face, skull, mouth } = head;
  const surface = lathe(
    skull,
    pose,
    heights(top, skull.widest + skull.down, pitch, FEATURES.top, FEATURES.bottom),
    pitch,
  );
  const soft = 0.65 * pitch;
  emboss(surface, head.relief);
  paintSkin(surface, person);
  paintAge(surface, person, face, head.nose, mouth);
  paintNose(surface, head.nose);
  paintBeard(surface, beard, person, mouth);
  paintMouth(surface, mouth, person, face, soft);
  for (const eye of head.eyes) paintEye(surface, eye, person, soft);
  for (const brow of head.brows) paintBrow(surface, brow, person, soft);
  return surface;
}
