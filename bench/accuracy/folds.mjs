/** Folds by people: every face is tested once, by a network that has seen nobody of its fold. */

import { createHash } from 'node:crypto';

/**
 * Divides faces into folds. People are taken in an order that depends on their names alone, each by the fold that has the fewest faces.
 *
 * @param {readonly string[]} persons [n] who is on each face
 * @param {number} count how many folds
 * @param {readonly string[]} untouched people who are the first fold, all of them and nobody else; without any the first is like the others
 * @returns {number[][]} the faces that each fold tests on, ascending
 * @throws Error when there are fewer people than folds, or one of `untouched` is on no face
 */
export function foldsByPerson(persons, count, untouched = []) {
  if (untouched.length > 0) {
    const apart = new Set(untouched);
    const stranger = untouched.find((person) => !persons.includes(person));
    if (stranger !== undefined) throw new Error(`${stranger} took no part in the choice, and is on no face`);
    const facesOf = (isApart) => [...persons.keys()].filter((face) => apart.has(persons[face]) === isApart);
    const others = facesOf(false);
    const folds = foldsByPerson(
      others.map((face) => persons[face]),
      count - 1,
    );
    return [facesOf(true), ...folds.map((fold) => fold.map((i) => others[i]))];
  }
  const facesOf = new Map();
  for (const [face, person] of persons.entries()) facesOf.set(person, [...(facesOf.get(person) ?? []), face]);
  if (facesOf.size < count)
    throw new Error(`there are ${facesOf.size} people for ${count} folds; expected at least one for each`);
  const folds = Array.from({ length: count }, () => []);
  for (const person of [...facesOf.keys()].sort(byHash)) {
    const smallest = folds.reduce((a, b) => (b.length < a.length ? b : a));
    smallest.push(...facesOf.get(person));
  }
  return folds.map((fold) => fold.sort((a, b) => a - b));
}

/** The faces of all folds but one: what that fold trains on. */
export function trainingFaces(folds, tested) {
  return folds
    .filter((_, fold) => fold !== tested)
    .flat()
    .sort((a, b) => a - b);
}

/** Faces of people with even numbers, and with odd ones; people whose names are no numbers are counted as they come. */
export function halvesByPerson(persons) {
  const order = [...new Set(persons)];
  const areNumbers = order.every((person) => /^\d+$/.test(person));
  const isOdd = (person) => (areNumbers ? Number(person.at(-1)) : order.indexOf(person)) % 2 === 1;
  const faces = [...persons.keys()];
  return { even: faces.filter((i) => !isOdd(persons[i])), odd: faces.filter((i) => isOdd(persons[i])) };
}

function byHash(a, b) {
  const hash = (person) => createHash('sha256').update(`fold of ${person}`).digest('hex');
  return hash(a) < hash(b) ? -1 : 1;
}
