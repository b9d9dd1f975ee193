/** Node in a process of its own, with the built facemark: for what only a fresh process can show. */

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(__dirname, '..');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `node …args`; FACEMARK_BACKEND is unset unless `env` sets it. */
export function node(
  args: readonly string[],
  { cwd = ROOT, env = {} as Record<string, string> } = {},
): Promise<Outcome> {
  const { FACEMARK_BACKEND: _, NODE_OPTIONS: __, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env: { ...rest, ...env }, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

/** Runs the command. */
export function facemark(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  return node([join(ROOT, 'dist', 'cli', 'main.js'), ...args], options);
}

/** A new empty folder; it goes when all tests are done. */
export function emptyFolder(): string {
  return realpathSync(mkdtempSync(join(process.env.FACEMARK_TEST_FOLDERS as string, 'facemark test ')));
}

/**
 * A folder with the built facemark installed in it beside the real dependencies, except @tensorflow/tfjs-node, which is what
 * `files` says: paths inside that package and their contents; none for a machine without it.
 */
export function installation(files: Record<string, string> = {}): string {
  const folder = emptyFolder();
  const modules = join(folder, 'node_modules');
  cpSync(join(ROOT, 'dist'), join(modules, 'facemark', 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(modules, 'facemark', 'package.json'));
  const link = (name: string) => symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (!name.startsWith('.') && name !== '@tensorflow') link(name);
  mkdirSync(join(modules, '@tensorflow'));
  for (const name of readdirSync(join(ROOT, 'node_modules', '@tensorflow')))
    if (name !== 'tfjs-node') link(join('@tensorflow', name));
  writeFiles(join(modules, '@tensorflow', 'tfjs-node'), files);
  return folder;
}

/** Writes files below a folder, by their paths in it. */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
