import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearRun, inRunFolder, writeHistory, writeRecord } from '../../lib/run/run-folder';
import { emptyFolder } from '../child';
import { messageFrom } from '../tiny-faces';

test('the history is there for spreadsheets and for programs', async () => {
  const folder = join(emptyFolder(), 'run');
  await writeHistory(folder, { training: Float64Array.of(0.5, 0.25), validation: Float64Array.of(0.6, 0.3) });
  expect(readFileSync(join(folder, 'history.csv'), 'utf8')).toBe(
    'iteration,training,validation\n0,0.5,0.6\n1,0.25,0.3\n',
  );
  expect(JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8'))).toEqual({
    training: [0.5, 0.25],
    validation: [0.6, 0.3],
  });
});

test('the record is JSON that a person can read', async () => {
  const folder = emptyFolder();
  await writeRecord(folder, { a: 1 });
  expect(readFileSync(join(folder, 'run.json'), 'utf8')).toBe('{\n  "a": 1\n}\n');
});

const nothing = async (folder: string) => folder;

test('a folder that holds an earlier run is refused unless it may be overwritten', async () => {
  const folder = emptyFolder();
  expect(await inRunFolder(folder, false, nothing)).toBe(folder);
  writeFileSync(join(folder, 'run.json'), '{}');
  expect(await messageFrom(() => inRunFolder(folder, false, nothing))).toBe(
    `${folder} holds the results of an earlier run (run.json); choose another folder, or overwrite it with --overwrite.`,
  );
  expect(await inRunFolder(folder, true, nothing)).toBe(folder);
});

test('a file in the place of the folder is refused before the work begins', async () => {
  const file = join(emptyFolder(), 'taken');
  writeFileSync(file, '');
  const job = jest.fn(nothing);
  for (const folder of [file, join(file, 'run')])
    expect(await messageFrom(() => inRunFolder(folder, false, job))).toBe(
      `the run folder ${folder} cannot be made: a file stands in its way; choose another place.`,
    );
  expect(job).not.toHaveBeenCalled();
});

test('a folder that was made for a job in vain is removed again, a folder that was there is not', async () => {
  const there = emptyFolder();
  const made = join(there, 'run');
  const fail = async () => {
    throw new Error('in vain');
  };
  await expect(inRunFolder(made, false, fail)).rejects.toThrow('in vain');
  expect(existsSync(made)).toBe(false);
  await expect(inRunFolder(there, false, fail)).rejects.toThrow('in vain');
  expect(existsSync(there)).toBe(true);
});

test('what an earlier run has left is removed, and nothing else', async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'bundle'));
  for (const name of ['run.json', 'history.csv', 'comparison.png', 'bundle/model.json', 'notes.txt'])
    writeFileSync(join(folder, name), '');
  await clearRun(folder);
  expect(readdirSync(folder)).toEqual(['notes.txt']);
});

test('without a name the folder is a new one, named by the time, even for jobs that begin at once', async () => {
  const back = process.cwd();
  const here = emptyFolder();
  process.chdir(here);
  try {
    const folders = await Promise.all([1, 2, 3].map(() => inRunFolder(undefined, false, nothing)));
    expect(new Set(folders).size).toBe(3);
    for (const folder of folders) {
      expect(folder.startsWith(join(here, 'facemark-runs'))).toBe(true);
      expect(folder).toMatch(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-\d)?$/);
    }
  } finally {
    process.chdir(back);
  }
});
