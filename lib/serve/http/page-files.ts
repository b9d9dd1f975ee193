/** The files of the page: what `npm run build` has made of `lib/serve/page/`, and TensorFlow.js for browsers; read once, kept in memory. */

import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { BROWSER_SCRIPTS, browserScript } from '../../backend/browser-scripts';
import { compiled, sha256 } from '../../files';

export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Of its content: a browser that has it is answered 304. */
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** All files by name. A request asks this table and never the disk, so no path leads out of it. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = compiled('serve/page');
  const own = readdirSync(folder).map((name) => [name, join(folder, name)] as const);
  const scripts = Object.keys(BROWSER_SCRIPTS).map((name) => [name, browserScript(name)] as const);
  return new Map([...own, ...scripts].map(([name, path]) => [name, readPageFile(name, path)]));
}

function readPageFile(name: string, path: string): PageFile {
  const bytes = readFileSync(path);
  return { bytes, type: TYPES[extname(name)] as string, etag: `"${sha256(bytes)}"` };
}
