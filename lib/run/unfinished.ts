/**
 * A training job that has not come to its end, as its run folder holds it: in `checkpoint/`, which goes when the job has left its record.
 *
 *     settings.json    what was asked for, written before the work begins, and when the job went on
 *     training.bin     the last checkpoint, once there is one
 */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Checkpoint, LiveCheckpoint } from '../bundle/checkpoint';
import { readCheckpoint, writeCheckpoint } from '../bundle/checkpoint-file';
import { FacemarkError, messageOf } from '../errors';
import { writeFileSafely } from '../files';
import { version } from '../version';
import { clearUnfinished, holdsRecord, SETTINGS, TRAINING, UNFINISHED } from './run-folder';
import type { TrainJobOptions } from './train-job-options';

/** When a job went on, and with which iteration: plain data for its record. */
export interface Resumed {
  /** Time in UTC, as in 2026-11-26T08:15:30.000Z. */
  readonly at: string;
  readonly iteration: number;
}

/** What a job was asked for, without what only lives in its process. */
export type KeptOptions = Omit<TrainJobOptions, 'signal' | 'onEvent' | 'out' | 'overwrite'>;

/** The content of settings.json. */
interface Settings {
  readonly format: typeof FORMAT;
  readonly formatVersion: number;
  /** Version of the facemark that began. */
  readonly facemark: string;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** As `KeptOptions`; of faces in memory `facesInMemory` is left. */
  readonly options: KeptOptions;
  readonly facesInMemory: boolean;
  readonly resumed: readonly Resumed[];
}

const FORMAT = 'facemark-unfinished-run';
const FORMAT_VERSION = 1; // raised when an older facemark could no longer read what is written

export class Unfinished {
  /** Whether the settings stand on the disk as they are here. */
  private isNoted = false;

  /** How far the job had come, and with which engine; undefined for the beginning. */
  readonly progress: Pick<Checkpoint, 'backend' | 'seconds'> | undefined;

  /** @param checkpoint what there is to go on from; undefined for the beginning */
  private constructor(
    private readonly runFolder: string,
    private readonly settings: Settings,
    private checkpoint: Checkpoint | undefined,
  ) {
    this.progress = checkpoint && { backend: checkpoint.backend, seconds: checkpoint.seconds };
  }

  /** Notes what a job is asked for. */
  static async begin(runFolder: string, options: TrainJobOptions): Promise<Unfinished> {
    const { signal: _, onEvent: __, out: ___, overwrite: ____, faces, ...rest } = options;
    const facesInMemory = typeof faces === 'object';
    const settings: Settings = {
      ...{ format: FORMAT, formatVersion: FORMAT_VERSION, facemark: version, cwd: process.cwd() },
      ...{ options: facesInMemory ? rest : { ...rest, faces }, facesInMemory, resumed: [] },
    };
    const begun = new Unfinished(runFolder, settings, undefined);
    await begun.note();
    return begun;
  }

  /**
   * Finds a job that was interrupted.
   *
   * @throws FacemarkError `bad-option` where there is none, `bad-file` for one that is damaged, `mismatch` for another facemark's
   */
  static async find(runFolder: string): Promise<Unfinished> {
    const path = join(runFolder, UNFINISHED, SETTINGS);
    if (!existsSync(path)) throw new FacemarkError('bad-option', nothingIn(runFolder));
    const settings = await readSettings(path);
    if (settings.facemark !== version)
      throw new FacemarkError(
        'mismatch',
        `the run in ${runFolder} was begun by facemark ${settings.facemark}, and this is ${version}; expected the same, so that it ends as if it had never stopped: npx facemark@${settings.facemark} train --resume ${runFolder} goes on.`,
      );
    const checkpoint = await readCheckpoint(join(runFolder, UNFINISHED, TRAINING));
    const resumed = { at: new Date().toISOString(), iteration: checkpoint?.history.validation.length ?? 0 };
    return new Unfinished(runFolder, { ...settings, resumed: [...settings.resumed, resumed] }, checkpoint);
  }

  /** What the job was asked for, with paths that hold in this process. */
  get options(): KeptOptions {
    const { cwd, options } = this.settings;
    const { faces, groups } = options;
    const here = (path: string) => (cwd === process.cwd() ? path : resolve(cwd, path));
    return {
      ...options,
      ...(typeof faces === 'string' && { faces: here(faces) }),
      ...(groups !== undefined && { groups: here(groups) }),
    };
  }

  /** Whether its faces were handed over in memory, so that nobody can read them again. */
  get facesInMemory(): boolean {
    return this.settings.facesInMemory;
  }

  /** How far it had come when this process went on with it; undefined where it was begun here. */
  get beginning(): { readonly iteration: number; readonly seconds: number } | undefined {
    const sitting = this.resumed.at(-1);
    return sitting && { iteration: sitting.iteration, seconds: this.progress?.seconds ?? 0 };
  }

  /** When it went on; empty for a job that never stopped. */
  get resumed(): readonly Resumed[] {
    return this.settings.resumed;
  }

  /** Hands over what there is to go on from, once: it is as large as all that a training holds. */
  take(): Checkpoint | undefined {
    const { checkpoint } = this;
    this.checkpoint = undefined;
    return checkpoint;
  }

  /** Keeps a checkpoint in place of the last one; with the first of a sitting, that the job went on. */
  async save(checkpoint: LiveCheckpoint): Promise<void> {
    if (!this.isNoted) await this.note();
    await writeCheckpoint(join(this.runFolder, UNFINISHED, TRAINING), checkpoint);
  }

  /** Whether there is something that a later job could go on from. */
  get isKept(): boolean {
    return existsSync(join(this.runFolder, UNFINISHED, TRAINING));
  }

  /** The job is done, or was given up. */
  remove(): Promise<void> {
    return clearUnfinished(this.runFolder);
  }

  private async note(): Promise<void> {
    const withoutInfinity = (_: string, value: unknown) => (value === Infinity ? undefined : value); // JSON has none
    await writeFileSafely(
      join(this.runFolder, UNFINISHED, SETTINGS),
      `${JSON.stringify(this.settings, withoutInfinity, 2)}\n`,
    );
    this.isNoted = true;
  }
}

function nothingIn(folder: string): string {
  if (!existsSync(folder))
    return `there is no folder ${folder}; expected the run folder of a training that was interrupted.`;
  if (holdsRecord(folder)) return `the run in ${folder} is finished, so there is nothing to go on with.`;
  return `${folder} holds no training that was interrupted; expected the run folder of one, or start it anew without --resume.`;
}

async function readSettings(path: string): Promise<Settings> {
  let settings: Settings;
  try {
    settings = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new FacemarkError(
      'bad-file',
      `${path} cannot be read (${messageOf(cause)}); start the training anew, with --overwrite.`,
      { cause },
    );
  }
  if (settings?.format === FORMAT && settings.formatVersion <= FORMAT_VERSION) return settings;
  throw new FacemarkError(
    'bad-file',
    `${path} is not what facemark ${version} notes of a run; start the training anew, with --overwrite.`,
  );
}
