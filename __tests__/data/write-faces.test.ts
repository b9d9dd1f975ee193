import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { readFaces } from '../../lib/data/read-faces';
import { writeFaces } from '../../lib/data/write-faces';
import { writeStreamSafely } from '../../lib/files';
import { selectFaces } from '../../lib/landmarks/faces';
import { emptyFolder } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';

test.each([
  ['faces.csv', {}],
  ['faces.csv.gz', {}],
  ['missing.csv', { missing: 0.2 }],
  ['other landmarks.csv', { landmarks: ['left ear', 'chin, "lower"'] }],
])('%s comes back the same, to the last bit', async (name, options) => {
  const faces = tinyFaces({ count: 40, ...options });
  const path = join(emptyFolder(), name);
  await writeFaces(path, faces);
  const back = await readFaces(path, { incomplete: 'keep' });
  for (const key of ['pixels', 'points', 'sourceRows', 'ids', 'schema', 'width', 'height', 'count'] as const)
    expect(back[key]).toEqual(faces[key]);
  expect(readFileSync(path).readUInt16BE() === 0x1f8b).toBe(name.endsWith('.gz'));
});

test('faces with names keep them in ImageId', async () => {
  const faces = { ...tinyFaces({ count: 2 }), ids: ['Ann, "A."', 'Bob'] };
  const path = join(emptyFolder(), 'faces.csv');
  await writeFaces(path, faces);
  expect((await readFaces(path)).ids).toEqual(faces.ids);
});

test('a part of the faces keeps their names, which are not 0, 1, 2 …', async () => {
  const part = selectFaces(tinyFaces({ count: 5 }), [1, 3]);
  const path = join(emptyFolder(), 'faces.csv');
  await writeFaces(path, part);
  expect((await readFaces(path)).ids).toEqual(['1', '3']);
});

test('pictures that are no squares come back in their size', async () => {
  const square = tinyFaces({ count: 3, size: 4 });
  const faces = { ...square, width: 8, height: 2 };
  const path = join(emptyFolder(), 'faces.csv');
  await writeFaces(path, faces);
  const back = await readFaces(path);
  expect(back).toMatchObject({ width: 8, height: 2 });
  expect(back.pixels).toEqual(faces.pixels);
});

test('names that would not come back are refused', async () => {
  const path = join(emptyFolder(), 'faces.csv');
  expect(await messageFrom(() => writeFaces(path, tinyFaces({ count: 1, landmarks: ['nose', 'chin.'] })))).toContain(
    'chin.',
  );
  expect(await messageFrom(() => writeFaces(path, tinyFaces({ count: 1, landmarks: [' nose'] })))).toBe(
    'the landmark " nose" cannot be told from the titles of its columns; expected names of letters and digits, without white space or signs at their ends.',
  );
});

test('the file has the layout of Kaggle', async () => {
  const faces = { ...tinyFaces({ count: 1, size: 2, landmarks: ['nose'] }), points: Float32Array.of(0.1, 66.0339) };
  const path = join(emptyFolder(), 'faces.csv');
  await writeFaces(path, faces);
  expect(readFileSync(path, 'utf8')).toBe(`nose_x,nose_y,Image\n0.1,66.0339,${faces.pixels.join(' ')}\n`);
});

test('a write that fails leaves the old file and nothing else', async () => {
  const folder = emptyFolder();
  const path = join(folder, 'faces.csv');
  await writeFaces(path, tinyFaces({ count: 1 }));
  const before = readFileSync(path);
  const failing = Readable.from(
    (function* () {
      yield Buffer.from('half');
      throw new Error('the disk is full');
    })(),
  );
  expect(await messageFrom(() => writeStreamSafely(path, failing))).toBe(
    `${path} cannot be written: the disk is full.`,
  );
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).toEqual(['faces.csv']);
});
