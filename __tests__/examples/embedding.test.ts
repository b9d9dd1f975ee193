/** The examples of a pool in somebody's own program: in Fastify, in Express, and behind a queue. */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { useBackend } from '../../lib';
import type { Predictor } from '../../lib/predict/predictor';
import { emptyFolder, ROOT } from '../child';
import { photo, tinyBundle } from '../serve/tiny-bundle';
import { withStarted } from './started';

const example = (name: string) => join(ROOT, 'examples', name);
const env = { FACEMARK_BACKEND: 'cpu' };
let folder: string;
let predictor: Predictor;

beforeAll(async () => {
  await useBackend('cpu');
  ({ folder, predictor } = await tinyBundle('net'));
});

/** 12 million pixels: long enough at work for a client to hang up before the answer. */
const large = () => photo(4000, 3000);

describe.each(['05-fastify.mjs', '06-express.mjs'])('%s', (name) => {
  test('answers with named points, refuses what is no photo, and ends at SIGTERM', async () => {
    await withStarted([example(name), folder, '0'], env, async (app) => {
      const [, url] = await app.prints(/listening on (http:\S+)/);
      const post = async (type: string, body: Uint8Array | string) => {
        const headers = { 'content-type': type };
        const response = await fetch(`${url}/landmarks`, { method: 'POST', headers, body: body as string });
        return [response.status, await response.json()];
      };
      expect(await post('image/x-portable-graymap', photo())).toEqual([200, await predictor.predictImage(photo())]);
      expect(await post('image/jpeg', 'a text')).toEqual([
        422,
        { error: 'the picture is text; expected a picture: JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM.' },
      ]);
      expect((await post('text/plain', '/etc/passwd'))[0]).toBe(415);
      expect((await post('image/x-portable-graymap', 'P5 10000 10000 255\n'))[0]).toBe(413); // 100 megapixels, says its header
      expect((await fetch(`${url}/landmarks`)).status).toBe(404);
      expect(await app.stop('SIGTERM')).toBe(0);
    });
  });

  test('takes the request back when the client hangs up', async () => {
    await withStarted([example(name), folder, '0'], env, async (app) => {
      const [, port] = await app.prints(/listening on http:\S+:(\d+)/);
      const body = large();
      const head = `POST /landmarks HTTP/1.1\r\nhost: x\r\ncontent-type: image/x\r\ncontent-length: ${body.length}\r\n\r\n`;
      const socket = connect(Number(port), '127.0.0.1');
      socket.end(Buffer.concat([Buffer.from(head), body])); // everything is sent, and nobody waits for the answer
      await app.prints(/a client hung up\n$/);
      expect(await app.stop('SIGTERM')).toBe(0);
    });
  });
});

describe('07-queue-consumer.mjs', () => {
  const consumer = example('07-queue-consumer.mjs');
  const linesOf = (text: string): Record<string, unknown>[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const written = (count: number, content: Uint8Array | string): string[] => {
    const names = emptyFolder();
    return Array.from({ length: count }, (_, i) => {
      const path = join(names, `${i}.pgm`);
      writeFileSync(path, content);
      return path;
    });
  };

  test('takes no more photos than workers have room for, and ends with the queue', async () => {
    const photos = written(100, photo());
    await withStarted([consumer, folder], env, async (started) => {
      started.process.stdin.end(photos.join('\n'));
      const [code] = await once(started.process, 'close');
      const { landmarks } = (await predictor.predictImage(photo())).faces[0] as { landmarks: object };
      const done = linesOf(started.printed()).sort(
        (a, b) => photos.indexOf(`${a.photo}`) - photos.indexOf(`${b.photo}`),
      );
      // A pool that waits for nobody (maxQueue 0) refuses what it has no room for: then some would have a second attempt.
      expect(done).toEqual(photos.map((path) => ({ photo: path, attempt: 1, landmarks })));
      expect(code).toBe(0);
    });
  });

  test('tries again what was too late, gives up after three attempts, and what is no photo after one', async () => {
    const [slow] = written(1, large()) as [string];
    const [broken] = written(1, 'a text') as [string];
    const failures = async (path: string, args: string[]) =>
      await withStarted([consumer, folder, ...args], env, async (started) => {
        started.process.stdin.end(path);
        await once(started.process, 'close');
        return linesOf(started.printed()).map(({ photo: which, attempt, code }) => [which, attempt, code]);
      });
    expect(await failures(slow, ['1'])).toEqual([[slow, 3, 'timeout']]);
    expect(await failures(broken, [])).toEqual([[broken, 1, 'bad-image']]);
  });

  test('finishes what it has taken when it is told to stop, though the queue goes on', async () => {
    const [slow] = written(1, large()) as [string];
    const [quick] = written(1, photo()) as [string];
    await withStarted([consumer, folder], env, async (started) => {
      started.process.stdin.write(`${quick}\n`);
      await started.prints(/\n/); // it is at work
      started.process.stdin.write(`${quick}\n${slow}\n`);
      await started.prints(/\n.*\n/); // the slow one is taken
      expect(await started.stop('SIGTERM')).toBe(0);
      expect(linesOf(started.printed()).map(({ photo: which }) => which)).toEqual([quick, quick, slow]);
    });
  });
});
