/** Loaded into every thread of a process: ends all but the main one, without an error. */

if (!require('node:worker_threads').isMainThread) process.exit(0);
