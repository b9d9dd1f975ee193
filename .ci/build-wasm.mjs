/**
 * Compiles facemark's AssemblyScript (the `.as.ts` files of `lib/`) to `dist/`, each module in two variants; part of `npm run build`. What is
 * older than its sources is compiled anew, the rest stays.
 */

import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The modules: the file that exports what JavaScript calls, and what it needs besides. */
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const MODULES = [
  { entry: 'backend/kernels/kernels', flags: [] },
  { entry: 'predict/image/pixels', flags: [] },
  { entry: 'predict/image/jpeg/decode', flags: [] },
  { entry: 'train/solvers/dual/dual', flags: SHARED },
];
/** The variants, by the names that `wasm-module.ts` looks for. */
const VARIANTS = { simd: [], 'relaxed-simd': ['--enable', 'relaxed-simd'] };

const newestSource = Math.max(
  ...(await Promise.all(
    (
      await readdir(join(ROOT, 'lib'), { recursive: true })
    )
      .filter((path) => path.endsWith('.as.ts'))
      .map(async (path) => (await stat(join(ROOT, 'lib', path))).mtimeMs),
  )),
  (await stat(fileURLToPath(import.meta.url))).mtimeMs,
);
for (const { entry, flags } of MODULES)
  for (const [variant, variantFlags] of Object.entries(VARIANTS)) {
    const target = join('dist', `${entry}.${variant}.wasm`);
    const built = await stat(join(ROOT, target)).catch(() => undefined);
    if (built && built.mtimeMs > newestSource) continue;
    await mkdir(dirname(join(ROOT, target)), { recursive: true });
    const { error, stderr } = await asc.main([
      ...[join('lib', `${entry}.as.ts`), '--baseDir', ROOT, '--outFile', target],
      ...['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '0', '--enable', 'simd'],
      ...[...variantFlags, ...flags],
    ]);
    if (error) {
      console.error(stderr.toString());
      process.exit(1);
    }
  }
