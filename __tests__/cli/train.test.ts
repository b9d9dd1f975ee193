import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, facemark, ROOT } from '../child';
import { csvOf, tinyFaces } from '../tiny-faces';

const cwd = emptyFolder();
const env = { FACEMARK_BACKEND: 'cpu' };
const run = (...args: string[]) => facemark(args, { cwd, env });
writeFileSync(join(cwd, 'faces.csv'), csvOf(tinyFaces({ count: 40 })));

test('train ends as the tutorial does, then in pixels beside the mean face, then with what to try next', async () => {
  const { code, stdout, stderr } = await run(
    'train',
    'faces.csv',
    '--iterations',
    '30',
    '--hidden',
    '8',
    '--out',
    'a run',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^faces {4}40 from faces\.csv, 8×8, 15 landmarks$/m);
  expect(stdout).toMatch(new RegExp(`^run {6}${join(cwd, 'a run')}$`, 'm'));
  expect(stdout).toMatch(/^split {4}28 train, 12 validate$/m);
  expect(stdout).toMatch(/^labels {3}all 40$/m);
  expect(stdout).toMatch(/^network {2}64-8\(tanh\)-30\(linear\), 790 weights$/m);
  expect(stdout).toMatch(/^backend {2}cpu: FACEMARK_BACKEND$/m);
  expect(stdout).toMatch(/^Minimum validation error \d\.\d{6}E[+-]\d\d @ 29$/m);
  expect(stdout).toMatch(/^Training error @ 29: \d\.\d{6}E[+-]\d\d$/m);
  expect(stdout).toMatch(
    /^RMSE on the 12 validation faces: [\d.]+ px; the mean face's: [\d.]+ px \(\d+ % (better|worse) than it\)$/m,
  );
  expect(stdout).toMatch(
    /^NME [\d.]+ % of the distance of the outer eye corners, above 10 % on [\d.]+ % of the faces; the mean face's: [\d.]+ %, [\d.]+ %\.$/m,
  );
  expect(stdout).toMatch(/^What to try next:\n {2}- /m);
  expect(stdout.endsWith(`All of it:   ${join(cwd, 'a run')}\n`)).toBe(true);
  expect(stderr).toMatch(/^(iteration \d+: training [\d.e-]+, validation [\d.e-]+\n){11}$/);
  expect(readdirSync(join(cwd, 'a run')).sort()).toEqual([
    ...[
      'bundle',
      'curve.png',
      'curve.svg',
      'history.csv',
      'history.json',
      'predictions.png',
      'predictions.svg',
      'run.json',
    ],
    ...['samples.png', 'samples.svg'],
  ]);
});

test('missing labels are counted per landmark, by train and by evaluate', async () => {
  const faces = tinyFaces({ count: 40 });
  for (const face of [3, 5, 8]) faces.points.fill(Number.NaN, face * 30 + 20, face * 30 + 22); // nose_tip
  writeFileSync(join(cwd, 'gaps.csv'), csvOf(faces));
  const trained = await run('train', 'gaps.csv', '--incomplete', 'keep', '--iterations', '3', '--out', 'gaps');
  expect(trained.stdout).toContain('3 rows miss some landmarks; labelled: 40 × 14 landmarks; 37 × nose_tip.\n');
  expect(trained.stdout).toContain('labels   some are missing; the faces that have each landmark:\n');
  expect(trained.stdout).toMatch(/^ {9}left_eye_center +28 +12$/m);
  const [, train, validate] = /^ {9}nose_tip +(\d+) +(\d+)$/m.exec(trained.stdout) ?? [];
  expect(Number(train) + Number(validate)).toBe(37);
  const scored = await run('evaluate', 'gaps/bundle', 'gaps.csv', '--incomplete', 'keep', '--all');
  expect(scored.stdout).toContain('labels   some are missing: the table counts those that are there\n');
  expect(scored.stdout).toMatch(/^nose_tip +37 /m);
  expect(scored.stdout).toMatch(/^mouth_left_corner +40 /m);
});

test('with --json there is one JSON document and nothing else', async () => {
  const { code, stdout, stderr } = await run('train', 'faces.csv', '--iterations', '3', '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ faces: { count: 40 }, run: { stopped: 'finished' } });
});

test('piped output has no colours and no cursor movements', async () => {
  const { stdout, stderr } = await run('train', 'faces.csv', '--iterations', '3');
  expect(stdout + stderr).not.toContain('\u001b');
});

test.each([
  [['train', 'nowhere.csv'], /^facemark: there is no file nowhere\.csv; check the path\.\n$/],
  [
    ['train', 'faces.csv', '--iterations', '0'],
    /^facemark: iterations is 0; expected a whole number of at least 1\.\n$/,
  ],
  [
    ['train', 'faces.csv', '--iterations', 'x'],
    /^error: option '--iterations <n>' argument 'x' is invalid\. Expected a whole number, not below 0\.\n/,
  ],
  [
    ['train', 'faces.csv', '--learning-rate', 'fast'],
    /^error: option '--learning-rate <eta>' argument 'fast' is invalid\. Expected a number\.\n/,
  ],
  [['train', 'faces.csv', '--hidden', '100,50'], /Expected units such as 100, or of several layers: 100-50\.\n/],
  [['train', 'faces.csv', '--activation', 'tan'], /Allowed choices are tanh, sigmoid, relu/],
  [
    ['train', 'faces.csv', '--iteration', '5'],
    /^error: unknown option '--iteration'\n\(Did you mean --iterations\?\)\n/,
  ],
  [['train', 'faces.csv', 'more.csv'], /^error: too many arguments for 'train'\./],
  [['frain'], /^error: unknown command 'frain'\n\(Did you mean train\?\)\n/],
  [['train', 'faces.csv', '--backend', 'tensorflaw'], /Allowed choices are tensorflow, wasm, cpu\./],
])('%j is a mistake of the user: a line on standard error, exit code 2', async (args, sentence) => {
  const { code, stdout, stderr } = await run(...args);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain('    at ');
  expect([code, stdout]).toEqual([2, '']);
});

test('a reader that goes away does not end the training', async () => {
  const command = `"${process.execPath}" "${join(ROOT, 'dist', 'cli', 'main.js')}" train faces.csv --iterations 30 --out muted | head -n 1`;
  execFileSync('sh', ['-c', command], { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  expect(existsSync(join(cwd, 'muted', 'run.json'))).toBe(true);
});

test('a mistake in the place of the results is told before the work', async () => {
  const { code, stdout, stderr } = await run('train', 'faces.csv', '--out', 'faces.csv/run');
  expect(stderr).toMatch(
    /^facemark: the run folder .*run cannot be made: a file stands in its way; choose another place\.\n$/,
  );
  expect([code, stdout]).toEqual([2, '']);
});

test('a signal before training began leaves nothing, and its own exit code', async () => {
  const args = [join(ROOT, 'dist', 'cli', 'main.js'), 'train', '--count', '60', '--out', 'never'];
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } });
  child.stderr.once('data', () => child.kill('SIGTERM')); // the faces are being drawn
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(143);
  expect(existsSync(join(cwd, 'never'))).toBe(false);
});

test('Ctrl-C leaves the state of the last iteration and says where', async () => {
  const args = [
    join(ROOT, 'dist', 'cli', 'main.js'),
    'train',
    'faces.csv',
    '--iterations',
    '1000000',
    '--out',
    'stopped',
  ];
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } });
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.once('data', () => child.kill('SIGINT')); // the first line of progress
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  expect(stdout).toMatch(/Stopped by hand after \d+ of 1000000 iterations; these are its results\./);
  expect(stdout).toContain(`All of it:   ${join(cwd, 'stopped')}`);
  expect(existsSync(join(cwd, 'stopped', 'run.json'))).toBe(true);
  expect(stdout).toMatch(/^To go on: {4}facemark train --resume .*stopped$/m);
  expect(existsSync(join(cwd, 'stopped', 'checkpoint', 'training.bin'))).toBe(true);
});

test('--help tells every setting with examples, and loads no tfjs at the top', async () => {
  const top = await run('--help');
  expect([top.code, top.stderr]).toEqual([0, '']);
  expect(top.stdout).toMatch(/^ {2}train /m);
  const { code, stdout } = await run('train', '--help');
  expect(code).toBe(0);
  for (const option of ['--learning-rate <eta>', '--groups <file>', '--json', 'Examples:'])
    expect(stdout).toContain(option);
});

test('the help and the version of facemark need no tfjs', async () => {
  const trap = join(cwd, 'trap.cjs');
  writeFileSync(
    trap,
    `const Module = require('node:module');
     const load = Module._load;
     Module._load = (name, ...rest) => { if (name.includes('tensorflow')) throw new Error('loaded ' + name); return load(name, ...rest); };`,
  );
  for (const flag of ['--help', '--version']) {
    const { code, stderr } = await facemark([flag], { cwd, env: { NODE_OPTIONS: `--require "${trap}"` } });
    expect([code, stderr]).toEqual([0, '']);
  }
});

test('options that are typed go before those of a preset, and the defaults in --help do not', async () => {
  const args = ['train', 'faces.csv', '--preset', 'improved', '--iterations', '2', '--hidden', '4', '--json'];
  const { code, stdout } = await run(...args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).options).toMatchObject({
    ...{ preset: 'improved', iterations: 2, hiddenUnits: [4] },
    ...{ optimizer: 'adam', schedule: 'oneCycle', centre: 'perCoordinate', standardize: true },
  });
});

test('what a preset switches on can be switched off beside it', async () => {
  const args = ['train', 'faces.csv', '--preset', 'improved', '--iterations', '1', '--hidden', '4', '--json'];
  const { code, stdout } = await run(...args, '--no-augment', '--no-standardize', '--no-bias', '--restore-best');
  expect(code).toBe(0);
  const { options } = JSON.parse(stdout);
  expect(options).toMatchObject({ optimizer: 'adam', standardize: false, bias: false, restoreBest: true });
  expect(options).not.toHaveProperty('augment');
});

test('the command trains convolutional networks', async () => {
  const { code, stdout } = await run(
    'train',
    'faces.csv',
    '--network',
    'compact',
    '--channels',
    '2',
    '--iterations',
    '1',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^network {2}64-standardized-conv\(2\)\/2-separable\(4\)\/2-.*-30\(linear\), \d,\d{3} weights$/m,
  );
});

test('a run that was killed goes on with --resume and ends as if nothing had happened', async () => {
  const asked = ['train', 'faces.csv', '--iterations', '300', '--hidden', '8', '--solver', 'dual-ops', '--out'];
  await run(...asked, 'whole');
  const args = [join(ROOT, 'dist', 'cli', 'main.js'), ...asked, 'killed', '--checkpoint-every', '0'];
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } });
  child.stderr.on('data', (text) => String(text).includes('iteration 60:') && child.kill('SIGKILL'));
  expect(await new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)))).toBe('SIGKILL');
  const { code, stdout } = await run('train', '--resume', 'killed', '--checkpoint-every', '60');
  expect(code).toBe(0);
  const [, iteration] = /^run {6}.*killed: goes on with iteration (\d+), after \d+\.\d s$/m.exec(stdout) ?? [];
  expect(Number(iteration)).toBeGreaterThanOrEqual(60);
  expect(readFileSync(join(cwd, 'killed', 'history.csv'))).toEqual(readFileSync(join(cwd, 'whole', 'history.csv')));
  expect(readdirSync(join(cwd, 'killed', 'bundle')).sort()).toEqual(readdirSync(join(cwd, 'whole', 'bundle')).sort());
});

test.each([
  [
    ['faces.csv', '--learning-rate', '0.1', '--resume', 'whole'],
    /^facemark: --resume takes its settings from the run, so --learning-rate must not stand beside it; expected --resume alone, with --threads, --checkpoint-every or --json, or with the faces \(and --groups\) where they were moved\.\n$/,
  ],
  [
    ['--no-augment', '--resume', 'whole'],
    /^facemark: --resume takes its settings from the run, so --no-augment must not stand beside it;/,
  ],
  [['--resume', 'whole'], /^facemark: the run in .*whole is finished, so there is nothing to go on with\.\n$/],
])('train %j is a mistake of the user', async (args, sentence) => {
  const { code, stdout, stderr } = await run('train', ...args);
  expect(stderr).toMatch(sentence);
  expect([code, stdout]).toEqual([2, '']);
});
