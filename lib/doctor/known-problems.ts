/** What is known to go wrong with this combination of Node, system and packages, each with the issue that tells more. */

import type { TfjsNodeState } from '../backend/tfjs-node';
import type { Machine } from './machine';

export interface Problem {
  /** What happens, and what to do. */
  readonly text: string;
  /** Issue of github.com/tensorflow/tfjs, such as `#8742`. */
  readonly issue?: string;
}

/** What a problem is told by. */
export interface Circumstances {
  readonly nodeMajor: number;
  readonly machine: Machine;
  readonly tfjsNode: TfjsNodeState;
}

interface Known extends Problem {
  readonly applies: (circumstances: Circumstances) => boolean;
}

const KNOWN: readonly Known[] = [
  {
    applies: ({ tfjsNode }) => ['absent', 'without-addon'].includes(tfjsNode.state),
    text: "tfjs-node's install script downloads from a host that answers 403 since August 2026: npm 11 then leaves the package out, npm 12 does not run the script at all. `npx facemark native` builds it from PyPI's TensorFlow instead.",
    issue: '#8742',
  },
  {
    applies: ({ tfjsNode, nodeMajor }) => tfjsNode.state === 'works' && nodeMajor >= 23,
    text: 'tfjs-node calls functions of `util` that Node 23 removed. facemark puts them back for it; code that requires tfjs-node itself, before facemark does, fails.',
    issue: '#8609',
  },
  {
    applies: ({ tfjsNode }) => tfjsNode.state === 'works',
    text: "In Jest tfjs refuses the arrays that tfjs-node returns: set `testEnvironment: 'facemark/jest-environment'`.",
    issue: '#7175',
  },
  {
    applies: ({ tfjsNode }) => tfjsNode.state === 'works',
    text: 'When the addon of tfjs-node crashes, its process ends: a service takes workers that are processes. Threads work too since 4.22.0; before, one thread of a process could load it.',
    issue: '#8388',
  },
  {
    applies: ({ machine }) => machine.libc === 'musl',
    text: 'TensorFlow is built for glibc and does not load on musl (Alpine): use an image such as node:22-slim, or stay with WebAssembly, which is as fast here as elsewhere.',
    issue: '#1425',
  },
  {
    applies: ({ machine }) => machine.arch === 'x64' && machine.vectors.length > 0 && !machine.vectors.includes('avx'),
    text: 'This processor has no AVX, which the TensorFlow of PyPI needs; WebAssembly does without it.',
  },
  {
    applies: ({ machine }) => !machine.wasm.simd,
    text: 'This Node has no vector instructions in WebAssembly, which computes several times slower without them: use Node 20 or later.',
  },
];

/** The problems of this combination. */
export function knownProblems(circumstances: Circumstances): Problem[] {
  return KNOWN.filter(({ applies }) => applies(circumstances)).map(({ text, issue }) =>
    issue ? { text, issue } : { text },
  );
}
