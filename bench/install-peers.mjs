/** Makes a virtual environment for the peers in Python and installs peers/requirements.txt in it: some GB of disk. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** @throws Error when Python or pip fails */
export function installPeers(folder) {
  run('python3', ['-m', 'venv', folder]);
  const requirements = join(import.meta.dirname, 'peers', 'requirements.txt');
  run(join(folder, 'bin', 'python'), [
    '-m',
    'pip',
    'install',
    '--retries',
    '1',
    '--progress-bar',
    'off',
    '-r',
    requirements,
  ]);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}
