/** The pure parts of the accuracy table: who is tested by which fold, what a result is remembered by, what the table says. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { emptyFolder, node, ROOT } from '../child';

/** Runs a function of bench/accuracy in a plain Node, as the script does: `body` returns what comes back. */
async function accuracy<T>(files: Record<string, string>, body: string): Promise<T> {
  const url = (file: string) => pathToFileURL(join(ROOT, 'bench', 'accuracy', file)).href;
  const imports = Object.entries(files).map(
    ([file, names]) => `import { ${names} } from ${JSON.stringify(url(file))};`,
  );
  const script = `${imports.join('\n')}\nconsole.log(JSON.stringify(await (async () => { ${body} })()));`;
  const { stdout, stderr } = await node(['--input-type=module', '-e', script]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** 90 faces of 12 people, mixed: four to eight of each. */
const persons = Array.from({ length: 90 }, (_, i) => `p${(i * i + i) % 23}`);
const folding = { 'folds.mjs': 'foldsByPerson, trainingFaces, halvesByPerson' };

describe('folds', () => {
  test('test every face once, and nobody is on both sides', async () => {
    const sides = await accuracy<{ tested: number[]; trained: number[] }[]>(
      folding,
      `const folds = foldsByPerson(${JSON.stringify(persons)}, 5);
       return folds.map((tested, fold) => ({ tested, trained: trainingFaces(folds, fold) }));`,
    );
    const all = persons.map((_, i) => i);
    expect(sides.flatMap(({ tested }) => tested).sort((a, b) => a - b)).toEqual(all);
    for (const { tested, trained } of sides) {
      expect([...tested, ...trained].sort((a, b) => a - b)).toEqual(all);
      const strangers = new Set(trained.map((face) => persons[face]));
      expect(tested.filter((face) => strangers.has(persons[face] as string))).toEqual([]);
    }
  });

  test('differ by no more faces than one person has', async () => {
    const sizes = await accuracy<number[]>(
      folding,
      `return foldsByPerson(${JSON.stringify(persons)}, 5).map(({ length }) => length);`,
    );
    const ofOne = Math.max(...persons.map((person) => persons.filter((other) => other === person).length));
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(ofOne);
  });

  test('stay as they are when the files are read in another order', async () => {
    const [forwards, backwards] = await accuracy<[string[][], string[][]]>(
      folding,
      `const persons = ${JSON.stringify(persons)};
       const people = (names) => foldsByPerson(names, 5).map((fold) => [...new Set(fold.map((i) => names[i]))].sort());
       return [people(persons), people(persons.toReversed())];`,
    );
    expect(backwards).toEqual(forwards);
  });

  test('put people who took no part in choosing into the first, all of them and nobody else', async () => {
    const untouched = ['p0', 'p2', 'p6'];
    const folds = await accuracy<number[][]>(
      folding,
      `return foldsByPerson(${JSON.stringify(persons)}, 4, ${JSON.stringify(untouched)});`,
    );
    expect(folds).toHaveLength(4);
    expect(folds[0]).toEqual([...persons.keys()].filter((face) => untouched.includes(persons[face] as string)));
    expect(folds.flat().sort((a, b) => a - b)).toEqual([...persons.keys()]);
    for (const fold of folds) {
      const others = new Set(folds.filter((other) => other !== fold).flatMap((other) => other.map((i) => persons[i])));
      expect(fold.filter((face) => others.has(persons[face]))).toEqual([]);
    }
    const message = await accuracy<string>(
      folding,
      `try { foldsByPerson(['a', 'b', 'a'], 2, ['c']) } catch ({ message }) { return message }`,
    );
    expect(message).toBe('c took no part in the choice, and is on no face');
  });

  test('need people enough', async () => {
    const message = await accuracy<string>(
      folding,
      `try { foldsByPerson(['a', 'b', 'a'], 3) } catch ({ message }) { return message }`,
    );
    expect(message).toBe('there are 2 people for 3 folds; expected at least one for each');
  });

  test('halves are by even and odd number, or by the order of names that are no numbers', async () => {
    const halves = await accuracy(
      folding,
      `return [['10', '7', '12', '7'], ['ann', 'bob', 'ann']].map(halvesByPerson);`,
    );
    expect(halves).toEqual([
      { even: [0, 2], odd: [1, 3] },
      { even: [0, 2], odd: [1] },
    ]);
  });
});

describe('a result is remembered', () => {
  const keys = (...parts: object[]) =>
    accuracy<string[]>({ 'cache.mjs': 'keyOf' }, `return ${JSON.stringify(parts)}.map(keyOf);`);

  test('by all that it depends on, in whatever order it is told', async () => {
    const [key, reordered, otherFold, otherOption] = await keys(
      { fold: 1, options: { iterations: 3, augment: true } },
      { options: { augment: true, iterations: 3 }, fold: 1 },
      { fold: 2, options: { iterations: 3, augment: true } },
      { fold: 1, options: { iterations: 4, augment: true } },
    );
    expect(reordered).toBe(key);
    expect(new Set([key, otherFold, otherOption]).size).toBe(3);
  });

  test('under its job, whatever the row is called and however many seeds there are', async () => {
    const jobs = await accuracy<{ name: string; key: string; seed: number; fold?: number }[][]>(
      { 'jobs.mjs': 'jobsOf' },
      `const row = { name: 'net', label: 'a net', method: 'net', options: { iterations: 3 }, seeds: 3 };
       const plan = { folds: 5, chosen: [0, 3], data: '.', world: { code: 'c' }, synthetic: ['net'], syntheticFolder: 's' };
       const jobs = (changes, more) => jobsOf({ ...plan, configurations: [{ ...row, ...changes }], ...more });
       const others = [jobs({}, { syntheticFolder: 'other' }), jobs({}, { synthetic: [] })];
       return [jobs({}), jobs({ label: 'another name' }), jobs({ options: { iterations: 4 } }), ...others];`,
    );
    const [first, renamed, changed, otherSynthetic, noSynthetic] = jobs.map((some) => some.map(({ key }) => key));
    expect(jobs[0]?.map(({ name }) => name)).toEqual([
      ...['net-fold-1-seed-1', 'net-fold-1-seed-2', 'net-fold-1-seed-3', 'net-fold-4-seed-1'],
      'net-synthetic-to-real-seed-1',
    ]);
    expect(new Set(first).size).toBe(5);
    expect(renamed).toEqual(first);
    expect(noSynthetic).toEqual(first?.slice(0, 4));
    expect(otherSynthetic?.filter((key) => !first?.includes(key))).toHaveLength(1);
    expect(first?.filter((key) => changed?.includes(key))).toEqual([]);
  });

  test('and found again, and only under its own key', async () => {
    const folder = join(emptyFolder(), 'jobs');
    const found = await accuracy(
      { 'cache.mjs': 'resultsIn' },
      `const known = resultsIn(${JSON.stringify(folder)});
       const job = { name: 'net-fold-1', key: 'a' };
       const before = known.get(job) ?? 'nothing';
       await known.put(job, { seconds: 2 });
       return [before, known.get(job), known.get({ ...job, key: 'b' }) ?? 'nothing'];`,
    );
    expect(found).toEqual(['nothing', { seconds: 2 }, 'nothing']);
  });
});

test('several files of faces are one, with people who are the same in all, and labels that are missing', async () => {
  const folder = emptyFolder();
  const header = 'left_eye_center_x,left_eye_center_y,right_eye_center_x,right_eye_center_y,Image';
  writeFileSync(join(folder, 'a.csv'), `${header}\n3,1,1,1,1 2 3 4\n3,1,,,5 6 7 8\n`);
  writeFileSync(join(folder, 'a.people.csv'), 'row,person\n0,ann\n1,bob\n');
  writeFileSync(join(folder, 'b.csv'), `${header}\n3,2,1,2,9 9 9 9\n`);
  writeFileSync(join(folder, 'b.people.csv'), 'row,person\n0,ann\n');
  mkdirSync(join(folder, 'c'));
  const read = await accuracy(
    { 'faces.mjs': 'readFolder, meanFace' },
    `const { faces, persons } = await readFolder(${JSON.stringify(folder)});
     return { persons, count: faces.count, pixels: [...faces.pixels], rows: [...faces.sourceRows], mean: [...meanFace(faces)] };`,
  );
  expect(read).toEqual({
    ...{ persons: ['ann', 'bob', 'ann'], count: 3, rows: [0, 1, 2] },
    ...{ pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9], mean: [3, Math.fround(4 / 3), 1, 1.5] },
  });
});

describe('the table', () => {
  const scores = (rmsePx: number, nme: number) => ({
    ...{ count: 10, rmsePx, gain: 1 - rmsePx / 4, meanFace: { rmsePx: 4 } },
    normalised: {
      interOcular: { nme, failureRate: 0.1, count: 8 },
      interPupil: { nme: 9, failureRate: 9, count: 7 },
    },
  });
  const result = (rmsePx: number, seconds: number) => ({
    ...{ seconds, weights: 924_730, multiplyAdds: 3_600_000, scores: { fold: scores(rmsePx, rmsePx / 100) } },
  });
  const results = {
    ...{ date: '2026-11-26T05:00:00Z', command: 'npm run accuracy', jobs: 2, folds: 5, chosen: [0, 1] },
    ...{ machine: { processor: 'a processor', cores: 2, system: 'a system' } },
    data: { words: 'Real faces', faces: 20, people: 4 },
    rows: [
      { label: 'net', folds: [result(2, 10), result(3, 20)], seeds: [result(2, 10), result(2.2, 9), result(2.4, 9)] },
      { label: 'peer', folds: [], seeds: [], absent: "No module named 'scipy'" },
      { label: 'broken', folds: [], seeds: [], failed: 'broken ended with 1' },
    ],
    synthetic: [
      {
        ...{ label: 'net', trainedOn: 4000 },
        scores: { all: scores(3, 0.08), even: scores(2, 0.07), odd: scores(5, 0.09) },
      },
    ],
  };

  test('has the mean and the spread of the folds, the spread of the seeds, and a row for who is absent', async () => {
    const lines = (await accuracy<string>({ 'table.mjs': 'table' }, `return table(${JSON.stringify(results)});`)).split(
      '\n',
    );
    expect(lines[1]).toBe('Real faces: 20 faces of 4 people in 5 folds, nobody in two; folds 1, 2 only.');
    // Mean of 2 and 3, their sample deviation √½; 1 − 2.5/4; the sample deviation of 2, 2.2 and 2.4.
    expect(lines).toContain('| net | 2.50 ± 0.71 | 38 % | 0.20 (3 seeds) | 2.50 % | 10.0 % | 15 s | 3.6 M | 925 k |');
    expect(lines).toContain("| peer | absent: No module named 'scipy' | | | | | | | |");
    expect(lines).toContain('| broken | **failed**: broken ended with 1 | | | | | | | |');
  });

  test('has the first fold in a column of its own where its people took no part in choosing', async () => {
    const text = await accuracy<string>(
      { 'table.mjs': 'table' },
      `return table(${JSON.stringify({ ...results, untouched: 3 })});`,
    );
    expect(text).toContain('Fold 1 is the 3 people who took no part in choosing.');
    // Mean of the seeds 2, 2.2 and 2.4, and how far it is below 4.
    expect(text).toContain('| net | 2.50 ± 0.71 | 38 % | 2.20 (45 %) | 0.20 (3 seeds) |');
    expect(text).toContain("| peer | absent: No module named 'scipy' | | | | | | | | |");
  });

  test('has what was learned from synthetic faces beside the real mean face', async () => {
    const text = await accuracy<string>({ 'table.mjs': 'table' }, `return table(${JSON.stringify(results)});`);
    expect(text).toContain('Trained on 4000 synthetic faces alone:');
    expect(text).toContain('| net | all people, 10 faces | 3.00 | 4.00 | 25 % | 8.00 % | 10.0 % |');
    expect(text).toContain('| net | people with odd numbers, 10 faces | 5.00 | 4.00 | −25 % | 9.00 % | 10.0 % |');
  });
});
