/** The fast ways through rows and cells: what they take, what they leave, and that they say what the slow ways say. */

import fc from 'fast-check';
import { PlainRows } from '../../lib/data/plain-rows';
import { scanDecimal } from '../../lib/data/scan-decimal';
import { scanPixels } from '../../lib/data/scan-pixels';
import { node } from '../child';

/** Rows as `line: cell|cell`, and the bytes that are left. */
async function split(text: string, { length = text.length, maxBytes = 100 } = {}) {
  const cells: [number, Buffer[]][] = [];
  const plain = new PlainRows(',', maxBytes, (fields, line) => cells.push([line, fields]));
  async function* chunks() {
    for (let at = 0; at < text.length; at += length) yield Buffer.from(text.slice(at, at + length), 'latin1');
  }
  let rest = '';
  for await (const chunk of plain.rest(chunks())) rest += chunk.toString('latin1');
  // Looked at after the end, when a cell that shared its bytes with a later row would show it.
  return { rows: cells.map(([line, fields]) => `${line}: ${fields.join('|')}`), lines: plain.lines, rest };
}

describe.each([1, 2, 3, 1000])('chunks of %d bytes', (length) => {
  test.each<[string, string, string[], string]>([
    ['LF', 'a,b\n1,2\n', ['1: a|b', '2: 1|2'], ''],
    ['CRLF', 'a,b\r\n1,2\r\n', ['1: a|b', '2: 1|2'], ''],
    ['both in one file', 'a,b\r\n1,2\n3,4\r\n', ['1: a|b', '2: 1|2', '3: 3|4'], ''],
    ['blank lines, which count', '\na\n\r\n\n1\n', ['2: a', '5: 1'], ''],
    ['empty cells', ',\n,,\n', ['1: |', '2: ||'], ''],
    ['spaces, and rows of another width', ' a , b\n \n1,2,3\n', ['1:  a | b', '2:  ', '3: 1|2|3'], ''],
    ['no end of the last row', 'a,b\n1,2', ['1: a|b'], '1,2'],
    ['CR at the end of the file', 'a,b\n1,2\r', ['1: a|b'], '1,2\r'],
    ['CR alone', 'a\n1\r2\n3\n', ['1: a'], '1\r2\n3\n'],
    ['CR CR LF', 'a\n1\r\r\n3\n', ['1: a'], '1\r\r\n3\n'],
    ['a quote in the second row', 'a,b\n1,"2"\n3,4\n', ['1: a|b'], '1,"2"\n3,4\n'],
    ['a quote in the last row', 'a,b\n1,2\n"3', ['1: a|b', '2: 1|2'], '"3'],
    ['a row of as many bytes as may be', `a\n${'x'.repeat(100)}\n`, ['1: a', `2: ${'x'.repeat(100)}`], ''],
    ['a row of more', `a\n${'x'.repeat(101)}\nb\n`, ['1: a'], `${'x'.repeat(101)}\nb\n`],
    ['nothing', '', [], ''],
  ])('%s', async (_, text, rows, rest) => {
    const found = await split(text, { length });
    expect(found).toEqual({ rows, rest, lines: text.slice(0, text.length - rest.length).split('\n').length - 1 });
  });
});

test('thousands of mutated rows give the same with the fast way and with csv-parse alone', async () => {
  const { code, stdout, stderr } = await node(['.ci/fuzz-rows.mjs', '--rows', '5000', '--seed', '7']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^5\d{3} rows of \d+ files are the same with and without csv-parse/);
});

describe('a plain decimal', () => {
  test('is to the last bit the number that JavaScript reads', () => {
    const decimal = fc.stringMatching(/^\d{0,9}(\.\d{0,9})?$/).filter((text) => /\d/.test(text));
    fc.assert(
      fc.property(decimal, (text) => {
        const found = scanDecimal(Buffer.from(text));
        if (text.replace('.', '').length > 15) expect(found).toBeUndefined();
        else expect(found).toBe(Number(text)); // Object.is
      }),
      { seed: 1, numRuns: 20_000 },
    );
  });

  test.each(['', '.', ' 1', '1 ', '-1', '+1', '1,5', '1.2.3', '1e3', 'NaN', '0x10', '1\0', '1234567890123456', '６'])(
    'is not %j',
    (text) => expect(scanDecimal(Buffer.from(text))).toBeUndefined(),
  );
});

describe('a cell of pixels', () => {
  const scan = (text: string, count: number) => {
    const target = new Uint8Array(count);
    return scanPixels(Buffer.from(text, 'latin1'), target) ? [...target] : undefined;
  };

  test('of digits and white space is read as its words say, and nothing else is', () => {
    const word = fc.oneof(fc.nat(255).map(String), fc.nat(300).map(String), fc.stringMatching(/^0{0,3}\d{1,3}$/));
    const odd = fc.constantFrom('-1', '1.0', 'a', '\x1a', '1\0', '/', ':', '\xb2', '+5', '1e2', '256', '999');
    const gap = fc.constantFrom(' ', ' ', ' ', ' ', '  ', '\t', '\n', '\r\n', '\v\f');
    const pair = fc.tuple(fc.oneof({ arbitrary: word, weight: 40 }, { arbitrary: odd, weight: 1 }), gap);
    const cell = fc.tuple(fc.constantFrom('', '', ' '), fc.array(pair, { maxLength: 40 }), fc.boolean());
    fc.assert(
      fc.property(cell, fc.constantFrom(0, 0, 0, 1, -1), ([before, pairs, isOpen], apart) => {
        const text =
          before +
          pairs
            .flat()
            .slice(0, isOpen ? -1 : undefined)
            .join('');
        const words = pairs.map(([value]) => value);
        const count = Math.max(0, words.length + apart);
        const isRight = words.length === count && words.every((value) => /^\d+$/.test(value) && Number(value) <= 255);
        expect(scan(text, count)).toEqual(isRight ? words.map(Number) : undefined);
      }),
      { seed: 1, numRuns: 20_000 },
    );
  });

  test('may hold every gray value in every place, behind a space and at the end', () => {
    const all = Array.from({ length: 256 }, (_, gray) => gray);
    for (const end of ['', ' ', '  ']) expect(scan(all.join(' ') + end, 256)).toEqual(all);
    for (const gray of all) expect(scan(`${gray}`, 1)).toEqual([gray]);
  });

  test('holds no byte but digits and white space', () => {
    for (let byte = 0; byte < 256; byte++)
      for (const place of [0, 1, 2, 3, 4, 5, 6]) {
        const bytes = Buffer.from('12 200 7 99');
        bytes[place] = byte;
        const words = bytes
          .toString('latin1')
          .split(/[\t-\r ]+/)
          .filter(Boolean);
        const isRight = words.length === 4 && words.every((word) => /^\d+$/.test(word) && Number(word) <= 255);
        expect({ byte, place, found: scan(bytes.toString('latin1'), 4) }).toEqual({
          byte,
          place,
          found: isRight ? words.map(Number) : undefined,
        });
      }
  });
});
