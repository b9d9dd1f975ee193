import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseRunFolder, writeHistory, writeRecord } from '../../lib/run/run-folder';
import { emptyFolder } from '../child';

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

test('a folder that holds an earlier run is refused unless it may be overwritten', async () => {
  const folder = emptyFolder();
  expect(chooseRunFolder(folder, false)).toBe(folder);
  writeFileSync(join(folder, 'run.json'), '{}');
  expect(() => chooseRunFolder(folder, false)).toThrow(
    `${folder} holds the results of an earlier run (run.json); choose another folder, or overwrite it with --overwrite.`,
  );
  expect(chooseRunFolder(folder, true)).toBe(folder);
});

test('without a name the folder is a new one, named by the time', () => {
  const back = process.cwd();
  const here = emptyFolder();
  process.chdir(here);
  try {
    const first = chooseRunFolder(undefined, false);
    expect(first.startsWith(join(here, 'facemark-runs'))).toBe(true);
    expect(first).toMatch(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/);
    mkdirSync(first, { recursive: true });
    expect(chooseRunFolder(undefined, false)).not.toBe(first);
  } finally {
    process.chdir(back);
  }
});
