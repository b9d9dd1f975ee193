import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupsOf, readGroups } from '../../lib/data/groups';
import { selectFaces } from '../../lib/landmarks/faces';
import { emptyFolder } from '../child';
import { messageFrom, tinyFaces } from '../tiny-faces';

const path = join(emptyFolder(), 'people.csv');
/** Bytes, so that a test can hold what is no UTF-8. */
const groups = (text: string, column?: string) => {
  writeFileSync(path, Buffer.from(text, 'latin1'));
  return readGroups(path, { column });
};
const faces = tinyFaces({ count: 3 });

test.each([
  ['with row numbers in any order', 'row,person\n2,c\n0,a\n1,b\n', undefined],
  ['without row numbers', 'person\na\nb\nc\n', undefined],
  ['with a column that is named', 'row,age,person\n0,1,a\n1,1,b\n2,1,c\n', 'person'],
])('a file %s gives every face its group', async (_, text, column) => {
  expect(groupsOf(faces, await groups(text, column))).toEqual(['a', 'b', 'c']);
});

test('groups follow the faces through dropped rows', async () => {
  expect(groupsOf(selectFaces(faces, [2, 0]), await groups('person\na\nb\nc\n'))).toEqual(['c', 'a']);
});

test.each([
  ['row,person\n0,a\n0,b\n', `${path}, line 3: the row 0 stands twice; expected every row of the faces once.`],
  ['row,person\nx,a\n', `${path}, line 2: found "x" as row; expected a whole number, counted from 0.`],
  ['row,person\n0\n', `${path}, line 2: found one cell; expected 2, as in the header.`],
  [
    'person\na\n\nc\n',
    `${path}, line 4: a blank line stands before this one, so it cannot be told which row it is; expected a group in every line, or a column row.`,
  ],
  ['row,person\n0,\n', `${path}, line 2: the row 0 has no group; expected a name or a number.`],
  ['row,person,person\n', `${path}, line 1: the column person stands twice; expected every column once.`],
  [
    '# who\nperson\na\n',
    `${path}, line 1: the header begins with #; comments are not read: remove the line, or the # before the titles.`,
  ],
  ['person\nM\xfcller\n', `${path}, line 2: "M\ufffdller" is not UTF-8; save the file as UTF-8.`],
  [
    ',person\n2,c\n0,a\n1,b\n',
    `${path}, line 1: a column without a name may say which face is meant, which is not understood; expected a column row with the number of the face's row, counted from 0, or nothing but the groups in order.`,
  ],
  [
    'row,person,age\n0,a,1\n',
    `${path}, line 1: person, age could all name the groups; expected one column besides row, or name it (column, --groups-column).`,
  ],
  [
    'row\n0\n',
    `${path}, line 1: there is no column of groups; expected one column besides row, or name it (column, --groups-column).`,
  ],
])('%j is refused', async (text, sentence) => {
  expect(await messageFrom(() => groups(text))).toBe(sentence);
});

test('a column that is not there is refused', async () => {
  expect(await messageFrom(() => groups('row,person\n0,a\n', 'name'))).toBe(
    `${path}, line 1: there is no column name; found person.`,
  );
});

test('a face without a group is refused', async () => {
  const few = await groups('row,person\n0,a\n');
  expect(await messageFrom(() => groupsOf(faces, few))).toBe(
    `${path} names no group for row 1 of tiny faces; expected one for each of its 3 rows, counted from 0.`,
  );
});

test('groups for more rows than the faces have are refused', async () => {
  const many = await groups('row,person\n0,a\n1,b\n2,c\n3,d\n');
  expect(await messageFrom(() => groupsOf(faces, many))).toBe(
    `${path} names a group for row 3 of tiny faces, which has 3 rows, counted from 0; expected the groups of these faces.`,
  );
});

test('without row numbers there are as many groups as rows: a file without a header has one too few', async () => {
  expect(await messageFrom(async () => groupsOf(faces, await groups('a\nb\nc\n')))).toBe(
    `${path} has 2 groups and no column row, tiny faces has 3 rows; expected a header and one group for each row, or a column row that says which.`,
  );
});

test('groups with line breaks in quoted cells are no blank lines', async () => {
  expect(groupsOf(faces, await groups('person\n"a\nb"\nc\nd\n'))).toEqual(['a\nb', 'c', 'd']);
});

test('groups of very many rows are found', async () => {
  const count = 200_000;
  const many = { ...faces, report: { ...faces.report, rows: count } };
  const text = `person\n${'a\n'.repeat(count)}`;
  expect(groupsOf(many, await groups(text))).toEqual(['a', 'a', 'a']);
});
