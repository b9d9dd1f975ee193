import fs from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, writeFileSafely } from '../lib/files';
import { emptyFolder } from './child';
import { messageFrom } from './tiny-faces';

test('a file is written whole, with its folders, and nothing temporary stays', async () => {
  const folder = emptyFolder();
  const path = join(folder, 'a', 'b', 'c.txt');
  await writeFileSafely(path, 'first');
  await writeFileSafely(path, Uint8Array.of(104, 105));
  expect(await readFile(path, 'utf8')).toBe('hi');
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c.txt']);
});

test('a write that the disk takes only in part is not taken for a whole one', async () => {
  const path = join(emptyFolder(), 'record.json');
  const whole = fs.write;
  const half = (fd: number, data: string | Uint8Array, ...rest: unknown[]) => {
    const callback = rest.at(-1) as (error: null, written: number) => void;
    whole(fd, data.slice(0, data.length / 2) as Uint8Array, () => callback(null, data.length / 2));
  };
  const spy = jest.spyOn(fs, 'write').mockImplementation(half as typeof fs.write);
  try {
    await writeFileSafely(path, 'abcdef');
  } finally {
    spy.mockRestore();
  }
  expect(await readFile(path, 'utf8')).toBe('abcdef');
});

test('a place that cannot be written to is named', async () => {
  const folder = emptyFolder();
  await writeFile(join(folder, 'file'), '');
  const path = join(folder, 'file', 'x.json');
  expect(await messageFrom(() => writeFileSafely(path, ''))).toBe(
    `${path} cannot be written: a file stands in the place of a folder of its path.`,
  );
});

test('a hash covers its parts in order', () => {
  // sha256sum of the three bytes "abc", FIPS 180-2 appendix B.1
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256(Buffer.from('ab'), Buffer.from('c'))).toBe(abc);
});
