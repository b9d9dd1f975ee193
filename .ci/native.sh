#!/usr/bin/env bash
# `facemark native` in a clone: kept out by kill -9 several times, then built; twice it notices; the whole test suite and a run on every
# Node with it. Works on a copy, so that the checkout stays without tfjs-node. Skipped where PyPI cannot be reached.
set -euo pipefail
export npm_config_loglevel=error
cd "$(dirname "$0")/.."
if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$(mktemp -d)" six >/dev/null 2>&1; then
  echo 'skipped: PyPI cannot be reached, so there is no TensorFlow to build against'
  exit 0
fi
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
cp -r dist node_modules "$copy"
cd "$copy"
rm -rf node_modules/@tensorflow/tfjs-node node_modules/.cache
facemark() { node dist/cli/main.js "$@"; }

facemark native --dry-run
for seconds in 1 3 6 9 13; do
  node dist/cli/main.js native >/dev/null 2>&1 & pid=$! # itself, and no shell around it
  sleep "$seconds"
  kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true # npm, pip or the compiler, whichever was at work, goes on until it is done
  facemark train --count 30 --iterations 3 --hidden 5 --out "run-$seconds" | grep '^backend'
done
for _ in $(seq 180); do # what goes on writes into what the next run is to remove
  { ls -ld /proc/[0-9]*/cwd; cat /proc/[0-9]*/cmdline; } 2>/dev/null | grep -qa 'facemark-nativ[e]-' || break
  sleep 1
done
facemark native
facemark native | tee twice.txt
grep -q 'works already' twice.txt
if ls -d node_modules/.facemark-native-* 2>/dev/null; then echo 'a killed run has left something behind'; exit 1; fi

facemark doctor
for version in 20 22 24 26; do
  npx -y -p "node@$version" node dist/cli/main.js train --count 60 --iterations 20 --out "run-node-$version" >out.txt 2>err.txt
  grep -q '^backend  *tensorflow$' out.txt
  if grep -v '^iteration \|^drawing ' err.txt; then echo 'expected neither chatter nor warnings'; exit 1; fi
done
node node_modules/jest/bin/jest.js 2>&1 | tail -n 12
