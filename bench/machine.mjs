/** The machine that a figure was measured on. */

import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** @param threads how many each side was given */
export function machine(threads) {
  return {
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    threads,
    /** Others' work at the start: above about 0.3 the figures are not to be trusted. */
    loadBefore: Number(loadavg()[0].toFixed(2)),
  };
}
