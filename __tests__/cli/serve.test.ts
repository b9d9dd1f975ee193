import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { emptyFolder, facemark, ROOT } from '../child';
import { photo, tinyBundle } from '../serve/tiny-bundle';

const env = { ...process.env, FACEMARK_BACKEND: 'cpu', FACEMARK_TOKEN: '' };
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts `facemark serve`; resolves when it says where. */
async function start(args: readonly string[]) {
  const command = [join(ROOT, 'dist', 'cli', 'main.js'), 'serve', ...args, '--port', '0', '--workers', '1'];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
  const said = createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([once(said, 'line'), exited]);
  const url = / at (http:\S+) /.exec(stderr[0] ?? '')?.[1] as string;
  return { child, url, stdout, stderr, exited };
}

/** Predictions that have come in so far, those that are answered included. */
async function cameIn(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = text.matchAll(/^facemark_http_requests_(?:total\{route="\/v1\/predict".*\}|inside) (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

let folder: string;
beforeAll(async () => {
  ({ folder } = await tinyBundle('net'));
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s lets it answer what came in, and exit 0', async (signal) => {
  const { child, url, stdout, stderr, exited } = await start([`best=${folder}`]);
  expect(stderr[0]).toMatch(/^Serving best at http:\/\/127\.0\.0\.1:\d+ \(cpu; workers: 1, each a process\)\.$/);
  const ask = () => fetch(`${url}/v1/predict`, { method: 'POST', body: photo(300, 300) });
  const first = await ask();
  expect(await first.json()).toMatchObject({ model: 'best', width: 300, faces: [{ box: { width: 300 } }] });
  const asked = Array.from({ length: 5 }, ask);
  while ((await cameIn(url)) < 1 + asked.length); // what has not is still the kernel's, which hangs up when nobody listens any more
  child.kill(signal);
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
  expect(await exited).toEqual([0, null]);
  for (const line of stdout) expect(JSON.parse(line)).toHaveProperty('msg');
  expect(stderr.slice(1)).toEqual([
    `  ${url}/ is a page to try it.`,
    `  curl --data-binary @photo.jpg ${url}/v1/predict`,
    'Answering what came in; once more ends it at once.',
  ]);
});

test('the token comes from a file, and the log can be silent', async () => {
  const file = join(emptyFolder(), 'token.txt');
  writeFileSync(file, 'open-sesame\n');
  const { child, url, stdout, exited } = await start([folder, '--token-file', file, '--log-level', 'silent']);
  expect((await fetch(`${url}/v2`)).status).toBe(401);
  expect((await fetch(`${url}/v2`, { headers: { authorization: 'Bearer open-sesame' } })).status).toBe(200);
  child.kill('SIGTERM');
  await exited;
  expect(stdout).toEqual([]);
});

test.each([
  [['nowhere'], 'there is no folder nowhere; expected a bundle: a folder with model.json, facemark.json and weights.'],
  [['a/net', 'b/net'], 'two bundles are called net: a/net and b/net; give one of them another name: NAME=b/net.'],
  [['bad name=a/net'], '"bad name" cannot be the name of a network; expected letters, digits, "_", "." and "-".'],
  [['a', '--port', '99999'], 'port is 99999; expected a whole number of at least 0 and of at most 65535.'],
])('%j is refused in a sentence', async (args, sentence) => {
  const { code, stderr } = await facemark(['serve', ...args], { env: { FACEMARK_BACKEND: 'cpu' } });
  expect([code, stderr]).toEqual([2, `facemark: ${sentence}\n`]);
});
