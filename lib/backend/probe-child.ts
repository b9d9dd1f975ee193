/** What `probe.ts` runs in a process of its own: loads the tfjs-node in the folder that it is given and answers with one line. */

import { messageOf } from '../errors';
import { answerAndExit } from '../processes';
import type { ProbeOutcome } from './probe';

process.env.FACEMARK_TFJS_NODE = process.argv[2];

async function ask(): Promise<ProbeOutcome> {
  const { findTfjsNode } = require('./tfjs-node-package') as typeof import('./tfjs-node-package');
  const { loadTensorFlow } = require('./tfjs-node') as typeof import('./tfjs-node');
  try {
    const found = findTfjsNode();
    if ('whyNot' in found) return { outcome: 'fails', message: found.whyNot };
    await loadTensorFlow(found);
    return { outcome: 'works' };
  } catch (thrown) {
    return { outcome: 'fails', message: messageOf(thrown) };
  }
}

void ask().then(answerAndExit);
