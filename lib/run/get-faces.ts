/** Where the faces of a job come from: a file, or facemark's own hand. */

import { groupsOf, readGroups } from '../data/groups';
import { READ_FACES_DEFAULTS, type ReadFacesOptions, readFaces } from '../data/read-faces';
import { SYNTHETIC_DEFAULTS, syntheticFaces } from '../data/synthetic/faces';
import { FacemarkError } from '../errors';
import type { Faces } from '../landmarks/faces';
import { withDefaults } from '../options';
import { type OnEvent, summarise } from './job-events';

export interface FacesOptions
  extends Partial<
    Pick<
      ReadFacesOptions,
      'incomplete' | 'width' | 'height' | 'labels' | 'unreadableRows' | 'missing' | 'swapLeftRight'
    >
  > {
  /** A CSV of faces, perhaps gzipped, or faces in memory; without either synthetic faces are drawn. */
  readonly faces?: string | Faces;
  /** How many synthetic faces are drawn. */
  readonly count?: number;
  /** Their seed. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

export interface GroupsOptions {
  /** A CSV that names the person of every row, so that nobody stands on both sides of the split. */
  readonly groups?: string;
  /** The column of that CSV, where it has several. */
  readonly groupsColumn?: string;
}

/**
 * Reads or draws the faces of a job.
 *
 * @throws FacemarkError for every mistake in the file; `aborted` when the signal came first
 */
export async function getFaces(options: FacesOptions, onEvent?: OnEvent): Promise<Faces> {
  const { faces: given, count = SYNTHETIC_DEFAULTS.count, seed = SYNTHETIC_DEFAULTS.seed, signal } = options;
  if (given !== undefined && options.count !== undefined)
    throw new FacemarkError('bad-option', 'count is for synthetic faces; expected it without a file of faces.');
  let faces: Faces;
  if (typeof given === 'object') {
    faces = given;
  } else if (given === undefined) {
    onEvent?.({ kind: 'drawing', count });
    await eventLoopTurn(); // so that the event is seen before the work
    faces = syntheticFaces({ count, seed });
    await eventLoopTurn(); // so that a signal is heard after it
  } else {
    faces = await readFaces(given, {
      ...options,
      onProgress: (progress) => onEvent?.({ kind: 'reading', ...progress }),
    });
  }
  if (signal?.aborted) throw new FacemarkError('aborted', 'stopped before anything was computed; nothing was written.');
  onEvent?.({ kind: 'faces', faces: summarise(faces) });
  return faces;
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The settings that decide which faces a job gets, as plain data for its record. */
export function facesSettings(options: FacesOptions & GroupsOptions): Record<string, unknown> {
  const { faces, count, groupsColumn } = options;
  if (typeof faces === 'object') return { groupsColumn };
  if (faces === undefined) return { count: count ?? SYNTHETIC_DEFAULTS.count, groupsColumn };
  const { incomplete, width, height, unreadableRows, missing, swapLeftRight } = withDefaults(
    READ_FACES_DEFAULTS,
    options,
  );
  return { incomplete, width, height, unreadableRows, missing, swapLeftRight, groupsColumn };
}

/** The group of every face, or undefined where there are no groups. */
export async function getGroups({ groups, groupsColumn }: GroupsOptions, faces: Faces): Promise<string[] | undefined> {
  if (groups === undefined && groupsColumn !== undefined)
    throw new FacemarkError(
      'bad-option',
      `groupsColumn is ${groupsColumn} and there are no groups; expected the file with that column (groups, --groups).`,
    );
  return groups === undefined ? undefined : groupsOf(faces, await readGroups(groups, { column: groupsColumn }));
}
