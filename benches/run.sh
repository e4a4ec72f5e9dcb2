#!/usr/bin/env bash
# Measures everything in one run: usage benches/run.sh DIR
# DIR receives the data of the peers and the table. Set PEERS to the folder of the peers scripts (generate.py, peers.py,
# requirements.txt) to time SciPy and a whole polars script beside, on an hour of data (half a GB); V3=1 builds for
# x86-64-v3 (AVX2) instead of the default.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 1 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
if [ "${V3:-0}" = 1 ]; then
    export RUSTFLAGS="-C target-cpu=x86-64-v3" CARGO_TARGET_DIR=$CARGO_TARGET_DIR/v3
fi

cargo bench -p tonus --bench cascade --bench envelope --bench pipeline --bench csv_to_states --bench spectrum \
    > "$out/criterion.txt" 2>&1 || { tail -20 "$out/criterion.txt" >&2; exit 1; }
python3 benches/table.py "$CARGO_TARGET_DIR" | tee "$out/table.txt"

[ -n "${PEERS:-}" ] || { echo "PEERS is not set: no peers beside" >&2; exit 0; }
if [ ! -x "$out/venv/bin/python" ]; then
    python3 -m venv "$out/venv"
    grep -E '^(numpy|scipy|polars)==' "$PEERS/requirements.txt" | "$out/venv/bin/pip" install --quiet -r /dev/stdin
fi
python=$out/venv/bin/python
[ -f "$out/emg_4ch_1h.csv" ] || "$python" "$PEERS/generate.py" "$out" --hour
"$python" "$PEERS/peers.py" chain "$out" | tee -a "$out/table.txt"

cargo build --quiet --release -p tonus-cli
"$python" benches/beside.py "$CARGO_TARGET_DIR/release/tonus" "$python" "$PEERS" "$out" | tee -a "$out/table.txt"
