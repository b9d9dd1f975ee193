/** The machine that a figure was measured on, and whether it had anything else to do. */

import { arch, cpus, platform, release, totalmem } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** @param threads how many each side was given */
export function machine(threads) {
  return {
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    threads,
  };
}

const SAMPLE_MS = 100; // ten ticks of the clock that counts

/** How many cores others keep busy while this process waits. */
export async function othersBusyCores() {
  const before = busyAndAll();
  await setTimeout(SAMPLE_MS);
  const after = busyAndAll();
  return (cpus().length * (after.busy - before.busy)) / (after.all - before.all || 1);
}

function busyAndAll() {
  const times = cpus().map((core) => core.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}
