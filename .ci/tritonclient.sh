#!/usr/bin/env bash
# `facemark serve` asked by a real client of the Open Inference Protocol: NVIDIA's tritonclient from PyPI, over HTTP. Skipped where PyPI cannot
# be reached.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "${pid:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
if ! "$work/venv/bin/pip" install --quiet --disable-pip-version-check 'tritonclient[http]' 2>"$work/pip.txt"; then
  tail -n 1 "$work/pip.txt"
  echo 'skipped: tritonclient cannot be installed from PyPI'
  exit 0
fi
node dist/cli/main.js train --count 40 --iterations 5 --hidden 8 --out "$work/net" >/dev/null 2>&1
node dist/cli/main.js serve "$work/net/bundle" --port 0 --token-file <(echo open-sesame) >"$work/log.txt" 2>"$work/said.txt" & pid=$!
for _ in $(seq 100); do
  url=$(sed -nE 's/^Serving net at http:\/\/(\S+) .*/\1/p' "$work/said.txt")
  if [ -n "$url" ]; then break; fi
  sleep 0.2
done
node -e "
  const { loadPredictor, syntheticFaces } = require('./dist');
  const { writeFileSync } = require('node:fs');
  (async () => {
    const faces = syntheticFaces({ count: 3 });
    const predictor = await loadPredictor('$work/net/bundle');
    writeFileSync('$work/pixels.u8', faces.pixels);
    writeFileSync('$work/points.f32', new Uint8Array((await predictor.predictPoints(faces)).buffer));
  })();"
"$work/venv/bin/python" .ci/ask-as-triton.py "$url" "$work/pixels.u8" "$work/points.f32"
kill -TERM "$pid"
wait "$pid"
