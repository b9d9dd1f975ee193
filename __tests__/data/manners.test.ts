/** Files written in every manner at once: whatever tool wrote them, the values come back. */

import { gzipSync } from 'node:zlib';
import { readFaces } from '../../lib/data/read-faces';
import { Random } from '../../lib/random';
import { csvOf, tinyFaces } from '../tiny-faces';

const FILES = 1000;

test('a thousand files, each written in a manner of its own, give back what was written', async () => {
  const random = new Random(20261125, 'manners');
  const pick = <T>(...choices: T[]): T => choices[random.below(choices.length)] as T;

  for (let file = 0; file < FILES; file++) {
    const faces = tinyFaces({
      count: 1 + random.below(4),
      size: 2 + random.below(4),
      seed: file,
      landmarks: pick(['nose'], ['left_eye', 'right_eye', 'nose'], ['pt1', 'pt2']),
      missing: pick(0, 0.3),
    });
    const k = faces.schema.landmarks.length;
    const size = faces.width * faces.height;
    const delimiter = pick(',', ';', '\t');
    const comma = delimiter === ';' && random.chance(0.5);
    const newline = pick('\n', '\r\n', '\r');
    const missing = pick('', ' ', 'NaN', 'nan', 'NA', 'N/A', '#N/A', 'null', 'None');
    const separator = pick(' ', '  ', ' ', '\t ');
    const decimals = random.chance(0.2);
    const separators = pick('_', '');
    const quoteAll = random.chance(0.3);
    const withIndex = random.chance(0.3);
    const withExtra = random.chance(0.3);

    const quote = (cell: string) => (quoteAll || cell.includes(delimiter) || random.chance(0.05) ? `"${cell}"` : cell);
    const coordinate = (value: number) => {
      if (Number.isNaN(value)) return missing;
      const text = random.chance(0.2) ? value.toExponential() : String(value);
      return comma ? text.replace('.', ',') : text;
    };
    const titles = [
      ...(withIndex ? [''] : []),
      ...faces.schema.landmarks.flatMap((name) => [`${name}${separators}x`, `${name}${separators}y`]),
      pick('Image', 'image', 'pixels'),
      ...(withExtra ? ['camera'] : []),
    ];
    const rows = Array.from({ length: faces.count }, (_, i) => [
      ...(withIndex ? [String(i)] : []),
      ...Array.from(faces.points.subarray(i * 2 * k, (i + 1) * 2 * k), coordinate),
      Array.from(faces.pixels.subarray(i * size, (i + 1) * size), (gray) => (decimals ? `${gray}.0` : String(gray)))
        .join(separator)
        .concat(pick('', ' ')),
      ...(withExtra ? [pick('front', 'a b', '3')] : []),
    ]);
    const lines = [titles, ...rows].map((cells) => cells.map(quote).join(delimiter));
    const text = pick('', '\ufeff') + lines.join(newline) + pick('', newline, newline + newline);
    const bytes = random.chance(0.3) ? gzipSync(text) : Buffer.from(text);
    const chunk = pick(1, 2, 3, 7, 64, 1 << 16);
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    }

    const back = await readFaces(chunks(), { incomplete: 'keep', name: `file ${file}` }).catch((thrown) => {
      throw new Error(`${(thrown as Error).message}\n${JSON.stringify(text)}`);
    });
    expect({ file, points: [...back.points], pixels: [...back.pixels] }).toEqual({
      file,
      points: [...faces.points],
      pixels: [...faces.pixels],
    });
  }
});

test('a thousand damaged files are read or refused in one sentence, and never anything else', async () => {
  const random = new Random(7, 'damage');
  const faces = tinyFaces({ count: 3, size: 3, landmarks: ['left_eye', 'right_eye'], missing: 0.1 });
  const whole = Buffer.from(csvOf(faces));
  for (let file = 0; file < 1000; file++) {
    let bytes = Buffer.from(random.chance(0.2) ? gzipSync(whole) : whole);
    for (let damage = random.below(3); damage >= 0; damage--) {
      const at = random.below(bytes.length);
      const letters = '",;\n\r\t 0.xé-[]\u0000';
      const piece = Buffer.from(
        random.chance(0.5) ? (letters[random.below(letters.length)] as string) : [random.below(256)],
      );
      const removed = random.below(3);
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        random.chance(0.7) ? piece : Buffer.alloc(0),
        bytes.subarray(at + removed),
      ]);
    }
    const result = await readFaces([bytes] as unknown as AsyncIterable<Uint8Array>, {
      incomplete: 'keep',
      unreadableRows: random.chance(0.3) ? 'skip' : 'refuse',
    }).catch((thrown: Error) => thrown);
    if (result instanceof Error) {
      expect({ file, name: result.name, text: bytes.toString('latin1') }).toMatchObject({ name: 'FacemarkError' });
      expect(result.message).toMatch(/^the stream.*\.$/s);
    } else {
      expect(result.pixels).toHaveLength(result.count * result.width * result.height);
      expect(result.points).toHaveLength(result.count * result.schema.landmarks.length * 2);
    }
  }
});
