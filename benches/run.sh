#!/usr/bin/env bash
# Measures everything beside its peers in one run: usage benches/run.sh DIR
# DIR receives a venv with SciPy and polars, an hour of data (half a GB), and the tables. Takes about 10 minutes; leave the
# machine alone meanwhile. V3=1 builds for x86-64-v3 (AVX2) instead of the default.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 1 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
if [ "${V3:-0}" = 1 ]; then
    export RUSTFLAGS="-C target-cpu=x86-64-v3" CARGO_TARGET_DIR=$CARGO_TARGET_DIR/v3
fi
say() { echo "-- $*" >&2; }

python=$out/venv/bin/python
if ! "$python" -c 'import numpy, polars, scipy' 2> /dev/null; then
    say "peers: a venv with SciPy and polars"
    python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet --requirement benches/requirements.txt
fi
say "data"
"$python" benches/peers.py data "$out"
say "build"
cargo build --quiet --release -p tonus-cli
cargo bench --quiet -p tonus --no-run 2> /dev/null
say "SciPy in process"
"$python" benches/peers.py kernels "$out/peers.json" > /dev/null
say "tonus in process"
cargo bench -p tonus --bench cascade --bench envelope --bench pipeline --bench csv_to_states --bench spectrum -- --noplot --warm-up-time 0.5 --measurement-time 2 \
    > "$out/criterion.txt" 2>&1 || { tail -20 "$out/criterion.txt" >&2; exit 1; }
say "whole processes"
{
    echo "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) processors, $(uname -s) $(uname -m), $(rustc --version)"
    "$python" -c 'import numpy, polars, platform, scipy; print("Python", platform.python_version(), "numpy", numpy.__version__, "scipy", scipy.__version__, "polars", polars.__version__)'
    echo
    python3 benches/table.py "$CARGO_TARGET_DIR" "$out/peers.json"
    "$python" benches/beside.py "$CARGO_TARGET_DIR/release/tonus" "$out"
} | tee "$out/table.txt"
