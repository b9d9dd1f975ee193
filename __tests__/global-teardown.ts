/** Removes what the tests have left in their folders. */

import { rmSync } from 'node:fs';

export default function tearDown(): void {
  rmSync(process.env.FACEMARK_TEST_FOLDERS as string, { recursive: true, force: true, maxRetries: 5 });
}
