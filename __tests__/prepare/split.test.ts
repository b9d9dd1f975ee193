import { splitRows } from '../../lib/prepare/split';

const options = { validationFraction: 0.3, seed: 1 };
const sorted = (rows: Int32Array) => [...rows].every((row, i) => i === 0 || row > (rows[i - 1] as number));

test('a thousand rows split into 700 and 300, each row once', () => {
  const { train, validation } = splitRows(1000, options);
  expect([train.length, validation.length]).toEqual([700, 300]);
  expect(new Set([...train, ...validation]).size).toBe(1000);
  expect(sorted(train) && sorted(validation)).toBe(true);
});

test('the same seed gives the same split, another seed another', () => {
  expect(splitRows(100, options)).toEqual(splitRows(100, options));
  expect(splitRows(100, options)).not.toEqual(splitRows(100, { ...options, seed: 2 }));
});

test('the split is shuffled: it takes from every part of the file', () => {
  const { validation } = splitRows(1000, options);
  for (let tenth = 0; tenth < 10; tenth++) {
    const taken = validation.filter((row) => Math.floor(row / 100) === tenth).length;
    expect(Math.abs(taken - 30)).toBeLessThan(4 * Math.sqrt(100 * 0.3 * 0.7)); // four standard deviations
  }
});

test.each([1, 2, 3, 4, 5])('with seed %p the rows of one group stay on one side', (seed) => {
  const groups = Array.from({ length: 500 }, (_, row) => `person ${(row * 7) % 90}`);
  const { train, validation } = splitRows(500, { ...options, seed, groups });
  const people = (rows: Int32Array) => new Set([...rows].map((row) => groups[row]));
  const both = [...people(train)].filter((person) => people(validation).has(person));
  expect(both).toEqual([]);
  expect(Math.abs(validation.length - 150)).toBeLessThanOrEqual(3); // half of a group of 5 or 6
});

test('every stratum is split by the same fraction, single rows included', () => {
  const strata = Array.from({ length: 1000 }, (_, row) => (row < 600 ? 'full' : row < 900 ? 'four' : `odd ${row}`));
  const { train, validation } = splitRows(1000, { ...options, strata });
  const count = (rows: Int32Array, name: string) => [...rows].filter((row) => strata[row]?.startsWith(name)).length;
  expect(validation.length).toBe(300);
  expect(Math.abs(count(validation, 'full') - 180)).toBeLessThanOrEqual(1);
  expect(Math.abs(count(validation, 'four') - 90)).toBeLessThanOrEqual(1);
  expect(Math.abs(count(validation, 'odd') - 30)).toBeLessThanOrEqual(1);
  expect(train.length).toBe(700);
});

test.each([0, 1, -0.5, Number.NaN])('the fraction %p is refused', (validationFraction) => {
  expect(() => splitRows(10, { ...options, validationFraction })).toThrow(
    `validationFraction is ${validationFraction}; expected a number above 0 and below 1.`,
  );
});

test('a split that leaves a side empty is refused', () => {
  expect(() => splitRows(3, { ...options, validationFraction: 0.01 })).toThrow(
    'validationFraction 0.01 of 3 faces leaves no face for validation; expected at least one on both sides: add faces or change the fraction.',
  );
  expect(() => splitRows(3, { ...options, groups: ['a', 'a', 'a'] })).toThrow(
    'validationFraction 0.3 of 3 faces in 1 groups leaves no face for validation; expected at least one on both sides: add faces or change the fraction.',
  );
});

test('groups of another number than the faces are refused', () => {
  expect(() => splitRows(3, { ...options, groups: ['a'] })).toThrow(
    'groups has 1 entries for 3 faces; expected one for each face.',
  );
});
