import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { emptyFolder, facemark, ROOT } from '../child';
import { csvOf, tinyFaces } from '../tiny-faces';

const cwd = emptyFolder();
const env = { FACEMARK_BACKEND: 'cpu' };
const run = (...args: string[]) => facemark(args, { cwd, env });
const predict = (...args: string[]) => run('predict', 'net/bundle', ...args);
const faces = tinyFaces({ count: 40 });
const LINE = /^[^,]+,0(,-?[\d.]+){4}(,-?\d+\.\d{3}){30}$/;

beforeAll(async () => {
  writeFileSync(join(cwd, 'faces.csv'), csvOf(faces));
  expect((await run('train', 'faces.csv', '--iterations', '5', '--hidden', '4', '--out', 'net')).code).toBe(0);
  mkdirSync(join(cwd, 'photos', 'more'), { recursive: true });
  const photo = (face: number) =>
    sharp(faces.pixels.slice(face * 64, (face + 1) * 64), { raw: { width: 8, height: 8, channels: 1 } });
  await photo(0)
    .resize(200, 100, { fit: 'fill' })
    .toFile(join(cwd, 'photos', 'photo2.png'));
  await photo(1)
    .resize(80, 80)
    .toFile(join(cwd, 'photos', 'photo10.jpg'));
  writeFileSync(join(cwd, 'photos', 'more', 'no ending'), await photo(2).webp().toBuffer());
  writeFileSync(join(cwd, 'photos', 'notes.txt'), 'no photo, and passed over');
  mkdirSync(join(cwd, 'broken'));
  await photo(3).toFile(join(cwd, 'broken', 'a.png'));
  writeFileSync(join(cwd, 'broken', 'b.jpg'), 'text');
  writeFileSync(join(cwd, 'broken', 'c.png'), readFileSync(join(cwd, 'photos', 'photo2.png')).subarray(0, 300));
  await photo(4).toFile(join(cwd, 'broken', 'd.png'));
  mkdirSync(join(cwd, 'empty'));
});

test('one photo is a table of one line, in its own pixels', async () => {
  const { stdout, stderr, code } = await predict('photos/photo2.png', '--box', '20,10,160,80');
  expect([stderr, code]).toEqual(['', 0]);
  const [header, line, ...rest] = stdout.trim().split('\n') as [string, string];
  expect(header.split(',').slice(0, 8)).toEqual([
    ...['photo', 'face', 'box_x', 'box_y', 'box_width', 'box_height'],
    ...['left_eye_center_x', 'left_eye_center_y'],
  ]);
  expect(line).toMatch(LINE);
  expect(line.startsWith('photos/photo2.png,0,20,10,160,80,')).toBe(true);
  expect(rest).toEqual([]);
});

test('--out with the ending of a picture draws the one photo', async () => {
  const { stdout, stderr, code } = await predict('photos/photo2.png', '--out', 'a/drawn.png');
  expect([stdout, stderr, code]).toEqual(['Landmarks of 1 face in 1 photo: a/drawn.png\n', '', 0]);
  expect(await sharp(join(cwd, 'a', 'drawn.png')).metadata()).toMatchObject({ width: 600, height: 300 });
  expect(readFileSync(join(cwd, 'a', 'drawn.svg'), 'utf8').match(/class="predicted"/g)).toHaveLength(15);
});

test('a folder is all of its photos by name, subfolders too; what is no photo is passed over', async () => {
  const { stdout, stderr, code } = await predict('photos', '--out', 'all.json', '--draw', 'photos/drawn');
  expect([stdout, stderr, code]).toEqual([
    'Landmarks of 3 faces in 3 photos: all.json\n',
    'Pictures: 3 in photos/drawn\n',
    0,
  ]);
  const all = JSON.parse(readFileSync(join(cwd, 'all.json'), 'utf8'));
  expect(
    all.map(({ photo, picture, width, height }: Record<string, unknown>) => [photo, picture, width, height]),
  ).toEqual([
    ['photos/more/no ending', 'photos/drawn/no ending.png', 8, 8],
    ['photos/photo2.png', 'photos/drawn/photo2.png', 200, 100],
    ['photos/photo10.jpg', 'photos/drawn/photo10.png', 80, 80],
  ]);
  expect(all[1].faces[0].landmarks.nose_tip).toEqual({ x: expect.any(Number), y: expect.any(Number) });
  expect(readdirSync(join(cwd, 'photos', 'drawn'))).toHaveLength(6);
  // The drawings are no photos of the next run.
  expect(JSON.parse((await predict('photos', '--json', '--draw', 'photos/drawn')).stdout)).toEqual(all);
});

test('a pattern and standard input', async () => {
  const { stdout } = await predict('photos/*.{png,jpg}');
  expect(
    stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]),
  ).toEqual(['photos/photo2.png', 'photos/photo10.jpg']);
  const command = `"${process.execPath}" "${join(ROOT, 'dist', 'cli', 'main.js')}" predict net/bundle -`;
  const pipe = (file: string) =>
    execFileSync('sh', ['-c', `${command} < ${file} 2>&1 || true`], {
      ...{ cwd, env: { ...process.env, ...env }, encoding: 'utf8' },
    });
  const piped = pipe('photos/photo10.jpg');
  expect(piped.split('\n')[1]).toBe(stdout.split('\n')[2]?.replace('photos/photo10.jpg', 'standard input'));
  expect(pipe('/dev/null')).toBe(
    'facemark: standard input is empty; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.\n',
  );
});

test('drawings may lie above the folder of the photos', async () => {
  mkdirSync(join(cwd, 'album'));
  copyFileSync(join(cwd, 'photos', 'photo2.png'), join(cwd, 'album', 'five.png'));
  const { stderr, code } = await predict('album', '--out', 'above.csv', '--draw', '.');
  expect([stderr, code]).toEqual(['Picture: five.png\n', 0]);
});

test('bad photos are listed at the end, the exit code says so, and the others are there', async () => {
  const { stdout, stderr, code } = await predict('broken', 'nowhere.jpg');
  expect(code).toBe(2);
  expect(
    stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]),
  ).toEqual(['broken/a.png', 'broken/d.png']);
  expect(stderr).toMatch(
    /^facemark: 3 of 5 photos could not be used:\n {2}broken\/b\.jpg is text; expected a picture: .+\.\n {2}broken\/c\.png is a cut off or damaged PNG \(.+\); save or copy it again\.\n {2}there is no file nowhere\.jpg; check the path\.\n$/,
  );
  const json = await predict('broken', '--json');
  expect([json.stderr, json.code]).toEqual(['', 2]);
  const answers = JSON.parse(json.stdout);
  expect(answers.map(({ photo, error }: Record<string, unknown>) => [photo, error === undefined])).toEqual([
    ['broken/a.png', true],
    ['broken/d.png', true],
    ['broken/b.jpg', false],
    ['broken/c.png', false],
  ]);
});

test('many photos show how far they have come', async () => {
  const { stderr, code } = await predict(...Array(40).fill('photos/photo2.png'), '--out', 'many.csv');
  expect(code).toBe(0);
  expect(stderr).toBe(Array.from({ length: 10 }, (_, i) => `photos: ${(i + 1) * 4} of 40\n`).join(''));
});

test('photos of one name are drawn under names of their own', async () => {
  await predict('photos/photo2.png', './photos/photo2.png', '--draw', 'twice', '--out', 'twice.csv');
  expect(readdirSync(join(cwd, 'twice')).filter((name) => name.endsWith('.png'))).toEqual([
    'photo2-2.png',
    'photo2.png',
  ]);
});

test.each([
  [['nowhere.png'], 'there is no file nowhere.png; check the path.'],
  [['broken/b.jpg'], 'broken/b.jpg is text; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.'],
  [['empty'], 'empty has no photo in it; expected some: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.'],
  [['no/*.jpg'], 'no file is like no/*.jpg; check the pattern.'],
  [
    ['photos/photo2.png', '--out', 'drawn.jpg'],
    'drawn.jpg ends in none of .csv, .json, .png and .svg; expected a table (.csv, .json) or a picture of one photo (.png, .svg).',
  ],
  [
    ['broken', '--out', 'drawn.png'],
    'drawn.png is one picture and there are 4 photos; expected a folder for their drawings (draw, --draw FOLDER), or a table (.csv, .json).',
  ],
  [
    ['photos/photo2.png', '--draw', 'photos'],
    'the drawing photos/photo2.png would replace a photo; choose another place for it.',
  ],
  [
    ['photos', '--draw', './photos/'],
    'the drawings would lie among the photos of photos, and be photos the next time; choose another folder, such as photos/drawn.',
  ],
  [
    ['photos/photo2.png', '--draw', 'faces.csv'],
    'faces.csv is a file; expected a folder for the drawings, or a name in .png.',
  ],
  [
    ['photos/photo2.png', '--box', '500,0,10,10'],
    'photos/photo2.png: the box (x 500, y 0, 10×10) lies outside of the picture, which is 200×100; expected one that covers some of it.',
  ],
  [
    ['photos/photo2.png', '--max-megapixels', '0.01'],
    'photos/photo2.png has 200×100 pixels; expected at most 0.01 megapixels (limits.maxMegapixels, --max-megapixels).',
  ],
  [['photos', '--swap-left-right'], '--swap-left-right is for a table of faces, and these are photos; leave it out.'],
  [['faces.csv', '--box', '0,0,9,9'], '--box is for photos, and this is a table of faces; leave it out.'],
])('%j is refused', async (args, sentence) => {
  const { code, stdout, stderr } = await predict(...args);
  expect([code, stdout, stderr]).toEqual([2, '', `facemark: ${sentence}\n`]);
  expect(existsSync(join(cwd, 'drawn.png'))).toBe(false);
});

test('a box that is none is a mistake of the user', async () => {
  expect((await predict('photos/photo2.png', '--box', '1,2,3')).stderr).toContain(
    "argument '1,2,3' is invalid. Expected x,y,width,height in pixels, such as 120,80,200,200.\n",
  );
});
