/**
 * Holds the fast way through plain rows against csv-parse: small tables whose rows are all mutated, in chunks of any length, must give
 * the same records, and the same faces or the same sentence.
 *
 *     node .ci/fuzz-rows.mjs --rows 1000000 --seed 1
 */

import { createRequire } from 'node:module';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const { PlainRows } = require('../dist/data/plain-rows.js');
const { FacesTable, READ_FACES_DEFAULTS } = require('../dist/data/read-faces.js');
const { readRecords } = require('../dist/data/records.js');
const { openSource } = require('../dist/data/source.js');
const { Random } = require('../dist/random.js');

const OPTIONS = { rows: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } };
const { values } = parseArgs({ options: OPTIONS });
const ROWS = Number(values.rows);
const random = new Random(Number(values.seed), 'fuzz-rows');
const pick = (...choices) => choices[random.below(choices.length)];
/** What mutations bring, bytes as latin1: also parts of characters, a byte order mark, an é, a NUL. */
const SPICE = [
  '"',
  '"',
  ',',
  ';',
  '\n',
  '\r',
  '\r\n',
  '\r\r\n',
  '\n\n',
  ' ',
  '  ',
  '\t',
  '+',
  '-',
  '.',
  '0',
  'e',
  'NaN',
];
const BYTES = ['\xff', '\xc3', '\xe2\x80', '\xef\xbb\xbf', '\xc3\xa9', '\0'];

/** The bytes of a table. `calm` ones have few mutations, so that some of them give faces. */
function tableOf() {
  const calm = random.chance(0.5);
  const rows = calm ? 1 + random.below(8) : pick(3, 10, 30, 300, 1000);
  const odd = pick(0, 0, 0, 1 / rows, 0.3); // how often quotes and lone CRs may come, which end the fast way
  const delimiter = pick(',', ',', ';', '\t', '|');
  const lineEnd = pick('\n', '\n', '\n', '\r\n', '\r\n', odd > 0 ? '\r' : '\n', odd > 0 ? '\r\r\n' : '\r\n');
  const titles = ['id', 'left_eye_x', 'left_eye_y', 'nose_x', 'nose_y', 'Image'];
  let text = pick('', '', '\xef\xbb\xbf', `sep=${delimiter}\n`, '\n') + titles.join(delimiter) + lineEnd;
  for (let row = 0; row < rows; row++) {
    let line = rowOf(row, delimiter, odd);
    if (!calm || random.chance(0.3)) line = mutate(line, odd);
    const other = pick('\n', '\r\n', '\n\n', '\n\r\n', '', random.chance(odd) ? pick('\r', '\r\r\n') : lineEnd);
    text += line + (random.chance(0.05) ? other : lineEnd);
  }
  if (random.chance(0.5)) text = text.slice(0, text.length - 1 - random.below(4));
  const bytes = Buffer.from(text, 'latin1');
  return calm && random.chance(0.1) ? gzipSync(bytes) : bytes;
}

function rowOf(row, delimiter, odd) {
  const coordinate = () => pick(String(random.below(96)), (random.below(960_000) / 1e4).toFixed(random.below(5)), '');
  const pixels = Array.from({ length: 9 }, () => random.below(256)).join(pick(' ', ' ', ' ', '  ', '\t'));
  const cells = [String(row), coordinate(), coordinate(), coordinate(), coordinate(), pixels];
  if (random.chance(odd)) cells[5] = `"${pixels}"`;
  if (random.chance(odd)) cells[0] = pick('"a ""b"""', `"a${delimiter}b"`, '"a\nb"', '"a\r\nb"', '""', 'a"b', '"a"b');
  return cells.join(delimiter);
}

function mutate(line, odd) {
  let text = line;
  for (let changes = pick(1, 1, 1, 2, 5); changes > 0; changes--) {
    const at = random.below(text.length + 1);
    let piece = pick('', pick(...SPICE), pick(...SPICE), String(random.below(1000)), pick(...BYTES));
    if (random.chance(0.05)) piece = String.fromCharCode(random.below(256));
    if (random.chance(0.02)) piece = pick(' ', '7', ',', 'x').repeat(random.below(300));
    if (/["\r]/.test(piece) && !random.chance(odd)) piece = '';
    text = text.slice(0, at) + piece + text.slice(at + pick(0, 0, 1, 1, 3));
  }
  return text;
}

/** Lengths of the chunks that some bytes come in. */
function cuts(length) {
  const longest = pick(1, 2, 7, 100, 5000, length);
  if (length / longest > 5000) return [length];
  const found = [];
  for (let left = length; left > 0; left -= found.at(-1)) found.push(Math.min(left, 1 + random.below(longest)));
  return found;
}

/**
 * Everything that comes out of one way: records, whose bytes are looked at after the end, faces, and what was thrown.
 *
 * @param stops whether the first row that is no face ends the reading
 * @param breaksAt the chunk instead of which the stream fails; how many rows came before is not compared then
 */
async function outcome(bytes, { lengths, stops, breaksAt }, isFast) {
  async function* chunks() {
    let at = 0;
    for (const [i, length] of lengths.entries()) {
      if (i === breaksAt) throw new Error('the disk is gone');
      yield bytes.subarray(at, at + length);
      at += length;
    }
  }
  const records = [];
  const table = new FacesTable('f.csv', { ...READ_FACES_DEFAULTS, incomplete: 'keep', unreadableRows: 'skip' }, {});
  let refused;
  const take = (record, delimiter) => {
    records.push({ ...record, delimiter });
    try {
      if (!refused) table.take(record, delimiter !== ',');
    } catch (thrown) {
      refused = said(thrown);
      if (stops) throw thrown;
    }
  };
  let faces;
  let thrown;
  try {
    await readRecords(await openSource(chunks(), 'f.csv'), take, undefined, isFast);
    if (!refused) faces = table.faces();
  } catch (error) {
    thrown = said(error);
  }
  if (breaksAt !== undefined) return { thrown };
  const rows = records.map(({ fields, line, afterBlank, delimiter }) =>
    [line, afterBlank, delimiter, ...fields.map((field) => field.toString('latin1'))].join('\x1f'),
  );
  return { thrown, refused, rows, faces };
}

const said = ({ name, code, message }) => [name, code, message].join(' ');

const counts = { files: 0, rows: 0, fast: 0, faces: 0, refused: 0 };
const { rest } = PlainRows.prototype;
PlainRows.prototype.rest = async function* counted(chunks) {
  try {
    yield* rest.call(this, chunks);
  } finally {
    counts.fast += this.lines;
  }
};
while (counts.rows < ROWS) {
  const bytes = tableOf();
  const lengths = cuts(bytes.length);
  const stops = random.chance(0.3);
  const breaksAt = !stops && random.chance(0.03) ? random.below(lengths.length) : undefined;
  const how = { lengths, stops, breaksAt };
  const fast = await outcome(bytes, how, true);
  const slow = await outcome(bytes, how, false);
  if (!isDeepStrictEqual(fast, slow)) {
    const at = fast.rows?.findIndex((row, i) => row !== slow.rows[i]) ?? -1;
    console.error(`file ${counts.files}: ${JSON.stringify(bytes.toString('latin1')).slice(0, 5000)}`);
    console.error({ ...how, lengths: lengths.slice(0, 20), row: at });
    for (const [way, { rows, ...rest }] of Object.entries({ fast, slow }))
      console.error(way, rest, rows?.length, JSON.stringify(rows?.[at]));
    process.exit(1);
  }
  counts.files++;
  counts.rows += slow.rows?.length ?? 0;
  counts.faces += slow.faces?.count ?? 0;
  if (slow.thrown) counts.refused++;
}
if (counts.fast < counts.rows / 4) throw new Error(`only ${counts.fast} lines went the fast way`);
console.log(
  `${counts.rows} rows of ${counts.files} files are the same with and without csv-parse; ${counts.fast} lines went the fast way, ${counts.faces} rows became faces, ${counts.refused} files were refused`,
);
