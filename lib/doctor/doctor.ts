/** What works on this machine and why not: plain data, and the same as Markdown that can be pasted into an issue. */

import { BACKENDS, type BackendName } from '../backend/choose';
import type { KernelsState } from '../backend/kernels/install';
import { engineVersions } from '../backend/measure';
import { type TfjsNodeState, tfjsNodeState } from '../backend/tfjs-node';
import { version } from '../version';
import { knownProblems, type Problem } from './known-problems';
import { type Machine, thisMachine } from './machine';
import { type Measured, type MeasuredThreads, measureBackend, measureThreads } from './measure';
import { answerOf } from './programs';

export interface DoctorReport {
  /** Whether facemark can work at all. */
  readonly works: boolean;
  readonly versions: {
    readonly facemark: string;
    readonly tfjs: string;
    readonly node: string;
    readonly npm: string | undefined;
  };
  readonly machine: Machine;
  /** The engines, best first; each was started in a process of its own. */
  readonly backends: readonly ({ readonly name: BackendName } & MeasuredBackend)[];
  /** The solver `dual`, which computes on threads of WebAssembly, whatever the engine. */
  readonly threads: MeasuredThreads;
  /** The engine that facemark takes here. */
  readonly taken: BackendName | undefined;
  /** What `FACEMARK_BACKEND` asks for, if it is set. */
  readonly forced: string | undefined;
  /** How far tfjs-node gets. */
  readonly tfjsNode: { readonly state: TfjsNodeState['state']; readonly version: string | undefined };
  readonly problems: readonly Problem[];
}

type MeasuredBackend = Omit<Extract<Measured, { works: true }>, 'numbers'> | Extract<Measured, { works: false }>;

export interface DoctorOptions {
  /** Called before each engine is tried, and the threads. */
  readonly onBackend?: (name: BackendName | 'threads') => void;
}

/**
 * Examines this machine. What was remembered of a crash is tried again; every engine runs in a child process, so that nothing of it
 * happens to this one.
 */
export async function doctor({ onBackend }: DoctorOptions = {}): Promise<DoctorReport> {
  const machine = thisMachine();
  const state = await tfjsNodeState({ afresh: true });
  const backends: DoctorReport['backends'][number][] = [];
  for (const name of BACKENDS) {
    onBackend?.(name);
    backends.push({ name, ...(await examine(name, state)) });
  }
  onBackend?.('threads');
  const threads = await measureThreads();
  const taken = backends.find(({ works }) => works)?.name;
  return {
    works: taken !== undefined,
    versions: {
      facemark: version,
      tfjs: engineVersions().tfjs,
      node: process.versions.node,
      npm: await answerOf('npm', ['--version']),
    },
    machine,
    backends,
    threads,
    taken,
    forced: process.env.FACEMARK_BACKEND?.trim() || undefined,
    tfjsNode: { state: state.state, version: 'version' in state ? state.version : undefined },
    problems: knownProblems({ nodeMajor: Number.parseInt(process.versions.node, 10), machine, tfjsNode: state }),
  };
}

async function examine(name: BackendName, tfjsNode: TfjsNodeState): Promise<MeasuredBackend> {
  if (name === 'tensorflow' && tfjsNode.whyNot !== undefined) return { works: false, whyNot: tfjsNode.whyNot };
  const measured = await measureBackend(name);
  if (!measured.works) return measured;
  const { numbers: _, ...rest } = measured;
  return rest;
}

/** A report as Markdown. */
export function doctorMarkdown(report: DoctorReport): string {
  const { versions, machine, backends, threads, forced, problems } = report;
  const { wasm } = machine;
  const can = [wasm.simd && 'SIMD', wasm.relaxedSimd && 'relaxed SIMD', wasm.threads && 'threads'].filter(Boolean);
  const facts: [string, string][] = [
    ['facemark', `${versions.facemark}, tfjs ${versions.tfjs}`],
    ['Node', `${versions.node}, npm ${versions.npm ?? 'not found'}`],
    ['system', [machine.os, machine.arch, machine.libc].filter(Boolean).join(', ')],
    [
      'processor',
      `${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}${machine.vectors.length > 0 ? ` (${machine.vectors.join(' ')})` : ''}`,
    ],
    ['memory', `${machine.memoryGB.toFixed(1)} GB, ${machine.freeMemoryGB.toFixed(1)} GB free`],
    ['WebAssembly', can.join(', ') || 'no vector instructions'],
  ];
  return [
    '## facemark doctor',
    '',
    ...facts.map(([what, value]) => `- **${what}** ${value}`),
    ...(forced ? [`- **FACEMARK_BACKEND** ${forced}`] : []),
    '',
    ...markdownTable(
      ['backend', 'works', 'matrix product', "tutorial's iteration"],
      [...backends.map((backend) => [backend.name, ...cellsOf(backend)]), ['solver dual', ...cellsOfThreads(threads)]],
    ),
    '',
    verdict(report),
    ...(problems.length > 0 ? ['', '### Known here', ''] : []),
    ...problems.map(({ text, issue }) => `- ${text}${issue ? ` (tfjs ${issue})` : ''}`),
    '',
  ].join('\n');
}

function verdict({ backends, taken, forced }: DoctorReport): string {
  if (taken === undefined) return '**No backend works here**; reinstall facemark with npm.';
  if (forced === undefined || forced === 'auto') return `facemark computes with **${taken}** here.`;
  return backends.some(({ name, works }) => name === forced && works)
    ? `facemark computes with **${forced}** here, because FACEMARK_BACKEND says so.`
    : `FACEMARK_BACKEND says **${forced}**, which does not work here: unset it, and facemark computes with **${taken}**.`;
}

function cellsOf(measured: MeasuredBackend): string[] {
  if (!measured.works) return [`no: ${measured.whyNot}`, '', ''];
  const { version: of, kernels, gflops, iterationMs } = measured;
  return [
    of ? `yes, TensorFlow ${of}` : kernels ? kernelsInWords(kernels) : 'yes',
    `${gflops.toFixed(gflops < 10 ? 1 : 0)} GFLOP/s`,
    `${iterationMs.toFixed(1)} ms`,
  ];
}

function kernelsInWords(kernels: KernelsState): string {
  return 'variant' in kernels
    ? `yes, with facemark's kernels (${kernels.variant})`
    : `yes, slowly: facemark's kernels do not fit, ${kernels.whyNot}`;
}

function cellsOfThreads(measured: MeasuredThreads): string[] {
  if (!measured.works) return [`no: ${measured.whyNot}`, '', ''];
  const { threads, simd, iterationMs } = measured;
  return [`yes, ${threads} threads (${simd})`, '', `${iterationMs.toFixed(1)} ms`];
}

/** A table that reads well as plain text too. */
function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')));
  const widths = header.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`;
  return [line(all[0] as string[]), line(widths.map((width) => '-'.repeat(width))), ...all.slice(1).map(line)];
}
