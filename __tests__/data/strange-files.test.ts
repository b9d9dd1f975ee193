/** Files that look right at a glance: their values, or one sentence. Found by people and machines that tried to fool the reader. */

import { Readable } from 'node:stream';
import { type ReadFacesOptions, readFaces } from '../../lib/data/read-faces';
import { messageFrom } from '../tiny-faces';

const P = '10 20 30 40';
const read = (text: string | Buffer, options: ReadFacesOptions = {}) =>
  readFaces(Readable.from([Buffer.from(text)]), { name: 'f.csv', ...options });
const optional = { labels: 'optional' } as const;

describe('give the right values', () => {
  test.each<[string, string, { landmarks: string[]; points: number[] }]>([
    ['numbered coordinates', `x_0,y_0,Image\n1,2,${P}\n`, { landmarks: ['0'], points: [1, 2] }],
    ['units behind titles', `nose_x (px),nose_y [pixels],Image\n1,2,${P}\n`, { landmarks: ['nose'], points: [1, 2] }],
    [
      'invisible characters in titles',
      `no\u00adse_x\u200b,nose_y,Image\n1,2,${P}\n`,
      { landmarks: ['nose'], points: [1, 2] },
    ],
    [
      'columns that end in x and y and are none',
      `n_x,n_y,sex,city,Image\n1,2,f,Ulm,${P}\n`,
      { landmarks: ['n'], points: [1, 2] },
    ],
    [
      "suffixes of pandas' merge on an id",
      `ImageId_x,n_x,n_y,Image,ImageId_y\n17,1,2,${P},18\n`,
      { landmarks: ['n'], points: [1, 2] },
    ],
    [
      'delimiters inside quoted titles',
      `"a, b";"n, px_x";"n, px_y";Image\n9;1;2;${P}\n`,
      { landmarks: ['n, px'], points: [1, 2] },
    ],
    [
      'lists between commas in a file with semicolons',
      `n_x;n_y;Image\n1;2;[10,20,30,40]\n`,
      { landmarks: ['n'], points: [1, 2] },
    ],
    ['a list of rows', `n_x,n_y,Image\n1,2,"[[10, 20], [30, 40]]"\n`, { landmarks: ['n'], points: [1, 2] }],
  ])('%s', async (_, text, { landmarks, points }) => {
    const faces = await read(text);
    expect(faces.schema.landmarks).toEqual(landmarks);
    expect([...faces.points]).toEqual(points);
    expect([...faces.pixels]).toEqual([10, 20, 30, 40]);
  });

  test('a list of rows says the size of the picture', async () => {
    const rows = Array.from({ length: 2 }, (_, y) => `[${Array.from({ length: 8 }, (_, x) => 8 * y + x).join(' ')}]`);
    expect(await read(`n_x,n_y,Image\n1,2,"[${rows.join('\n')}]"\n`)).toMatchObject({
      width: 8,
      height: 2,
    });
  });

  test('0,0 as a word for missing leaves the number 0,0 alone', async () => {
    const faces = await read(`n_x;n_y;Image\n0,0;1,5;${P}\n`, { missing: ['0,0'] });
    expect([...faces.points]).toEqual([0, 1.5]);
  });

  test('lines that arrive one by one, blank ones first', async () => {
    const lines = ['\n'.repeat(300_000), 'sep=;\n', 'n_x;n_y;Image\n', `1,5;2;${P}\n`];
    const faces = await readFaces(Readable.from(lines));
    expect([...faces.points]).toEqual([1.5, 2]);
  });

  test('chunks whose memory is used again', async () => {
    const bytes = Buffer.from(`n_x,n_y,Image\n1,2,${P}\n`);
    const memory = Buffer.alloc(8);
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += 8) yield memory.subarray(0, bytes.copy(memory, 0, at, at + 8));
    }
    expect([...(await readFaces(chunks())).pixels]).toEqual([10, 20, 30, 40]);
  });

  test('very many columns, in time', async () => {
    const extra = Array.from({ length: 100_000 }, (_, i) => `c${i}a`).join(',');
    expect((await read(`n_x,n_y,Image,${extra}\n1,2,${P}${','.repeat(100_000)}\n`)).count).toBe(1);
  });
});

describe('are refused in one sentence', () => {
  const half = (title: string, axis: string) =>
    `f.csv, line 1: ${title} has no ${axis} beside it; expected both coordinates of a landmark under the same name: correct the titles, or rename the column.`;
  const both = (first: string, second: string, axis: string, name: string) =>
    `f.csv, line 1: ${first} and ${second} both give the ${axis} of ${name}; expected one column for it: remove or rename the other.`;
  const numbers = (list: string) =>
    `f.csv, line 1: found numbers (${list}); expected a header with a title for every column, such as nose_tip_x,nose_tip_y,Image.`;

  test.each<[string, string | Buffer, string, ReadFacesOptions?]>([
    ['two and three dimensions', `x_0,y_0,X_0,Y_0,Image\n`, both('x_0', 'X_0', 'x', '0')],
    ['two spellings of a name', 'n_x,n_y,n.x,n.y,Image\n', both('n_x', 'n.x', 'x', 'n')],
    [
      "suffixes of pandas' merge",
      'n_x_x,n_y_x,n_x_y,n_y_y,Image\n',
      "f.csv, line 1: n_x and n_y have a further _x and _y behind them, as pandas' merge writes them; expected each coordinate once: merge without suffixes.",
    ],
    ['a slip in a title', 'left_eye_x,left_eye_y,right_eye_x,rigth_eye_y,Image\n', half('right_eye_x', 'y')],
    ['a name in two cases', 'Nose_x,nose_y,m_x,m_y,Image\n', half('Nose_x', 'y')],
    ['no header, where labels are optional', `1,10 20 30\n2,10 20 30\n`, numbers('1, 10 20 30'), optional],
    ['no header and pictures in lists', `a.png,[10. 20. 30. 40.]\n`, numbers('a.png, [10. 20. 30. 40.]'), optional],
    [
      'a swallowed row with decimals in its pixels',
      'name,n_x,n_y,Image\n"a,1,2,10.0 20.0 30.0 40.0\nb",1,2,10 20 30 40\n',
      'f.csv, line 2: a cell in quotes holds a whole row; a quote (") that is opened here and not closed has swallowed what follows. Close it, or remove it.',
    ],
    [
      'Latin-1 in an id',
      Buffer.from(`ImageId,n_x,n_y,Image\nM\xfcller,1,2,${P}\n`, 'latin1'),
      'f.csv, line 2: "M\ufffdller" is not UTF-8; save the file as UTF-8.',
    ],
    [
      'a NUL in an id',
      `ImageId,n_x,n_y,Image\n${`a,1,2,${P}\n`.repeat(40)}b\0,1,2,${P}\n`,
      'f.csv, line 42: found a byte of 0 in a cell; the file is damaged, or not text.',
    ],
    [
      'boxes that could be pixels',
      'n_x,n_y,bbox,gray\n1,2,5 6 7 8,"[[10 20] [30 40]]"\n',
      'f.csv, line 1: bbox, gray could all be the pixels; name the right column Image.',
    ],
    [
      'boxes, and pixels that are missing in the first row',
      `n_x,n_y,bbox,gray\n1,2,5 6 7 8,\n`,
      'f.csv, line 1: bbox, gray could all be the pixels; name the right column Image.',
    ],
    [
      'an empty place in a list',
      `n_x,n_y,Image\n1,2,${P}\n1,2,"10,,30,40,50"\n`,
      'f.csv, line 3, column Image: found two commas with nothing between them; expected a gray value for every pixel.',
    ],
    [
      'two decimal signs',
      `n_x;n_y;Image\n38,5;20;${P}\n1.024;20;${P}\n`,
      'f.csv, line 3, column n_x: found "1.024"; expected a number with , as its decimal sign, as in the rows above; a file has one, and no thousands separators.',
    ],
    [
      'colours',
      'n_x,n_y,Image\n1,2,"[[[1 2 3] [1 2 3]] [[1 2 3] [1 2 3]]]"\n',
      'f.csv, line 2, column Image: found lists in lists in lists, as of colours; expected one gray value for each pixel: a list for each row of the picture, or all of them with spaces between them.',
    ],
    [
      'fractions after a first face of 0 and 1',
      'n_x,n_y,Image\n1,2,0.0 1.0 1.0 0.0\n1,2,0.2 0.4 1.0 0.0\n',
      'f.csv, line 3, column Image: found "0.2" as pixel 1; expected a whole number from 0 to 255; if all pixels are fractions of white, multiply them by 255.',
    ],
    [
      'digits of another script',
      `n_x,n_y,Image\n1,2,${P}\n1,2,١ 2 3 4\n`,
      'f.csv, line 3, column Image: found "١" as pixel 1; expected a whole number from 0 to 255.',
    ],
    [
      'JSON',
      '[\n{"nose_x": 1}]',
      'f.csv, line 1: there are no coordinate columns, such as nose_tip_x and nose_tip_y (found [); a file without landmarks can be predicted, but not trained on or scored.',
    ],
    [
      'JSON on one line',
      ' {"nose_x": 1}',
      'f.csv is JSON: write the faces as CSV; expected a CSV of faces, perhaps gzipped.',
    ],
    [
      'a web page behind a byte order mark',
      '\ufeff\n<!doctype html>',
      'f.csv is a web page, probably downloaded from a wrong address; expected a CSV of faces, perhaps gzipped.',
    ],
  ])('%s', async (...[, text, sentence, options]) => {
    expect(await messageFrom(() => read(text, options))).toBe(sentence);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'the source is undefined; expected the path of a file, or a stream of bytes.'],
    ['a number', 5, 'the source is 5; expected the path of a file, or a stream of bytes.'],
    ['an object', {}, 'the source is an Object; expected the path of a file, or a stream of bytes.'],
    ['bytes', Buffer.from('a'), 'the source is a Buffer; expected a path or a stream: Readable.from([bytes]).'],
  ])('%s as the source', async (_, source, sentence) => {
    expect(await messageFrom(() => readFaces(source as string))).toBe(sentence);
  });

  test('a stream of other things than bytes', async () => {
    const numbers = Readable.from([Uint16Array.of(1)]);
    expect(await messageFrom(() => readFaces(numbers, { name: 'f.csv' }))).toBe(
      'f.csv gave a Uint16Array; expected chunks of bytes (Uint8Array) or text.',
    );
  });

  test('one word for missing that is no list', async () => {
    expect(await messageFrom(() => read('', { missing: '?' as never }))).toBe(
      'missing is "?"; expected a list of words, such as [\'?\'].',
    );
  });
});
