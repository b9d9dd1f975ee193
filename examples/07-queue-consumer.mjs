// Consume a queue: paths of photos in, landmarks out, a JSON document a line. No photo is taken that no worker has room for, what
// fails for the moment is tried again, and SIGTERM ends it when what was taken is done.
//
//     facemark train --out first-net                     makes a bundle
//     ls photos/*.jpg | node examples/07-queue-consumer.mjs first-net/bundle [timeoutMs]
//
// Lines of standard input stand for the queue: the loop takes any async iterator, such as that of your broker's client.

import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from 'facemark';

const [bundle, timeoutMs = '30000'] = process.argv.slice(2);
if (!bundle) throw new Error('usage: node examples/07-queue-consumer.mjs BUNDLE [TIMEOUT_MS] < PATHS');

const ATTEMPTS = 3;
const PAUSE_MS = 100; // before the second attempt; twice that before the third
const PASSING = ['overloaded', 'timeout', 'worker']; // codes of what may go well the next time

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const pool = await createPool(bundle, { maxQueue: 0, timeoutMs: Number(timeoutMs) }); // what must wait, waits in the queue
const queue = createInterface({ input: process.stdin, signal: stop.signal }); // ends with the input, or when told to stop
const atWork = new Set();

for await (const photo of queue) {
  if (stop.signal.aborted) break; // not begun: the next consumer's
  await pool.room();
  const job = handle(photo).finally(() => atWork.delete(job));
  atWork.add(job);
}
await Promise.all(atWork);
await pool.close();

async function handle(photo) {
  for (let attempt = 1; ; attempt++) {
    try {
      const { faces } = await pool.predictImage(photo);
      console.log(JSON.stringify({ photo, attempt, landmarks: faces[0].landmarks })); // and acknowledge it here
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !PASSING.includes(error.code)) {
        console.error(JSON.stringify({ photo, attempt, code: error.code, error: error.message })); // a dead letter
        return;
      }
    }
    await sleep(PAUSE_MS * attempt);
    await pool.room();
  }
}
