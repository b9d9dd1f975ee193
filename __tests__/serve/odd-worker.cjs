// A worker that does what it is told, also to itself.

const { closeSync, existsSync, openSync, writeFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const { FacemarkError } = require('../../dist/errors');
const { serveAsWorker } = require('../../dist/serve/worker-duty');

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What Node and V8 print of a death that a test asks for is of no use to its reader. */
function dieQuietly() {
  if (!isMainThread) return;
  closeSync(2);
  openSync('/dev/null', 'w'); // takes the lowest number that is free: 2
}

const DEEDS = {
  echo: async ({ value }) => value,
  wait: async ({ ms, value }) => {
    await sleep(ms);
    return value;
  },
  refuse: async () => {
    throw new FacemarkError('bad-image', 'the picture is a cat.', { details: { legs: 4 } });
  },
  exit: async () => process.exit(7),
  throwUncaught: async () => {
    dieQuietly();
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    await sleep(10_000);
  },
  exhaust: async () => {
    dieQuietly();
    for (const hoard = []; ; ) hoard.push(new Array(1000).fill(hoard.length));
  },
  exitOnce: async ({ marker, value }) => {
    if (existsSync(marker)) return value;
    writeFileSync(marker, '');
    process.exit(7);
  },
  spin: () => {
    for (;;);
  },
};

serveAsWorker(async ({ unfit, gone }) => {
  if (gone) process.exit(3);
  if (unfit) throw new FacemarkError('backend', 'there is no engine.');
  return { ready: 'hello', perform: ({ work }) => DEEDS[work.deed](work) };
});
