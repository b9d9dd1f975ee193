/**
 * Pose and framing: how a head is turned, and where in the picture it comes to lie.
 *
 *   p = R_roll · R_nod · R_turn · (head − PIVOT),   picture = centre + scale · (stretch · p.x, p.y / stretch) · D / (D − p.z)
 *
 * Angles are drawn as t = tan(θ/2), which gives cos θ = (1 − t²)/(1 + t²) and sin θ = 2t/(1 + t²) without a sine.
 */

import type { Random } from '../../random';
import { clamp } from './soft';

/** The point of the head that keeps its place when the head turns: inside, behind the bridge of the nose. */
export const PIVOT = { x: 0, y: 52, z: -14 } as const;

export interface Pose {
  /** [9] row-major rotation from the head to the picture. */
  readonly rotation: Float64Array;
  /** Where the pivot lies, in pixels of a 96-pixel picture. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  /** How far the picture is pulled wide (above 1) or tall: real crops were often made square from boxes that were not. */
  readonly stretch: number;
  /** Distance of the viewer from the pivot, in the same units. */
  readonly distance: number;
}

/** The angles as t = tan(θ/2): positive turns to the picture's right, nods down, rolls clockwise in the picture. */
export interface Angles {
  readonly turn: number;
  readonly nod: number;
  readonly roll: number;
}

/** Angles and pose of a new face. */
export function drawPose(random: Random): { angles: Angles; pose: Pose } {
  const angles = {
    turn: clamp(0.115 * random.normal(), -0.32, 0.32),
    nod: clamp(0.02 + 0.062 * random.normal(), -0.17, 0.22),
    roll: clamp(0.07 * random.normal(), -0.2, 0.2),
  };
  const scale = clamp(1 + 0.062 * random.normal(), 0.84, 1.18);
  const pose = {
    rotation: rotationOf(angles),
    // The face finder that crops real pictures centres the whole face, so a turned head is moved back a little.
    x: 47.6 - 19 * angles.turn + 1.5 * random.normal(),
    y: 51.5 + 1.6 * random.normal(),
    scale,
    stretch: clamp(1 + 0.035 * random.normal(), 0.91, 1.1),
    distance: random.uniform(380, 1300),
  };
  return { angles, pose };
}

/** The pose of shoulders under a head: they follow only a part of its turn. */
export function bodyPose(pose: Pose, angles: Angles): Pose {
  return { ...pose, rotation: rotationOf({ turn: 0.35 * angles.turn, nod: 0, roll: 0.15 * angles.roll }) };
}

/** Head coordinates to [x, y, z] in pixels of a 96-pixel picture, z towards the viewer. */
export function project(pose: Pose, x: number, y: number, z: number): [number, number, number] {
  const m = pose.rotation;
  const dx = x - PIVOT.x;
  const dy = y - PIVOT.y;
  const dz = z - PIVOT.z;
  const px = (m[0] as number) * dx + (m[1] as number) * dy + (m[2] as number) * dz;
  const py = (m[3] as number) * dx + (m[4] as number) * dy + (m[5] as number) * dz;
  const pz = (m[6] as number) * dx + (m[7] as number) * dy + (m[8] as number) * dz;
  const s = (pose.scale * pose.distance) / (pose.distance - pz);
  return [pose.x + pose.stretch * s * px, pose.y + (s * py) / pose.stretch, pose.scale * pz];
}

function rotationOf({ turn, nod, roll }: Angles): Float64Array {
  const [cy, sy] = cosSin(turn);
  const [cp, sp] = cosSin(nod);
  const [cr, sr] = cosSin(roll);
  // Turn: x' = cy x + sy z, z' = −sy x + cy z.  Nod: y' = cp y + sp z, z' = −sp y + cp z.  Roll: in the picture's plane.
  const nodded = [cy, 0, sy, -sp * sy, cp, sp * cy, -cp * sy, -sp, cp * cy] as const;
  return Float64Array.of(
    ...[cr * nodded[0] - sr * nodded[3], cr * nodded[1] - sr * nodded[4], cr * nodded[2] - sr * nodded[5]],
    ...[sr * nodded[0] + cr * nodded[3], sr * nodded[1] + cr * nodded[4], sr * nodded[2] + cr * nodded[5]],
    ...[nodded[6], nodded[7], nodded[8]],
  );
}

/** Cosine and sine of θ from t = tan(θ/2). */
export function cosSin(t: number): [cosine: number, sine: number] {
  const d = 1 + t * t;
  return [(1 - t * t) / d, (2 * t) / d];
}
