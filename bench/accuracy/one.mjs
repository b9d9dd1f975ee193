/**
 * One job of the accuracy table, in a process of its own:
 *
 *     node one.mjs '{ "data": FOLDER, "folds": 5, "fold": 0, "configuration": {…}, "seed": 1, "threads": 1, "python": "python3" }'
 *     node one.mjs '{ "data": FOLDER, "synthetic": FOLDER, "configuration": {…}, … }'
 *
 * The first learns from the people of all folds but one and is tested on that one; the second learns from the synthetic faces and is tested
 * on all others: all people, and those with even and with odd numbers. Prints what learners.mjs gives, with `scores` in place of the points.
 */

import { evaluate, selectFaces } from 'facemark';
import { report, settings } from '../as-subject.mjs';
import { meanFace, readFolder } from './faces.mjs';
import { foldsByPerson, halvesByPerson, trainingFaces } from './folds.mjs';
import { LEARNERS } from './learners.mjs';

const { configuration, data, synthetic, folds, untouched, fold, seed, threads, python } = settings;
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 1000).unref(); // nobody is left to read the result

const real = await readFolder(data);
const { learnt, tests } = synthetic ? await fromSynthetic() : fromOtherPeople();
const tested = selectFaces(
  real.faces,
  tests.flatMap(({ rows }) => rows),
);
const { absent, points, seconds, ...rest } = await LEARNERS[configuration.method](configuration, learnt, tested, {
  seed,
  threads,
  python,
});
if (absent !== undefined) console.log(JSON.stringify({ absent }));
else report(seconds, { ...rest, trainedOn: learnt.faces.count, scores: await scoresOf(points) });

/** Other people's faces, and the mean face of those. */
function fromOtherPeople() {
  const all = foldsByPerson(real.persons, folds, untouched);
  const learnt = only(real, trainingFaces(all, fold));
  return { learnt, tests: [{ name: 'fold', rows: all[fold], baseline: meanFace(learnt.faces) }] };
}

/** Each half stands beside the mean face of the other; all people beside their own, which is the best there is. */
async function fromSynthetic() {
  const { even, odd } = halvesByPerson(real.persons);
  const meanOf = (rows) => meanFace(selectFaces(real.faces, rows));
  const all = [...real.persons.keys()];
  const tests = [
    { name: 'all', rows: all, baseline: meanOf(all) },
    { name: 'even', rows: even, baseline: meanOf(odd) },
    { name: 'odd', rows: odd, baseline: meanOf(even) },
  ];
  return { learnt: await readFolder(synthetic), tests };
}

function only({ faces, persons }, rows) {
  return { faces: selectFaces(faces, rows), persons: rows.map((row) => persons[row]) };
}

/** Scores by test; `points` are those of all tests in turn. */
async function scoresOf(points) {
  const { schema } = tested;
  const coordinates = 2 * schema.landmarks.length;
  const scores = {};
  let at = 0;
  for (const { name, rows, baseline } of tests) {
    const some = points.subarray(at * coordinates, (at + rows.length) * coordinates);
    const answers = { schema, meanFace: baseline, predictPoints: async () => some };
    scores[name] = await evaluate(answers, selectFaces(real.faces, rows));
    at += rows.length;
  }
  return scores;
}
