/** `facemark native`: the options of `makeNative`, its steps as they are done, and its report in words. */

import { Command } from '@commander-js/extra-typings';
import { makeNative, type NativeEvent, type NativeReport } from '../doctor/native';
import { labelled } from './job-words';
import { stopSignal } from './stop-signal';

/** The command with its options, help and action. */
export function nativeCommand(): Command {
  const command = new Command('native')
    .description(
      'Makes @tensorflow/tfjs-node, the fastest engine, work in this project: installs it without its script if it is absent, gives it a TensorFlow, builds its addon, and proves it. Needs npm, a C++ compiler and python3 with pip; Linux x64 with glibc.',
    )
    .option(
      '--tensorflow <path>',
      "a wheel of tensorflow-cpu, an unpacked libtensorflow, or the folder of Python's package tensorflow (default: the one that python3 has, else downloaded from PyPI)",
    )
    .option('--dry-run', 'print the plan and do nothing')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...options }) => {
      const stop = stopSignal(() => process.stderr.write('\nstopping; the project stays as it was\n'));
      try {
        const onEvent = json ? () => undefined : show;
        const report = await makeNative({ ...options, signal: stop.signal, onEvent });
        console.log(json ? JSON.stringify(report, null, 2) : inWords(report));
      } finally {
        if (stop.signal.aborted) process.exitCode = stop.exitCode;
        stop.release();
      }
    });
  return command as unknown as Command;
}

/** Steps on standard error, as they begin; on a terminal the bytes of a download run on the line below. */
function show(event: NativeEvent): void {
  const { stderr } = process;
  if (event.kind === 'step')
    stderr.write(`${stderr.isTTY ? '\r\u001b[K' : ''}[${event.number}/${event.of}] ${event.text} …\n`);
  if (event.kind === 'bytes' && stderr.isTTY) stderr.write(`\r\u001b[K      ${(event.bytes / 1e6).toFixed(0)} MB`);
}

function inWords({ outcome, steps, folder, wasm, tensorflow, difference, bytes }: NativeReport): string {
  if (outcome === 'planned')
    return ['Would do:', ...steps.map((step, i) => `  ${i + 1}. ${step}`), '', 'Nothing was changed.'].join('\n');
  const speed = (name: string, measured: NativeReport['wasm']) =>
    measured?.works
      ? [
          labelled(
            name,
            `${measured.gflops.toFixed(0)} GFLOP/s, ${measured.iterationMs.toFixed(1)} ms for one of the tutorial's iterations`,
            process.stdout,
          ),
        ]
      : [];
  const size = bytes === undefined ? '' : `, ${(bytes / 1e6).toFixed(0)} MB`;
  const engine = tensorflow?.works ? ` with TensorFlow ${tensorflow.version}` : '';
  return [
    outcome === 'worked-already'
      ? `tfjs-node works already${engine}: there is nothing to do.`
      : `tfjs-node works${engine}: ${folder}${size}. facemark takes it from now on.`,
    `Its numbers are those of WebAssembly (relative difference at most ${difference?.toExponential(0)}).`,
    '',
    ...speed('before', wasm),
    ...speed('now', tensorflow),
    ...(outcome === 'built'
      ? ['', '`npm ci` removes it again: run `facemark native` after it, or keep node_modules in a cache.']
      : []),
  ].join('\n');
}

const EXAMPLES = `
Examples:
  $ facemark native --dry-run
  $ facemark native
  $ facemark native --tensorflow tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl
  $ facemark native --tensorflow /opt/libtensorflow
`;
