import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { MISSING_WORDS } from '../../lib/data/cells';
import { type ReadFacesOptions, readFaces } from '../../lib/data/read-faces';
import { KAGGLE_LANDMARKS } from '../../lib/landmarks/schema';
import { emptyFolder } from '../child';
import { csvOf, messageFrom, tinyFaces } from '../tiny-faces';

/** Two landmarks and pictures of 2×2, which is all that most cases need. */
const HEADER = 'nose_x,nose_y,chin_x,chin_y,Image';
const PLAIN = `${HEADER}\n1,2,3,4,10 20 30 40\n5.5,6,7,8.25,0 255 128 1\n`;

const read = (text: string | Buffer, options: ReadFacesOptions = {}) =>
  readFaces(Readable.from([Buffer.from(text)]), { name: 'faces.csv', ...options });
const refusal = (text: string | Buffer, options: ReadFacesOptions = {}) => messageFrom(() => read(text, options));
/** What the values of a file are, and what was said about it. */
const content = async (text: string | Buffer, options: ReadFacesOptions = {}) => {
  const { points, pixels, ids, report } = await read(text, options);
  return { points: [...points], pixels: [...pixels], ids, notes: report.notes };
};

test('a plain file comes out as it stands in the file', async () => {
  const faces = await read(PLAIN);
  expect(faces).toMatchObject({ count: 2, width: 2, height: 2, ids: ['0', '1'] });
  expect(faces.schema.landmarks).toEqual(['nose', 'chin']);
  expect([...faces.points]).toEqual([1, 2, 3, 4, 5.5, 6, 7, 8.25]);
  expect([...faces.pixels]).toEqual([10, 20, 30, 40, 0, 255, 128, 1]);
  expect([...faces.sourceRows]).toEqual([0, 1]);
  expect(faces.report).toEqual({
    source: 'faces.csv',
    rows: 2,
    incompleteDropped: 0,
    incompleteKept: 0,
    labelled: [2, 2],
    outside: 4, // the edges of a 2×2 picture lie at 1.5
    notes: ['4 landmarks lie outside the picture and are kept as they are.'],
  } satisfies typeof faces.report);
});

describe('chunk edges fall anywhere', () => {
  const faces = tinyFaces({ count: 12, size: 4, missing: 0.05 });
  const plain = csvOf(faces);
  const quoted = plain.replace(/[^,\n]+/g, (cell) => `"${cell}"`);
  const variants: Record<string, Buffer> = {
    plain: Buffer.from(plain),
    'no final newline': Buffer.from(plain.trimEnd()),
    CRLF: Buffer.from(plain.replaceAll('\n', '\r\n')),
    CR: Buffer.from(plain.replaceAll('\n', '\r')),
    BOM: Buffer.from(`\ufeff${plain}`),
    quoted: Buffer.from(quoted),
    'quoted with BOM and CRLF': Buffer.from(`\ufeff${quoted.replaceAll('\n', '\r\n')}`),
    gzip: gzipSync(plain),
    'gzip with CRLF': gzipSync(plain.replaceAll('\n', '\r\n')),
    semicolons: Buffer.from(plain.replaceAll(',', ';').replaceAll('.', ',')),
    tabs: Buffer.from(plain.replaceAll(',', '\t')),
  };
  const sizes = [1, 7, 65_536];
  const cases = Object.keys(variants).flatMap((name) => sizes.map((size) => [name, size] as const));

  test.each(cases)('%s, in chunks of %d bytes', async (name, size) => {
    const bytes = variants[name] as Buffer;
    function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const back = await readFaces(chunks() as unknown as AsyncIterable<Uint8Array>, { incomplete: 'keep' });
    expect(back.pixels).toEqual(faces.pixels);
    expect(back.points).toEqual(faces.points);
  });
});

test('a gzip is known by its bytes, a file by its path', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'packed.csv'), gzipSync(PLAIN));
  writeFileSync(join(folder, 'plain.csv.gz'), PLAIN);
  for (const name of ['packed.csv', 'plain.csv.gz'])
    expect([...(await readFaces(join(folder, name))).points]).toEqual([1, 2, 3, 4, 5.5, 6, 7, 8.25]);
});

describe('files as people have them give the right values', () => {
  const expected = { points: [1, 2, 3, 4], pixels: [10, 20, 30, 40] };
  const image = '10 20 30 40';

  test.each<[string, string, string[]]>([
    [
      "pandas' index column",
      `,${HEADER}\n0,1,2,3,4,${image}\n`,
      ['a column without a name, such as the index that pandas writes, is ignored.'],
    ],
    ['extra columns', `age,${HEADER},camera\n33,1,2,3,4,${image},b\n`, ['ignored: the columns age, camera.']],
    ['columns in another order', `Image,chin_y,nose_y,nose_x,chin_x\n${image},4,2,1,3\n`, []],
    ['names without an underscore', `nosex,nosey,chinx,chiny,pixels\n1,2,3,4,${image}\n`, []],
    ['upper case', `NOSE_X,NOSE_Y,CHIN_X,CHIN_Y,IMAGE\n1,2,3,4,${image}\n`, []],
    ['spaces in the header', ` nose_x , nose_y ,chin_x,chin_y, Image\n 1 , 2 ,3,4, ${image} \n`, []],
    ['pixels under a name of their own', `nose_x,nose_y,chin_x,chin_y,gray values\n1,2,3,4,${image}\n`, []],
    ['several and trailing spaces', `${HEADER}\n1,2,3,4,  10   20\t30  40  \n`, []],
    ['pixels as decimals', `${HEADER}\n1,2,3,4,10.0 20. 30.00 40\n`, []],
    ['pixels in brackets', `${HEADER}\n1,2,3,4,"[10, 20,\n 30, 40]"\n`, []],
    [
      'pixels as fractions',
      `${HEADER}\n1,2,3,4,0.039216 0.0784 0.118 0.156863\n`,
      ['the pixels are fractions of white: multiplied by 255.'],
    ],
    ['exponents', `${HEADER}\n1e0,2E+0,0.3e1,+4.,${image}\n`, []],
    ['CRLF that was written in text mode', `${HEADER}\r\r\n1,2,3,4,${image}\r\r\n`, []],
    ['line ends of two kinds', `${HEADER}\n1,2,3,4,${image}\r\n`, []],
    ["Excel's line that names the delimiter", `sep=;\r\n${HEADER.replaceAll(',', ';')}\r\n1;2;3;4;${image}\r\n`, []],
    ['Excel naming another one than the header shows', `sep=|\n${HEADER.replaceAll(',', '|')}\n1|2|3|4|${image}\n`, []],
    ['blank lines before a header with semicolons', `\n\n${HEADER.replaceAll(',', ';')}\n1;2;3;4;${image}\n`, []],
    [
      'a comma in a title of a file with semicolons',
      `"age, years";${HEADER.replaceAll(',', ';')}\n3;1;2;3;4;${image}\n`,
      ['ignored: the column age, years.'],
    ],
    ['tabs and decimal commas', `${HEADER.replaceAll(',', '\t')}\n1,0\t2,0\t3\t4\t${image}\n`, []],
    ['pixels between commas in a file with semicolons', `${HEADER.replaceAll(',', ';')}\n1;2;3;4;10,20,30,40\n`, []],
    ['numbers behind x and y', `x_0,x_1,y_0,y_1,Image\n1,3,2,4,${image}\n`, []],
    [
      'a comment of several lines',
      `note,${HEADER}\n"one, two,\nthree, 4 5 6",1,2,3,4,${image}\n`,
      ['ignored: the column note.'],
    ],
    [
      'fractions with all their decimals',
      `${HEADER}\n1,2,3,4,${[10, 20, 30, 40].map((v) => v / 255).join(' ')}\n`,
      ['the pixels are fractions of white: multiplied by 255.'],
    ],
    [
      'fractions in float32',
      `${HEADER}\n1,2,3,4,${[10, 20, 30, 40].map((v) => Number(Math.fround(v / 255).toPrecision(8)).toExponential()).join(' ')}\n`,
      ['the pixels are fractions of white: multiplied by 255.'],
    ],
    ['blank lines', `\n${HEADER}\n\n1,2,3,4,${image}\n\n`, []],
  ])('%s', async (_, text, notes) => {
    const found = await content(text);
    const order = text.startsWith('Image') ? [2, 3, 0, 1] : [0, 1, 2, 3]; // there chin comes first
    expect(found.points).toEqual(order.map((i) => expected.points[i]));
    expect(found.pixels).toEqual(expected.pixels);
    expect(found.notes.filter((note) => !note.includes('outside'))).toEqual(notes);
  });

  test('quoted fields with delimiters and newlines in them', async () => {
    const { ids, points } = await content(`ImageId,${HEADER}\n"a, ""b""\nc",1,2,3,4,"${image}"\n`);
    expect(ids).toEqual(['a, "b"\nc']);
    expect(points).toEqual([1, 2, 3, 4]);
  });

  test("Kaggle's 15 landmarks stand in Kaggle's order whatever the file's", async () => {
    const faces = tinyFaces({ count: 2, size: 2 });
    const [header, ...rows] = csvOf(faces)
      .trim()
      .split('\n')
      .map((line) => line.split(',')) as [string[], ...string[][]];
    const turned = [header, ...rows].map((row) => [...row].reverse().join(',')).join('\n');
    const back = await read(turned);
    expect(back.schema.landmarks).toEqual(KAGGLE_LANDMARKS);
    expect(back.points).toEqual(faces.points);
  });

  test.each(['', ' ', ...MISSING_WORDS])('%j means not labelled', async (word) => {
    const faces = await read(`${HEADER}\n1,2,${word},${word},${image}\n`, { incomplete: 'keep' });
    expect([...faces.points]).toEqual([1, 2, Number.NaN, Number.NaN]);
    expect(faces.report).toMatchObject({ labelled: [1, 0], incompleteKept: 1 });
  });

  test('other words mean not labelled when the user says so', async () => {
    const text = `${HEADER}\n1,2,?,?,${image}\n1,2,-1,-1.0,${image}\n0,0,0,5,${image}\n`;
    const faces = await read(text, { incomplete: 'keep', missing: ['?', '-1', '0,0'] });
    const none = Number.NaN;
    expect([...faces.points]).toEqual([1, 2, none, none, 1, 2, none, none, none, none, 0, 5]);
  });

  test('a landmark with one coordinate is not labelled, and said', async () => {
    const { points, notes } = await content(`${HEADER}\n1,,3,4,${image}\n`, { incomplete: 'keep' });
    expect(points).toEqual([Number.NaN, Number.NaN, 3, 4]);
    expect(notes).toContain('1 landmark has only one of its two coordinates and counts as not labelled.');
  });

  test('pictures that are no squares have a width, a height, or both', async () => {
    const text = `${HEADER}\n1,2,3,4,1 2 3 4 5 6\n`;
    for (const size of [{ width: 3 }, { height: 2 }, { width: 3, height: 2 }])
      expect(await read(text, size)).toMatchObject({ width: 3, height: 2 });
  });

  test('a file without landmarks can be read for prediction', async () => {
    const faces = await read(`ImageId,Image\n7,${image}\n9,${image}\n`, { labels: 'optional' });
    expect(faces).toMatchObject({ count: 2, ids: ['7', '9'] });
    expect(faces.points.every(Number.isNaN)).toBe(true);
    expect(faces.report.notes).toEqual(['there are no coordinate columns: no landmark is labelled.']);
  });
});

describe('rows that miss landmarks', () => {
  const text = `${HEADER}\n1,1,1,1,1 2 3 4\n1,1,,,1 2 3 4\n,,,,1 2 3 4\n1,1,0,0,5 6 7 8\n`;

  test('are dropped and counted, with how to keep them', async () => {
    const faces = await read(text);
    expect([...faces.sourceRows]).toEqual([0, 3]);
    expect([...faces.pixels.subarray(4)]).toEqual([5, 6, 7, 8]);
    expect(faces.report).toMatchObject({ rows: 4, incompleteDropped: 2, labelled: [2, 2] });
    expect(faces.report.notes).toEqual([
      "2 rows dropped that miss some landmarks; keep them with incomplete: 'keep' (--incomplete keep). Labelled in the file: 3 × nose; 2 × chin.",
    ]);
  });

  test('are counted under the names that they have after sides are swapped', async () => {
    const sides = 'left_eye_x,left_eye_y,right_eye_x,right_eye_y,Image\n1,1,,,1 2 3 4\n0,1,1,1,1 2 3 4\n';
    const { notes } = (await read(sides, { swapLeftRight: true })).report;
    expect(notes[0]).toContain('Labelled in the file: 2 × right_eye; 1 × left_eye.');
  });

  test('are kept when asked for, and their labels counted', async () => {
    const faces = await read(text, { incomplete: 'keep' });
    expect(faces.count).toBe(4);
    expect(faces.report).toMatchObject({ incompleteDropped: 0, incompleteKept: 2, labelled: [3, 2] });
    expect(faces.report.notes).toEqual(['2 rows miss some landmarks; labelled: 3 × nose; 2 × chin.']);
  });

  test('are all there is: refused with what is never labelled', async () => {
    expect(await refusal(`${HEADER}\n1,1,,,1 2 3 4\n`)).toBe(
      "faces.csv: every row misses some landmarks (1 row; none has chin); keep them with incomplete: 'keep' (--incomplete keep).",
    );
  });
});

describe('left and right', () => {
  const text = 'left_eye_x,left_eye_y,right_eye_x,right_eye_y,Image\n0,1,1,1,1 2 3 4\n';

  test("of the viewer's are noticed", async () => {
    expect((await content(text)).notes).toEqual([
      "in 1 of 1 row what is called left stands at the smaller x: left and right seem to be the viewer's, expected the subject's. Swap them with swapLeftRight: true (--swap-left-right).",
    ]);
  });

  test('are swapped when asked for', async () => {
    const { points, notes } = await content(text, { swapLeftRight: true });
    expect(points).toEqual([1, 1, 0, 1]);
    expect(notes).toEqual([]);
  });
});

test('rows with other numbers of pixels are skipped and counted when asked for', async () => {
  const text = `${HEADER}\n1,1,1,1,\n1,1,1,1,1 2 3 4\n0,0,0,0,1 2 3\n0,1,0,1,5 6 7 8\n`; // two of four
  const faces = await read(text, { unreadableRows: 'skip' });
  expect([...faces.sourceRows]).toEqual([1, 3]);
  expect([...faces.points]).toEqual([1, 1, 1, 1, 0, 1, 0, 1]);
  expect(faces.report.rows).toBe(4);
  expect(faces.report.notes).toEqual(['2 rows skipped: the number of pixels is not that of the first row.']);
});

/** The 96×96 pixels of a cell of so many characters, with so many digits in the last number. */
function cellOf(characters: number, lastDigits: number): string {
  const long = characters - 9215 * 3 - lastDigits; // of 9215 numbers and a space each, those with a third digit
  return Array.from({ length: 9216 }, (_, i) =>
    i === 9215 ? '100'.slice(0, lastDigits) : i < long ? '100' : '10',
  ).join(' ');
}

test('cells as long as those that spreadsheets cut are read where it shows that they are whole', async () => {
  const rows = (...cells: string[]) => [HEADER, ...cells.map((cell) => `1,2,3,4,${cell}`)].join('\n');
  expect(cellOf(32_767, 2)).toHaveLength(32_767);
  expect(await read(rows(cellOf(32_767, 3)))).toMatchObject({ count: 1, width: 96 }); // 100 has no further digit
  expect(await read(rows(cellOf(32_767, 2), cellOf(32_768, 1)))).toMatchObject({ count: 2, width: 96 });
});

describe('what cannot be read is refused with file, line, column, what was found and what was expected', () => {
  const row = (cells: string) => `${HEADER}\n1,2,3,4,1 2 3 4\n${cells}\n`;
  const NUMBER =
    'a number of pixels, or for a landmark that is not labelled an empty cell or one of NaN, nan, NA, N/A, #N/A, <NA>, null, NULL, None';
  const SKIP = "correct the row, or skip such rows (unreadableRows: 'skip', --unreadable-rows skip)";

  test.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'faces.csv is empty; expected a CSV of faces with a header.'],
    ['a blank file', '\n\n', 'faces.csv is empty; expected a CSV of faces with a header.'],
    ['a header alone', `${HEADER}\n`, 'faces.csv has a header and no rows; expected one face a row.'],
    [
      'no landmarks',
      'ImageId,Image\n1,1 2 3 4\n',
      'faces.csv, line 1: there are no coordinate columns, such as nose_tip_x and nose_tip_y (found ImageId, Image); a file without landmarks can be predicted, but not trained on or scored.',
    ],
    [
      'no header',
      '66.03,39.0,30.2,1 2 3 4\n66.1,39.2,30.3,1 2 3 4\n',
      'faces.csv, line 1: found numbers (66.03, 39.0, 30.2, 1 2 3 4); expected a header with a title for every column, such as nose_tip_x,nose_tip_y,Image.',
    ],
    [
      'a column for every pixel',
      `nose_x,nose_y,${Array.from({ length: 16 }, (_, i) => `pixel_${i}`).join(',')}\n`,
      "faces.csv, line 1: 16 columns (pixel_0, pixel_1, pixel_2, pixel_3, pixel_4, pixel_5 and 10 more) seem to hold one pixel each; expected one column Image with all of them, with spaces in between: in pandas df['Image'] = df[columns].astype(str).agg(' '.join, axis=1).",
    ],
    [
      'a header after blank lines',
      '\n\nnose_x,nose_y,nose_x,Image\n',
      'faces.csv, line 3: the column nose_x stands twice; expected every column once.',
    ],
    [
      'no pixels',
      'nose_x,nose_y,age\n1,2,33\n',
      'faces.csv, line 1: there is no column of pixels, such as Image (found nose_x, nose_y, age); expected one with the gray values of a face, from 0 to 255, with spaces between them.',
    ],
    [
      'a title twice',
      'nose_x,nose_y,nose_x,Image\n',
      'faces.csv, line 1: the column nose_x stands twice; expected every column once.',
    ],
    [
      'two columns of pixels',
      'nose_x,nose_y,Image,pixels\n1,2,1 2,3 4\n',
      'faces.csv, line 1: Image, pixels could all be the pixels; expected one column of them.',
    ],
    [
      'two columns that look like pixels',
      'nose_x,nose_y,a,b\n1,2,1 2,3 4\n',
      'faces.csv, line 1: a, b could all be the pixels; name the right column Image.',
    ],
    [
      'a short row',
      row('1,2,3,1 2 3 4'),
      'faces.csv, line 3: found 4 cells; expected 5, as in the header; a delimiter is missing or too many.',
    ],
    [
      'a long row',
      row('1,2,3,4,1 2 3 4,5'),
      'faces.csv, line 3: found 6 cells; expected 5, as in the header; a delimiter is missing or too many.',
    ],
    [
      'a coordinate that is no number',
      row('1,2,a,4,1 2 3 4'),
      `faces.csv, line 3, column chin_x: found "a"; expected ${NUMBER}; if "a" means missing, say so (missing: ["a"], --missing "a").`,
    ],
    [
      'a question mark',
      row('1,?,3,4,1 2 3 4'),
      `faces.csv, line 3, column nose_y: found "?"; expected ${NUMBER}; if "?" means missing, say so (missing: ["?"], --missing "?").`,
    ],
    [
      'a decimal comma where commas delimit',
      row('1,"2,5",3,4,1 2 3 4'),
      'faces.csv, line 3, column nose_y: found "2,5"; expected a number with a decimal point; decimal commas are read in files whose cells stand between semicolons or tabs.',
    ],
    [
      'an infinite coordinate',
      row('1,2,3,-inf,1 2 3 4'),
      'faces.csv, line 3, column chin_y: found "-inf", which is infinite; expected a number of pixels, or an empty cell for a landmark that is not labelled.',
    ],
    [
      'a coordinate beyond float32',
      row('1e39,2,3,4,1 2 3 4'),
      'faces.csv, line 3, column nose_x: found "1e39", which is infinite; expected a number of pixels, or an empty cell for a landmark that is not labelled.',
    ],
    [
      'a pixel above 255',
      row('1,2,3,4,1 2 256 4'),
      'faces.csv, line 3, column Image: found "256" as pixel 3; expected a whole number from 0 to 255.',
    ],
    [
      'a negative pixel',
      row('1,2,3,4,1 -2 3 4'),
      'faces.csv, line 3, column Image: found "-2" as pixel 2; expected a whole number from 0 to 255.',
    ],
    [
      'a fractional pixel',
      row('1,2,3,4,1 2 3 4.5'),
      'faces.csv, line 3, column Image: found "4.5" as pixel 4; expected a whole number from 0 to 255.',
    ],
    [
      'a pixel that is no number',
      row('1,2,3,4,1 2 x 4'),
      'faces.csv, line 3, column Image: found "x" as pixel 3; expected a whole number from 0 to 255.',
    ],
    [
      'a pixel that is missing by name',
      row('1,2,3,4,1 2 nan 4'),
      'faces.csv, line 3, column Image: found "nan" as pixel 3; expected a whole number from 0 to 255.',
    ],
    [
      'too few pixels',
      row('1,2,3,4,1 2 3'),
      `faces.csv, line 3, column Image: found 3 pixels; expected 4, as in the first row; ${SKIP}.`,
    ],
    [
      'too many pixels',
      row('1,2,3,4,1 2 3 4 5'),
      `faces.csv, line 3, column Image: found 5 pixels; expected 4, as in the first row; ${SKIP}.`,
    ],
    [
      'no pixels',
      row('1,2,3,4,'),
      `faces.csv, line 3, column Image: found no pixels; expected 4, as in the first row; ${SKIP}.`,
    ],
    [
      'no square',
      `${HEADER}\n1,2,3,4,1 2 3 4 5\n`,
      'faces.csv, line 2, column Image: found 5 pixels; expected a square such as 96×96 = 9216; if the pictures are no squares, give their width and height (--width, --height).',
    ],
    [
      'pixels that NumPy has shortened',
      `${HEADER}\n1,2,3,4,[238 236 ... 75 90]\n`,
      'faces.csv, line 2, column Image: found "[238 236 ... 75 90]", which NumPy has shortened: the pixels in between are lost; expected all gray values; export them again with np.set_printoptions(threshold=np.inf), or joined by spaces.',
    ],
    [
      'a decimal comma in a pixel',
      `${HEADER.replaceAll(',', ';')}\n1;2;3;4;10,0 20,0 30,0 40,0\n`,
      'faces.csv, line 2, column Image: found "10,0" as pixel 1; expected a whole number from 0 to 255.',
    ],
    [
      'names of pictures',
      `Image,nose_x,nose_y\nface 1.JPG,1,2\n`,
      'faces.csv, line 2, column Image: found "face 1.JPG", the name of a picture; expected the gray values themselves, from 0 to 255, with spaces between them; write them into the file, since pictures in folders are not read yet.',
    ],
    [
      'a cell that a spreadsheet has cut',
      `${HEADER}\n1,2,3,4,${'100 '.repeat(8191)}100\n`,
      'faces.csv, line 2, column Image: found exactly 32,767 characters, where a spreadsheet cuts a cell off: pixels are lost; expected all gray values; export the file again without opening it in a spreadsheet.',
    ],
    [
      'a cell that a spreadsheet has cut in its last number',
      `${HEADER}\n1,2,3,4,${cellOf(32_766, 1)}\n1,2,3,4,${cellOf(32_767, 1)}\n`,
      'faces.csv, line 3, column Image: found exactly 32,767 characters, where a spreadsheet cuts a cell off: the last gray value may have lost a digit (if it has not, put a space behind it); expected all gray values; export the file again without opening it in a spreadsheet.',
    ],
    [
      'a first cell that a spreadsheet has cut to too few pixels',
      `${HEADER}\n1,2,3,4,${'10 '.repeat(10922)}1\n`,
      'faces.csv, line 2, column Image: found exactly 32,767 characters, where a spreadsheet cuts a cell off: pixels are lost; expected all gray values; export the file again without opening it in a spreadsheet.',
    ],
    [
      'one number where the pixels should be',
      `${HEADER}\n1,2,3,4,17\n`,
      'faces.csv, line 2, column Image: found a single number; expected all gray values of a face, with spaces between them (for pictures of one pixel give --width 1).',
    ],
    [
      'fractions of 256',
      `${HEADER}\n1,2,3,4,${[0, 1, 2, 220].map((v) => v / 256).join(' ')}\n`,
      'faces.csv, line 2, column Image: found "0.00390625" as pixel 2; expected a multiple of 1/255 from 0 to 1, as in the first row; write the gray values as whole numbers from 0 to 255.',
    ],
    [
      'a quote in a column of no use that swallows a row',
      `note,${HEADER}\n"a,1,2,3,4,10 20 30 40\nb",1,2,3,4,10 20 30 40\n`,
      'faces.csv, line 2: a cell in quotes holds a whole row; a quote (") that is opened here and not closed has swallowed what follows. Close it, or remove it.',
    ],
    [
      'a quote behind the pixels that swallows two rows',
      `${HEADER},note\n1,2,3,4,10 20 30 40,"a\n1,2,3,4,10 20 30 40,b\n1,2,3,4,10 20 30 40,c"\n`,
      'faces.csv, line 2: a cell in quotes holds 2 whole rows; a quote (") that is opened here and not closed has swallowed what follows. Close it, or remove it.',
    ],
    [
      'a quote inside a cell, after quoted line breaks',
      `ImageId,${HEADER}\r\n"a\r\nb",1,2,3,4,10 20 30 40\r\nc,1,2,3,4,10 2"0 30 40\r\n`,
      'faces.csv, line 4: a quote (") stands inside a cell; expected it only around whole cells. Remove it, or double it within quotes.',
    ],
    [
      'fractions of two decimals',
      `${HEADER}\n1,2,3,4,0.55 0.1 0.2 0.3\n`,
      'faces.csv, line 2, column Image: found "0.55" as pixel 1; expected a multiple of 1/255 from 0 to 1, as in the first row; write the gray values as whole numbers from 0 to 255.',
    ],
    [
      'bytes after fractions',
      `${HEADER}\n1,2,3,4,0.2 0.4 0.6 0.8\n1,2,3,4,1 2 3 4\n`,
      'faces.csv, line 3, column Image: found "2" as pixel 2; expected a multiple of 1/255 from 0 to 1, as in the first row; write the gray values as whole numbers from 0 to 255.',
    ],
    [
      'pixels of 0 and 1 only',
      `${HEADER}\n1,2,3,4,0 1 1 0\n`,
      'faces.csv: the largest gray value is 1; expected values from 0 to 255. If 1 stands for white, multiply the pixels by 255.',
    ],
    [
      'a quote that is never closed',
      row('1,2,3,4,"1 2 3 4'),
      'faces.csv, line 3: a quote (") is opened in this row or below it and never closed; close it, or remove it.',
    ],
    [
      'a quote inside a cell',
      row('1,2,3,4,1 2" 3 4'),
      'faces.csv, line 3: a quote (") stands inside a cell; expected it only around whole cells. Remove it, or double it within quotes.',
    ],
    [
      'something behind a quote',
      row('1,2,3,4,"1 2 3 4"5'),
      'faces.csv, line 3: something follows a closing quote ("); expected a delimiter or the end of the row.',
    ],
    [
      'a row without an end',
      row(`1,2,3,4,${'1 2 '.repeat(5e6)}`),
      'faces.csv, line 3: the row is longer than 16 MiB; expected one face a row. A quote (") that is never closed may have joined the rows below it.',
    ],
    [
      'a row of nothing but commas',
      `${HEADER}\n${','.repeat(2_000_001)}`,
      'faces.csv: a row has more than 2000000 cells; expected a few coordinates and one cell with all pixels, with spaces between them.',
    ],
    [
      'a web page',
      '<!DOCTYPE html><html></html>',
      'faces.csv is a web page, probably downloaded from a wrong address; expected a CSV of faces, perhaps gzipped.',
    ],
    [
      'a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'faces.csv is a pointer of Git LFS: fetch the file itself with git lfs pull; expected a CSV of faces, perhaps gzipped.',
    ],
    [
      'a gzip that is cut off',
      gzipSync(PLAIN).subarray(0, 40),
      'faces.csv is a gzip that is cut off; copy or download it again.',
    ],
    [
      'a gzip that is damaged',
      Buffer.concat([gzipSync(PLAIN).subarray(0, -8), Buffer.alloc(8)]),
      'faces.csv is a damaged gzip (incorrect data check); copy or download it again.',
    ],
    [
      'a zip',
      Buffer.from('PK\x03\x04 and so on'),
      'faces.csv is a zip archive (or a spreadsheet in xlsx, which is one): unpack it first, or save the sheet as CSV; expected a CSV of faces, perhaps gzipped.',
    ],
    [
      'a picture',
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      'faces.csv is a PNG picture; expected a CSV of faces, perhaps gzipped.',
    ],
    [
      'UTF-16',
      Buffer.from(`\ufeff${PLAIN}`, 'utf16le'),
      'faces.csv is text in UTF-16: save it as UTF-8; expected a CSV of faces, perhaps gzipped.',
    ],
    [
      'binary junk',
      Buffer.from([1, 2, 3, 0, 4]),
      'faces.csv is no text (byte 3 is 0); expected a CSV of faces, perhaps gzipped.',
    ],
  ])('%s', async (_, text, sentence) => {
    expect(await refusal(text)).toBe(sentence);
  });

  test('no such file, and a folder', async () => {
    const folder = emptyFolder();
    const path = join(folder, 'faces.csv');
    expect(await messageFrom(() => readFaces(path))).toBe(`there is no file ${path}; check the path.`);
    mkdirSync(path);
    expect(await messageFrom(() => readFaces(path))).toBe(`${path} is a folder; expected a CSV file of faces.`);
  });

  test('a size that does not fit', async () => {
    expect(await refusal(PLAIN, { width: 3 })).toBe(
      'faces.csv, line 2, column Image: found 4 pixels; expected 3×? as the options say.',
    );
    expect(await refusal(PLAIN, { width: 3, height: 3 })).toBe(
      'faces.csv, line 2, column Image: found 4 pixels; expected 3×3 as the options say.',
    );
  });

  test('options that make no sense', async () => {
    expect(await refusal(PLAIN, { incomplete: 'maybe' as 'keep' })).toBe(
      'incomplete is "maybe"; expected one of drop, keep.',
    );
    expect(await refusal(PLAIN, { width: 0 })).toBe('width is 0; expected a whole number of at least 1.');
  });

  test('lines are counted right after blank lines, CRLF and quoted newlines', async () => {
    const text = `\ufeffImageId,${HEADER}\r\n\r\n"a\r\nb",1,2,3,4,1 2 3 4\r\n"c\r\nd",1,2,3,x,1 2 3 4\r\n`;
    expect(await refusal(text)).toContain('faces.csv, line 5, column chin_y: found "x"');
  });
});

test('an odd first row does not make all others the odd ones', async () => {
  const text = `${HEADER}\n1,1,1,1,1 2 3 4\n${'1,1,1,1,1 2 3 4 5 6 7 8 9\n'.repeat(3)}`;
  expect(await refusal(text, { unreadableRows: 'skip' })).toBe(
    'faces.csv: 3 rows of 4 have another number of pixels than the first usable one, which has 2×2; expected most rows to be alike: correct or remove the odd first row.',
  );
});

test('coordinates that look like fractions are noticed', async () => {
  const { notes } = await content(`nose_x,nose_y,Image\n0.5,0.25,${Array(64).fill(9).join(' ')}\n`);
  expect(notes).toEqual([
    'no coordinate is above 1: expected pixels; if they are fractions of the width and height, multiply them first.',
  ]);
});

test('reading tells how far it has come, and stops at the signal', async () => {
  const path = join(emptyFolder(), 'faces.csv');
  writeFileSync(path, csvOf(tinyFaces({ count: 50 })));
  const told: { rows: number; bytes: number; totalBytes?: number | undefined }[] = [];
  await readFaces(path, { onProgress: (progress) => told.push(progress) });
  expect(told.at(-1)?.bytes).toBe(told.at(-1)?.totalBytes);
  expect(await messageFrom(() => readFaces(path, { signal: AbortSignal.abort() }))).toBe(
    `reading ${path} was stopped.`,
  );
});

test.each([
  ['at its beginning', 'PK\x03\x04'],
  ['in its header', 'a,b\n'],
  ['in a row', `${HEADER}\nx,2,3,4,10 20 30 40\n`],
])('a source that is refused %s is given back', async (_, text) => {
  let isOpen = true;
  const source = new Readable({
    read() {
      this.push(text); // for ever
    },
    destroy(error, done) {
      isOpen = false;
      done(error);
    },
  });
  await expect(readFaces(source)).rejects.toThrow();
  expect(isOpen).toBe(false);
});
