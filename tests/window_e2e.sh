#!/usr/bin/env bash
# One session from end to end in a real window: Xvfb as the screen, `tonus simulate` on a pseudo-terminal as the sensor, keys by
# xdotool. The sensor is pulled out in the middle of it. Ends with a stored session whose digest is that of `tonus analyze`.
# usage: tests/window_e2e.sh TONUS [PICTURES]
set -euo pipefail
tonus=$(realpath "$1")
pictures=${2:-}
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/run DISPLAY=:63 LIBGL_ALWAYS_SOFTWARE=1 TONUS_HOME=$work/store
unset WAYLAND_DISPLAY
mkdir -m 700 "$XDG_RUNTIME_DIR"
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
    wait 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT
fail() { echo "window: $*" >&2; cat "$work"/*.log >&2 || true; exit 1; }
until_true() { # seconds, what, command...
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" > /dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail "$what: not in time"
        sleep 0.1
    done
}
shoot() { [ -z "$pictures" ] || import -window "$window" "$pictures/window_$1.png"; }

cat > "$work/short.toml" << 'TOML'
name = "short"
version = 1

[text.en]
title = "A short rest"
about = "Half a minute of letting go, for a test."
quiet = "Let the muscle be as it is."
rest = "Let go."

[[step]]
kind = "quiet"
duration_s = 8
prompt = "quiet"
retries = 1

[[step]]
kind = "rest"
duration_s = 22
prompt = "rest"
ceiling_ratio = 1.5
TOML

Xvfb :63 -screen 0 1400x900x24 > "$work/xvfb.log" 2>&1 &
pids+=($!)
until_true 20 "the screen" xdotool getdisplaygeometry
openbox > "$work/openbox.log" 2>&1 &
pids+=($!)
# The sensor is pulled out 24 s after its stream has begun: in the middle of the session.
"$tonus" simulate --link "$work/port" --device tonus-cobs --scenario calm --fault unplug@24=2 --quiet > "$work/simulate.log" 2>&1 &
pids+=($!)
until_true 10 "the simulated sensor" test -e "$work/port"

begin=$(date +%s%N)
"$tonus" train --port "$work/port" --device tonus-cobs --program "$work/short.toml" > "$work/train.log" 2>&1 &
viewer=$!
pids+=("$viewer")
window=$(timeout 30 xdotool search --sync --onlyvisible --name '^tonus$' | head -1) || fail "no window"
echo "window: visible after $((($(date +%s%N) - begin) / 1000000)) ms"
xdotool windowactivate --sync "$window"
# The signal check comes by itself once the sensor streams; what leads on has the focus.
sleep 4
shoot check
sleep 2
xdotool key Return
sleep 6
shoot train
session() { ls "$work"/store/sessions/*/journal.tonus; }
until_true 10 "a session under way" session
echo "window: resident $(($(awk '/VmRSS/ { print $2 }' "/proc/$viewer/status") / 1024)) MiB"
sleep 12
shoot pulled_out
stored() { ls "$work"/store/sessions/*/report.html; }
until_true 60 "a stored session" stored
sleep 1
shoot summary
folder=$(dirname "$(stored)")
kept=$(grep -oE '"digest": *"[0-9a-f]{64}"' "$folder/summary.json" | head -1 | tr -d ' ')
shown=$(grep -oE '"digest": *"[0-9a-f]{64}"' "$folder/session.json" | head -1 | tr -d ' ')
again=$("$tonus" analyze "$folder" --json | grep -oE '"digest": *"[0-9a-f]{64}"' | head -1 | tr -d ' ')
[ -n "$kept" ] && [ "$kept" = "$shown" ] && [ "$kept" = "$again" ] || fail "digests differ: $kept $shown $again"
grep -qE '"gaps": *[1-9]' "$folder/session.json" || fail "the gap is not in the recording"
xdotool windowclose "$window" || true
until_true 10 "the end of the window" bash -c "! kill -0 $viewer"
echo "window: $kept shown, kept and analyzed"
