import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, facemark } from '../child';
import { csvOf, tinyFaces } from '../tiny-faces';

const cwd = emptyFolder();
const env = { FACEMARK_BACKEND: 'cpu' };
const run = (...args: string[]) => facemark(args, { cwd, env });
const faces = tinyFaces({ count: 40 });
writeFileSync(join(cwd, 'faces.csv'), csvOf(faces));
writeFileSync(join(cwd, 'others.csv'), csvOf(tinyFaces({ count: 15, seed: 9 })));
const unlabelled = csvOf(faces)
  .split('\n')
  .filter(Boolean)
  .map((line, i) => `${i === 0 ? 'ImageId' : `face ${i}`},${line.split(',').at(-1)}`);
writeFileSync(join(cwd, 'test.csv'), `${unlabelled.join('\n')}\n`);

beforeAll(async () => {
  const { code } = await run('train', 'faces.csv', '--iterations', '30', '--hidden', '8', '--out', 'net');
  expect(code).toBe(0);
});

describe('evaluate', () => {
  test('leaves out the faces that the network was trained on, whichever file they stand in', async () => {
    const { stdout, code } = await run('evaluate', 'net/bundle', 'faces.csv');
    expect(code).toBe(0);
    expect(stdout).toContain('left out: 28 faces that the network was trained on (--all scores them too)');
    const trained = JSON.parse(readFileSync(join(cwd, 'net', 'run.json'), 'utf8'));
    expect(stdout).toContain(`RMSE on the 12 faces it was not trained on: ${trained.scores.rmsePx.toFixed(2)} px`);
    expect(stdout).toMatch(/^nose_tip +12 +[\d.]+ +[\d.]+$/m);
    expect(stdout).toMatch(/^labels {3}all 12$/m);
  });

  test('knows them in another file too, and refuses a file of nothing else', async () => {
    const trained = JSON.parse(readFileSync(join(cwd, 'net', 'run.json'), 'utf8'));
    const [header, ...rows] = csvOf(faces).trim().split('\n') as [string, ...string[]];
    const mixed = rows.filter((_, row) => row % 2 === 0);
    writeFileSync(join(cwd, 'mixed.csv'), [header, ...mixed, ''].join('\n'));
    const seen = mixed.length - trained.validationRows.filter((row: number) => row % 2 === 0).length;
    expect(JSON.parse((await run('evaluate', 'net/bundle', 'mixed.csv', '--json')).stdout)).toMatchObject({
      leftOut: seen,
    });
    const only = rows.filter((_, row) => !trained.validationRows.includes(row));
    writeFileSync(join(cwd, 'only.csv'), [header, ...only, ''].join('\n'));
    expect((await run('evaluate', 'net/bundle', 'only.csv')).stderr).toBe(
      'facemark: the network was trained on every one of these 28 faces, so they cannot tell how good it is; bring others, or score these all the same (all: true, --all).\n',
    );
  });

  test('scores all of another file, or all when asked to', async () => {
    const other = JSON.parse((await run('evaluate', 'net/bundle', 'others.csv', '--json')).stdout);
    expect(other).toMatchObject({ leftOut: 0, scores: { count: 15 } });
    const all = JSON.parse((await run('evaluate', 'net/bundle', 'faces.csv', '--all', '--json')).stdout);
    expect(all).toMatchObject({ leftOut: 0, scores: { count: 40 } });
  });

  test('refuses what is no bundle', async () => {
    const { code, stderr } = await run('evaluate', 'nowhere', 'faces.csv');
    expect([code, stderr]).toEqual([
      2,
      'facemark: there is no folder nowhere; expected a bundle: a folder with model.json, facemark.json and weights.\n',
    ]);
  });
});

describe('predict', () => {
  test('prints a table of landmarks for faces without labels, by their ImageId', async () => {
    const { stdout, code } = await run('predict', 'net/bundle', 'test.csv');
    expect(code).toBe(0);
    const [header, first, ...rest] = stdout.trim().split('\n') as [string, string, ...string[]];
    expect(header.split(',').slice(0, 3)).toEqual(['ImageId', 'left_eye_center_x', 'left_eye_center_y']);
    expect(first).toMatch(/^face 1(,-?\d+\.\d{3}){30}$/);
    expect(rest).toHaveLength(39);
  });

  test('writes a file and a picture, or JSON', async () => {
    const { stdout, stderr } = await run(
      'predict',
      'net/bundle',
      'faces.csv',
      '--out',
      'a/points.json',
      '--draw',
      'a/sheet.png',
    );
    expect(stdout).toBe('Landmarks of 40 faces: a/points.json\n');
    expect(stderr).toContain('Picture: a/sheet.png\n');
    expect(existsSync(join(cwd, 'a', 'sheet.svg'))).toBe(true);
    const points = JSON.parse(readFileSync(join(cwd, 'a', 'points.json'), 'utf8'));
    expect(points[0]).toEqual({
      id: '0',
      landmarks: expect.objectContaining({ nose_tip: { x: expect.any(Number), y: expect.any(Number) } }),
    });
    expect(JSON.parse((await run('predict', 'net/bundle', 'faces.csv', '--json')).stdout)).toEqual(points);
  });
});

test('a network for landmarks of its own is drawn over faces without labels, and with others', async () => {
  writeFileSync(join(cwd, 'own.csv'), csvOf(tinyFaces({ count: 20, landmarks: ['nose', 'chin'] })));
  const trained = await run('train', 'own.csv', '--iterations', '5', '--hidden', '4', '--out', 'own');
  expect(trained.code).toBe(0);
  for (const file of ['test.csv', 'faces.csv']) {
    const { code, stderr } = await run('predict', 'own/bundle', file, '--out', 'own.json', '--draw', 'own.png');
    expect(code).toBe(0);
    expect(stderr).toContain('Picture: own.png\n');
    const svg = readFileSync(join(cwd, 'own.svg'), 'utf8');
    expect(svg.match(/class="predicted"/g)).toHaveLength(24 * 2 + 1); // and the legend
    expect(svg).not.toContain('class="truth"');
  }
});

test.each([
  [
    ['predict', 'net/bundle', 'test.csv', '--out', './test.csv'],
    './test.csv is the file of the faces; expected another one for their landmarks.',
  ],
  [
    ['predict', 'net/bundle', 'test.csv', '--out', 'points.txt'],
    'points.txt ends in neither .csv nor .json; expected one of the two, by which the form is chosen.',
  ],
  [
    ['predict', 'net/bundle', 'test.csv', '--draw', 'a.jpg'],
    'a.jpg ends in .jpg; expected .png or .svg: both are written.',
  ],
  [['show', 'faces.csv', '--out', 'net'], 'net is a folder; expected the name of a picture, such as net/faces.png.'],
  [
    ['show', 'faces.csv', '--limit', '5000'],
    'limit is 5000; expected a whole number of at least 1 and of at most 600.',
  ],
  [
    ['synth', '--count', '1', '--out', 'faces.csv'],
    'faces.csv is there already; choose another name, or replace it with --overwrite.',
  ],
  [['train', 'faces.csv', '--count', '5'], 'count is for synthetic faces; expected it without a file of faces.'],
  [
    ['train', 'faces.csv', '--groups-column', 'who'],
    'groupsColumn is who and there are no groups; expected the file with that column (groups, --groups).',
  ],
  [
    ['evaluate', 'net', 'faces.csv'],
    'net has no facemark.json, so it is no facemark bundle; expected a folder that facemark train or saveBundle has left: net/bundle.',
  ],
  [
    ['predict', 'faces.csv', 'net/bundle'],
    'faces.csv is a file; expected a bundle: a folder with model.json, facemark.json and weights.',
  ],
])('%j is refused, and nothing is lost', async (args, sentence) => {
  const before = readFileSync(join(cwd, 'test.csv'));
  const { code, stderr } = await run(...args);
  expect([code, stderr]).toEqual([2, `facemark: ${sentence}\n`]);
  expect(readFileSync(join(cwd, 'test.csv'))).toEqual(before);
});

describe('compare', () => {
  test('ends in one table, one chart and one CSV', async () => {
    const { stdout, code } = await run(
      'compare',
      'faces.csv',
      '--hidden',
      '4,8-6',
      '--activation',
      'tanh,relu',
      '--iterations',
      '20',
      '--out',
      'cmp',
    );
    expect(code).toBe(0);
    for (const name of ['hidden 4, tanh', 'hidden 4, relu', 'hidden 8-6, tanh', 'hidden 8-6, relu', 'the mean face'])
      expect(stdout).toMatch(new RegExp(`^${name} +.*px`, 'm'));
    expect(stdout.match(/ \*/g)).toHaveLength(1); // the best
    expect(existsSync(join(cwd, 'cmp', 'comparison.png'))).toBe(true);
    expect(
      readFileSync(join(cwd, 'cmp', 'comparison.csv'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(5);
  });

  test('a network that diverges does not end the comparison', async () => {
    const { stdout, code } = await run(
      'compare',
      'faces.csv',
      '--activation',
      'linear',
      '--learning-rate',
      '0.01,500',
      '--iterations',
      '30',
      '--out',
      'div',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^rate 0\.01 +\d.*px \*/m);
    expect(stdout).toMatch(/^rate 500 +training diverged at iteration \d+$/m);
  });

  test('nothing but diverged networks is said in words', async () => {
    const rates = ['--activation', 'linear', '--learning-rate', '500,600', '--iterations', '30'];
    const { stdout, code } = await run('compare', 'faces.csv', ...rates, '--out', 'all-div');
    expect(code).toBe(0);
    expect(stdout).toContain('Every network diverged: try smaller learning rates.');
    expect(stdout).not.toMatch(/NaN|mean face +\d/);
  });

  test('one network is called by its settings, and equal ones are trained once', async () => {
    const { stdout } = await run('compare', 'faces.csv', '--hidden', '5,5', '--iterations', '5', '--out', 'one');
    expect(stdout.match(/^hidden 5, 5 iterations +.*px/gm)).toHaveLength(1);
  });

  test('refuses more networks than a chart can show, and values that are none', async () => {
    const many = Array.from({ length: 49 }, (_, i) => i + 1).join(',');
    expect((await run('compare', 'faces.csv', '--hidden', many)).stderr).toBe(
      'facemark: these settings make 49 networks; expected at most 48: give fewer values.\n',
    );
    expect((await run('compare', 'faces.csv', '--activation', 'tanh,tan')).stderr).toContain(
      'Allowed choices are tanh, sigmoid,',
    );
  });
});

test('show draws a sheet of the faces asked for', async () => {
  const { stdout } = await run('show', 'faces.csv', '--from', '36', '--out', 'sheet.svg');
  expect(stdout).toContain('Picture: sheet.png\n');
  expect(readFileSync(join(cwd, 'sheet.svg'), 'utf8').match(/<image/g)).toHaveLength(4);
  expect((await run('show', 'faces.csv', '--from', '40')).stderr).toBe(
    'facemark: there is no face to show from 40 on; the file has 40, counted from 0.\n',
  );
});

test('synth writes the same faces for the same seed', async () => {
  for (const out of ['a.csv', 'b.csv'])
    expect((await run('synth', '--count', '3', '--size', '16', '--out', out)).code).toBe(0);
  expect(readFileSync(join(cwd, 'a.csv'))).toEqual(readFileSync(join(cwd, 'b.csv')));
  expect((await run('show', 'a.csv')).code).toBe(0);
});

test('every command has help with examples', async () => {
  const top = (await run('--help')).stdout;
  const names = [...top.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).filter((name) => name !== 'help');
  expect(names).toEqual([
    'train',
    'compare',
    'evaluate',
    'predict',
    'serve',
    'show',
    'synth',
    'doctor',
    'native',
    'completion',
  ]);
  for (const name of names) expect((await run(name as string, '--help')).stdout).toMatch(/Examples:\n {2}\$ /);
});

test('the Tab key completes commands, options and choices', async () => {
  const { stdout } = await run('completion');
  writeFileSync(join(cwd, 'completion.sh'), stdout);
  const complete = (...words: string[]) =>
    execFileSync(
      'bash',
      [
        '-c',
        `source completion.sh; COMP_WORDS=(facemark ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _facemark; echo "\${COMPREPLY[*]}"`,
      ],
      { cwd, encoding: 'utf8' },
    ).trim();
  expect(complete('c')).toBe('compare completion');
  expect(complete('train', '--act')).toBe('--activation');
  expect(complete('train', '--activation', 's')).toBe('sigmoid selu softplus softsign');
  expect(complete('train', 'fa')).toBe(''); // left to the shell: file names
});
