/**
 * What a case should reach, as functions of a contest's outcome: `{ words, figure, reached }`; `reached` is undefined where the peer is
 * absent. A target that is missed is said in the table; it is no failure, for a busy machine misses them all.
 */

/** Ours takes at most 1/factor of the peer's time. */
export const timesTheSpeedOf = (label, factor) => (subjects) => {
  const ratio = find(subjects, label)?.ratio?.median;
  return target(
    `at least ${Number(factor.toFixed(2))} × the speed of ${label}`,
    ratio,
    ratio >= factor,
    (value) => `${value.toFixed(2)} ×`,
  );
};

/** Ours takes at most so many milliseconds more than the peer. */
export const millisecondsAbove = (label, limit) => (subjects) => {
  const [ours, theirs] = [subjects[0].seconds, find(subjects, label)?.seconds];
  const above = theirs === undefined ? undefined : (ours - theirs) * 1000;
  return target(`at most ${limit} ms above ${label}`, above, above <= limit, (value) => `${value.toFixed(0)} ms`);
};

/** Ours takes at most so many milliseconds. */
export const milliseconds =
  (limit) =>
  ([{ seconds }]) =>
    target(`at most ${limit} ms`, seconds, seconds * 1000 <= limit, (value) => `${(value * 1000).toFixed(2)} ms`);

/** Our process takes at most so much memory. */
export const memoryMB =
  (limit) =>
  ([{ maxRssMiB }]) => {
    const used = maxRssMiB === undefined ? undefined : maxRssMiB * 1.048576;
    return target(`at most ${limit} MB of memory`, used, used <= limit, (value) => `${value.toFixed(0)} MB`);
  };

/** Our training takes at most so much memory beside its data and its network. */
export const trainingMiB =
  (limit) =>
  ([{ trainingMiB: used }]) =>
    target(`at most ${limit} MiB beside data and network`, used, used <= limit, (value) => `${value} MiB`);

function target(words, figure, reached, format) {
  return figure === undefined
    ? { words, figure: 'not measured', reached: undefined }
    : { words, figure: format(figure), reached };
}

function find(subjects, label) {
  return subjects.find((subject) => subject.label === label);
}
