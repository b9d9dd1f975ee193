/** Finds out once for all test files which backends work on this machine; `working-backends.ts` tells them. */

import { node } from './child';

export default async function findWorkingBackends(): Promise<void> {
  // In a process of its own: what this one has on its global object, tfjs's engine among it, Jest gives to every test.
  const script = `require('./dist/backend/tfjs-node').tfjsNodeState().then(({ state }) => console.log(state))`;
  const { stdout } = await node(['-e', script]);
  process.env.FACEMARK_TEST_BACKENDS = stdout.trim() === 'works' ? 'cpu wasm tensorflow' : 'cpu wasm';
}
