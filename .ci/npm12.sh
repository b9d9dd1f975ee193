#!/usr/bin/env bash
# npm 12 runs no install scripts of dependencies, so tfjs-node arrives without its addon: facemark must still work, on WASM,
# and say so in one line. Works on a copy, so that the checkout keeps its node_modules.
set -euo pipefail
export npm_config_loglevel=error
cd "$(dirname "$0")/.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
cd "$copy"
npx -y -p node@24 -p npm@12 npm --version
npx -y -p node@24 -p npm@12 npm ci
npx -y -p node@24 node dist/cli/main.js train --count 60 --iterations 20 --out run | tee out.txt
grep -q '^backend  *wasm (no tensorflow: ' out.txt
