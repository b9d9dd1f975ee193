/** What is no plain whole JPEG is left to sharp; of a damaged one come sharp's values, or none. */

import type { RawImage } from '../../../../lib/predict/image/gray';
import { Random } from '../../../../lib/random';
import { bySharp, cut, decoded, fixture, picture } from './jpegs';

test.each<[string, () => Promise<Buffer>]>([
  ['is progressive', () => picture(3).jpeg({ progressive: true }).toBuffer()],
  ['has four inks', () => picture(3).toColourspace('cmyk').jpeg().toBuffer()],
  ['has a profile', () => picture(3).withIccProfile('p3').jpeg().toBuffer()],
  ['lies on its side', () => picture(3).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['has so few columns that its colours are not filtered', () => picture(3, [4, 9]).jpeg().toBuffer()],
  ['is large', () => picture(3, [2000, 1500], 'flat').jpeg().toBuffer()],
  ['has no end', async () => (await picture(3).jpeg().toBuffer()).subarray(0, -5)],
  ['has no middle', async () => without(await picture(3).jpeg().toBuffer(), 900, 1200)],
  ['goes on behind its end', async () => Buffer.concat([await picture(3).jpeg().toBuffer(), Buffer.from('more')])],
  ['is scanned channel by channel', async () => scanned(await picture(1, [8, 8]).jpeg().toBuffer())],
  ['has its channels named R, G and B', async () => named(await picture(3).jpeg().toBuffer(), 'RGB')],
  ['has more codes than bits', async () => patched(await picture(3).jpeg().toBuffer(), 0xffc4, 5, 255)],
  ['has codes of all ones', async () => patched(await picture(1).jpeg().toBuffer(), 0xffc4, 5, 2)],
  ['has quanta of 16 bits', async () => patched(await picture(3).jpeg().toBuffer(), 0xffdb, 4, 0x10)],
  ['has luma of five blocks', async () => patched(await picture(1).jpeg().toBuffer(), 0xffc0, 11, 0x51)],
  ['has a frame that lacks a channel', async () => patched(await picture(3).jpeg().toBuffer(), 0xffc0, 3, 14)],
  [
    'begins its scan behind the first coefficient',
    async () => patched(await picture(1).jpeg().toBuffer(), 0xffda, 7, 1),
  ],
  ['skips a restart', async () => patched(fixture('4-4-4-restarts'), 0xffd1, 1, 0xd2)],
  ['has no restart where one must be', async () => without(fixture('gray-restarts'), ...markerAt(0xffd3))],
])('a JPEG that %s is left to sharp, and the next one is decoded', async (_, make) => {
  expect(decoded(await make())).toBeUndefined();
  expect(decoded(await picture(3).jpeg().toBuffer())).toMatchObject({ width: 61, height: 47 });
});

function without(bytes: Buffer, from: number, to: number): Buffer {
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}

function find(bytes: Buffer, marker: number): number {
  return bytes.indexOf(Buffer.from([marker >> 8, marker & 255]));
}

function markerAt(marker: number): [from: number, to: number] {
  const at = find(fixture('gray-restarts'), marker);
  return [at, at + 2];
}

/** With another byte so many bytes behind the first of its marker. */
function patched(bytes: Buffer, marker: number, offset: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[find(bytes, marker) + offset] = value;
  return copy;
}

function named(bytes: Buffer, ids: string): Buffer {
  const [frame, scan] = [find(bytes, 0xffc0), find(bytes, 0xffda)];
  for (let i = 0; i < 3; i++) {
    bytes[frame + 10 + 3 * i] = ids.charCodeAt(i);
    bytes[scan + 5 + 2 * i] = ids.charCodeAt(i);
  }
  return bytes;
}

/** A gray JPEG as one of three channels, each of them scanned once. */
function scanned(gray: Buffer): Buffer {
  const [frame, scan] = [find(gray, 0xffc0), find(gray, 0xffda)];
  const channels = [1, 2, 3].flatMap((id) => [id, 0x11, 0]);
  const head = Buffer.concat([gray.subarray(frame, frame + 9), Buffer.from([3, ...channels])]);
  head[3] = 17; // bytes of it
  const scans = [1, 2, 3].map((id) => {
    const one = Buffer.from(gray.subarray(scan, -2));
    one[5] = id;
    return one;
  });
  return Buffer.concat([gray.subarray(0, frame), head, gray.subarray(frame + 13, scan), ...scans, gray.subarray(-2)]);
}

/** Some bytes changed, one bit, the end cut off, or bytes put in. */
function damaged(bytes: Buffer, random: Random): Buffer {
  const header = find(bytes, 0xffda);
  const at = random.uniform(0, 1) < 0.3 ? 4 + random.below(header) : header + random.below(bytes.length - header);
  const copy = Buffer.from(bytes);
  const kinds = [
    () => copy.fill(random.below(256), at, at + 1 + random.below(3)),
    () => copy.fill((copy[at] as number) ^ (1 << random.below(8)), at, at + 1),
    () => copy.subarray(0, at),
    () => Buffer.concat([copy.subarray(0, at), Buffer.from([random.below(256)]), copy.subarray(at)]),
  ];
  return (kinds[random.below(kinds.length)] as () => Buffer)();
}

test('of a damaged JPEG come the values that sharp gives, or none', async () => {
  const random = new Random(1, 'damage');
  const seen = { same: 0, none: 0 };
  const files = [
    await picture(3).jpeg({ quality: 30 }).toBuffer(),
    await picture(1).jpeg({ optimiseCoding: false }).toBuffer(),
    ...['4-2-2-restarts', '4-2-0-restarts', '4-4-4-restarts', 'gray-restarts'].map(fixture),
  ];
  for (let i = 0; i < 600; i++) {
    const bytes = damaged(files[i % files.length] as Buffer, random);
    const ours = decoded(bytes);
    if (ours) expect(ours).toEqual(await bySharp(bytes));
    seen[ours ? 'same' : 'none']++;
  }
  expect(seen.same).toBeGreaterThan(100);
  expect(seen.none).toBeGreaterThan(100);
});

test('of a damaged JPEG a part that is given is sharp’s, which may refuse the file for what is below', async () => {
  const random = new Random(2, 'damage');
  const bytes = await picture(3, [61, 90]).jpeg().toBuffer();
  const seen = { same: 0, refused: 0, none: 0 };
  for (let i = 0; i < 400; i++) {
    const broken = damaged(i % 2 === 0 ? bytes : fixture('4-2-0-restarts'), random);
    const part = { left: random.below(40), top: random.below(20), width: 20, height: 20 };
    const ours = decoded(broken, { part });
    const theirs = ours && (await bySharp(broken, part));
    if (ours) expect(ours).toEqual(typeof theirs === 'string' ? await bySharp(broken, part, 'none') : theirs);
    seen[!ours ? 'none' : typeof theirs === 'string' ? 'refused' : 'same']++;
  }
  expect(seen.same).toBeGreaterThan(100);
  expect(seen.none).toBeGreaterThan(50);
});

test('below the last row of MCUs that a part needs, nothing is looked at', async () => {
  const bytes = await picture(3, [61, 96]).jpeg().toBuffer();
  const part = { left: 3, top: 2, width: 50, height: 40 };
  const half = bytes.subarray(0, find(bytes, 0xffda) + Math.floor(0.75 * (bytes.length - find(bytes, 0xffda))));
  expect(decoded(half, { part })).toEqual(cut((await bySharp(bytes)) as RawImage, part));
  expect(decoded(half, { part: { ...part, height: 90 } })).toBeUndefined();
});
