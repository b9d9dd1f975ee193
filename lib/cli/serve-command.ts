/** `facemark serve`: photos in, named points out, over HTTP. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Command, Option } from '@commander-js/extra-typings';
import { useBackend } from '../backend/choose';
import { FacemarkError, messageOf } from '../errors';
import { collectLessOften } from '../serve/collect-less';
import { ISOLATIONS } from '../serve/link';
import { namedBundles } from '../serve/networks';
import { SERVE_DEFAULTS, type Service, serve } from '../serve/serve';
import * as shared from './shared-options';
import { stopSignal } from './stop-signal';
import { number, whole } from './values';

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** The command with its options, help and action. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'Serves networks over HTTP: POST a photo to /v1/predict and get named points; or speak the Open Inference Protocol, as KServe and Triton clients do. Ctrl-C or SIGTERM ends it when all that came in is answered.',
    )
    .argument('<bundles...>', 'folders of bundles, such as RUN/bundle; NAME=FOLDER gives one another name')
    .optionsGroup('Network:')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for every network', SERVE_DEFAULTS.host)
    .option('-p, --port <n>', 'port; 0 for any that is free', whole, SERVE_DEFAULTS.port)
    .option('--token-file <file>', 'file with a token that clients must send (default: $FACEMARK_TOKEN, if it is set)')
    .option('--no-page', 'no page at /, and no networks to download')
    .optionsGroup('Workers:')
    .option('--workers <n>', 'how many', whole, SERVE_DEFAULTS.workers)
    .addOption(
      new Option(
        '--isolation <what>',
        'processes survive whatever a picture does to a decoder; threads take less memory',
      )
        .choices(ISOLATIONS)
        .default(SERVE_DEFAULTS.isolation),
    )
    .option('--concurrency <n>', 'photos that a worker has at a time', whole, SERVE_DEFAULTS.concurrency)
    .addOption(shared.backend())
    .optionsGroup('Limits:')
    .option('--max-queue <n>', 'requests that may wait; one more is answered 503', whole, SERVE_DEFAULTS.maxQueue)
    .option('--timeout-ms <ms>', 'time for a request, waiting included', whole, SERVE_DEFAULTS.timeoutMs)
    .option('--max-body-bytes <n>', 'largest body of a request', whole, SERVE_DEFAULTS.maxBodyBytes)
    .option('--max-megapixels <n>', 'largest photo', number, SERVE_DEFAULTS.maxMegapixels)
    .option(
      '--max-bytes-inside <n>',
      'bodies held at the same time, all together',
      whole,
      SERVE_DEFAULTS.maxBytesInside,
    )
    .optionsGroup('Run:')
    .addOption(
      new Option('--log-level <level>', 'of the log on standard output, a JSON document a line')
        .choices(LEVELS)
        .default('info' as const),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (bundles, { tokenFile, logLevel, ...options }) => {
      collectLessOften();
      const token = readToken(tokenFile);
      const log = { level: logLevel, stream: process.stdout };
      if (options.backend === 'wasm') await useBackend('wasm'); // this process has no other use for an engine: it answers small faces itself
      const service = await serve(namedBundles(bundles), { ...options, token, log });
      announce(service, options.host, token !== undefined, options.page);
      await untilStopped(service);
    });
  return command as unknown as Command;
}

/** A token is a secret: it comes from a file or the environment, never from the command line, which everybody on the machine can read. */
function readToken(file: string | undefined): string | undefined {
  if (file === undefined) return process.env.FACEMARK_TOKEN || undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new FacemarkError('bad-file', `the file of the token cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

/** Closes the service at the first Ctrl-C or SIGTERM, which is how a service ends, so the exit code is 0; a second one ends the process. */
async function untilStopped(service: Service): Promise<void> {
  const stop = stopSignal(() => console.error('Answering what came in; once more ends it at once.'));
  await once(stop.signal, 'abort');
  await service.close();
  stop.release();
}

function announce({ url, pool }: Service, host: string, hasToken: boolean, hasPage: boolean): void {
  const { backend, isolation, workers } = pool.status();
  const names = Object.keys(pool.models).join(', ');
  console.error(`Serving ${names} at ${url} (${backend.name}; workers: ${workers.wanted}, each a ${isolation}).`);
  if (hasPage) console.error(`  ${url}/ is a page to try it.`);
  console.error(`  curl --data-binary @photo.jpg ${url}/v1/predict`);
  if (!hasToken && !/^(127\.|::1$|localhost$)/.test(host))
    console.error('Everybody who reaches this address may use it; --token-file asks for a token.');
}

const EXAMPLES = `
Examples:
  $ facemark serve first-net/bundle
  $ facemark serve first-net/bundle better=second-net/bundle --port 9000
  $ facemark serve first-net/bundle --host 0.0.0.0 --token-file token.txt --workers 4
  $ curl --data-binary @photo.jpg 'http://127.0.0.1:8080/v1/predict?box=10,20,200,200'
  $ curl -F image=@photo.jpg http://127.0.0.1:8080/v1/predict
`;
