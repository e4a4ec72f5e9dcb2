#!/usr/bin/env bash
# Measures everything in one run: usage benches/run.sh DIR
# DIR receives the data of the peers and the table. Set PEERS to the folder of the peers scripts (generate.py, peers.py,
# requirements.txt) to time SciPy and a whole polars script beside; V3=1 builds for x86-64-v3 (AVX2) instead of the default.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 1 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
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
[ -f "$out/sos.txt" ] || "$python" "$PEERS/generate.py" "$out"
"$python" "$PEERS/peers.py" chain "$out" | tee -a "$out/table.txt"

# Whole processes, in turn, so that a noisy neighbour meets both.
cargo build --quiet --release -p tonus-cli
timed() { # label, command...
    local label=$1
    shift
    "$python" - "$label" "$@" <<'PY' | tee -a "$out/table.txt"
import os, subprocess, sys, time
label, command = sys.argv[1], sys.argv[2:]
start = time.perf_counter()
child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - start
print(f"{label:<44} wall {wall:8.3f} s  CPU {used.ru_utime + used.ru_stime:8.3f} s  peak {used.ru_maxrss / 1024:7.1f} MiB")
sys.exit(1 if status else 0)
PY
}
for file in emg_1ch_1min emg_4ch_10min; do
    for _ in 1 2 3; do
        timed "tonus analyze $file" "$CARGO_TARGET_DIR/release/tonus" analyze "$out/$file.csv" --unit mV --out "$out/$file"
        timed "tonus analyze --json $file" "$CARGO_TARGET_DIR/release/tonus" analyze "$out/$file.csv" --unit mV --json
        timed "polars + scipy $file" "$python" "$PEERS/peers.py" script polars "$out" "$out/$file.csv"
    done
done
