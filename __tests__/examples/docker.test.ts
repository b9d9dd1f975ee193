/**
 * The Dockerfiles, without Docker: what they copy is here, the scripts they run exist, and what they start becomes healthy, answers and
 * ends as they say. The images themselves and the package manager's steps are not built here.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { node, ROOT } from '../child';
import { photo, tinyBundle } from '../serve/tiny-bundle';
import { withStarted } from './started';

const FOLDER = join(ROOT, 'examples', 'docker');
const files = readdirSync(FOLDER);

interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** The instructions of a Dockerfile: comments dropped, continued lines joined. */
function instructionsOf(file: string): Instruction[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n');
  return lines.filter(Boolean).map((line) => {
    const [, name = '', words = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    return { name, words };
  });
}

const all = (file: string, name: string): string[] =>
  instructionsOf(file)
    .filter((instruction) => instruction.name === name)
    .map(({ words }) => words);
const last = (file: string, name: string): string => all(file, name).at(-1) ?? '';
const command = (words: string): string[] => JSON.parse(words.slice(words.indexOf('[')));

test('there is one for Debian and one for Alpine, which differ in the image they start from', () => {
  expect(files).toEqual(['Dockerfile.alpine', 'Dockerfile.debian']);
  const [alpine, debian] = files.map((file) => instructionsOf(file).filter(({ name }) => name !== 'FROM'));
  expect(alpine).toEqual(debian);
});

describe.each(files)('%s', (file) => {
  test('copies what is in the repository, and from the build what the command needs', () => {
    const copies = all(file, 'COPY').map((words) => words.split(' '));
    const fromHere = copies.filter(([first]) => !first?.startsWith('--from=')).flatMap((words) => words.slice(0, -1));
    expect(fromHere.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const fromBuild = copies.filter(([first]) => first === '--from=build').map(([, path]) => path);
    expect(fromBuild).toEqual(['package.json', 'node_modules', 'dist'].map((path) => `/facemark/${path}`));
  });

  test('installs what the lock file says, without scripts, and runs scripts of the package', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const run of all(file, 'RUN')) {
      const [, script] = /^npm run (\w+)$/.exec(run) ?? [];
      if (script) expect(Object.keys(scripts)).toContain(script);
      else expect(run).toMatch(/^npm (ci|(prune|uninstall) --omit=dev) --ignore-scripts --no-audit --no-fund/);
    }
  });

  test('copies the scripts of .ci/ that the build runs', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const copied = all(file, 'COPY').flatMap((words) => words.split(' '));
    const run: string[] = scripts.build.match(/\.ci\/\S+/g);
    expect(run.filter((path) => !copied.includes(path))).toEqual([]);
  });

  test('runs as a user without rights', () => {
    expect(all(file, 'USER')).toEqual(['node']);
  });

  test('starts a service that its health check finds ready, that answers, and that ends at its stop signal', async () => {
    const { folder } = await tinyBundle('first-net');
    const env = Object.fromEntries(
      last(file, 'ENV')
        .split(' ')
        .map((pair) => pair.split('=') as [string, string]),
    );
    const [program, main, ...args] = command(last(file, 'ENTRYPOINT')) as [string, string, ...string[]];
    expect([program, command(last(file, 'CMD'))]).toEqual(['node', ['/networks/first-net']]);
    const [, ...check] = command(last(file, 'HEALTHCHECK'));
    const exposed = last(file, 'EXPOSE');
    const healthAt = async (port: string) =>
      (await node(check.map((word) => word.replace(`127.0.0.1:${exposed}/`, `127.0.0.1:${port}/`)))).code;
    expect(await healthAt('1')).toBe(1); // nobody listens there

    const started = [join(ROOT, main), ...args, folder, '--workers', '1', '--port', '0'];
    await withStarted(started, env, async (service) => {
      const [, port = ''] = await service.prints(/Serving first-net at http:\/\/127\.0\.0\.1:(\d+) \(wasm;/);
      expect(await healthAt(port)).toBe(0);
      const answer = await fetch(`http://127.0.0.1:${port}/v1/predict`, { method: 'POST', body: photo() as never });
      expect(answer.status).toBe(200);
      expect(await service.stop(last(file, 'STOPSIGNAL') as NodeJS.Signals)).toBe(0);
    });
  });
});
