/** Finds out once for all test files which backends work on this machine, for `working-backends.ts`, and makes the folder of their folders. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node } from './child';

export default async function setUp(): Promise<void> {
  process.env.FACEMARK_TEST_FOLDERS = mkdtempSync(join(tmpdir(), 'facemark-tests-'));
  // In a process of its own: what this one has on its global object, tfjs's engine among it, Jest gives to every test.
  const script = `require('./dist/backend/tfjs-node').tfjsNodeState().then(({ state }) => console.log(state))`;
  const { stdout } = await node(['-e', script]);
  process.env.FACEMARK_TEST_BACKENDS = stdout.trim() === 'works' ? 'cpu wasm tensorflow' : 'cpu wasm';
}
