/** Other processes of this machine. */

/**
 * Whether a process that left its number behind is still at work; our own number is that of one that is gone: in a container every
 * process is number 1.
 */
export function isStillRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
