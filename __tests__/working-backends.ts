import type { BackendName } from '../lib/backend/choose';

/** The backends that work here: `tensorflow` too, where tfjs-node does. */
export const WORKING_BACKENDS = (process.env.FACEMARK_TEST_BACKENDS as string).split(' ') as BackendName[];
