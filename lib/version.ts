/** facemark's own version, read from its package.json, which stands above both lib/ and dist/. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const version: string = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')).version;

/** What a network was made with, for its record. */
export function softwareVersions(tfjs: string) {
  return { facemark: version, tfjs, node: process.versions.node };
}
