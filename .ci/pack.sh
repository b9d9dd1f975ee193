#!/usr/bin/env bash
# The package as a user gets it: packed, installed into an empty folder, and used by named import, by require, with its types and in
# the user's own Jest test, on every supported Node; once installed by npm 12; checked by publint and are-the-types-wrong.
set -euo pipefail
export npm_config_loglevel=error
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tarball=$work/$(npm pack --silent --pack-destination "$work")
echo "-- the tarball holds only what users need"
tar -tzf "$tarball" | sort > "$work/files.txt"
if grep -vE '^package/(dist/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)' "$work/files.txt"; then echo 'these files should not be in the package'; exit 1; fi
for needed in dist/index.js dist/index.d.ts dist/cli/main.js dist/serve/page/{index.html,page.css,icon.svg,page.js,network-worker.js,sample-worker.js} dist/{backend/kernels/kernels,predict/image/{pixels,jpeg/decode},train/solvers/dual/dual}.{simd,relaxed-simd}.wasm LICENSE README.md; do grep -qx "package/$needed" "$work/files.txt"; done
ls -l "$tarball" | awk '{print $5, "bytes,"}'; wc -l < "$work/files.txt"

echo '-- publint, are-the-types-wrong'
npx -y publint@0.3.25 "$tarball" --strict
npx -y @arethetypeswrong/cli@0.18.5 "$tarball" --exclude-entrypoints jest-environment # a name for Jest, which reads "exports"; nobody imports its types

use() { # the folder with facemark installed
  cd "$1"
  cat > use.mjs <<'JS'
import { buildModel, createPredictor, evaluate, loadPredictor, prepare, saveBundle, syntheticFaces, train, useBackend } from 'facemark';
const faces = syntheticFaces({ count: 40, size: 24 });
const data = prepare(faces);
const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 10 });
const { kernels } = await useBackend('wasm');
if (!kernels.variant) throw new Error(`no kernels: ${kernels.whyNot}`);
const run = await train(model, data, { iterations: 10, solver: 'dual' }); // on its threads, or an error
const predictor = createPredictor(model, data);
await saveBundle('a net', predictor, run);
const { rmsePx } = await evaluate(await loadPredictor('a net'), faces, { rows: data.validation.rows });
console.log(process.version, 'import:', run.backendWhy, run.threads, 'threads,', run.simd, rmsePx.toFixed(2), 'px');
JS
  cat > use.cjs <<'JS'
const { FacemarkError, prepare, syntheticFaces, tf, version } = require('facemark');
const data = prepare(syntheticFaces({ count: 4, size: 24 }));
data.dispose();
if (tf.memory().numTensors !== 0 || !(new FacemarkError('bad-option', 'x') instanceof Error)) throw new Error('require is broken');
console.log(process.version, 'require:', version);
JS
  cat > use.test.js <<'JS'
const { buildModel, prepare, syntheticFaces, train } = require('facemark');
test("facemark trains in a user's own Jest test", async () => {
  const data = prepare(syntheticFaces({ count: 20, size: 24 }));
  const model = buildModel({ inputs: data.inputs, outputs: data.outputs, hiddenUnits: 5 });
  const { history } = await train(model, data, { iterations: 5 });
  expect(history.validation[4]).toBeLessThan(history.validation[0]);
});
JS
  cat > use.ts <<'TS'
import { type Faces, type Prepared, type Run, buildModel, prepare, syntheticFaces, train } from 'facemark';
const faces: Faces = syntheticFaces({ count: 4 });
const data: Prepared = prepare(faces, { centre: 'perCoordinate' });
const run: Promise<Run> = train(buildModel(), data, { patience: 10, onIteration: ({ training }) => training.toFixed() });
// @ts-expect-error an activation that there is not
buildModel({ activation: 'tan' });
export { run };
TS
}

echo '-- installed by npm, used on Node 20, 22, 24 and 26'
mkdir "$work/app" && use "$work/app"
npm init -y > /dev/null
npm install --silent "$tarball"
npm install --silent --ignore-scripts -D jest@30 typescript@6 @types/node@20
npx tsc --noEmit --strict --target es2022 --module node16 --skipLibCheck use.ts
for version in 20 22 24 26; do
  node() { npx -y -p "node@$version" node "$@"; }
  node use.mjs && node use.cjs
  node node_modules/jest/bin/jest.js --silent 2>&1 | grep -E '^Tests:'
  node node_modules/.bin/facemark --version > /dev/null
done
unset -f node

echo '-- installed by npm 12'
mkdir "$work/app12" && use "$work/app12"
npm init -y > /dev/null
npx -y -p node@24 -p npm@12 npm install --silent "$tarball"
npx -y -p node@24 node use.mjs && npx -y -p node@24 node use.cjs
cd "$root"
