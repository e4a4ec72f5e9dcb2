#!/usr/bin/env python3
"""Prints what criterion measured, in ns per sample and channel, smallest and median; with peers also the ratios to them.

usage: table.py TARGET_DIR [PEERS.json]

Reads TARGET_DIR/criterion; PEERS.json is what `peers.py kernels` kept. A ratio is the peer's time over ours (for our own blocks
and the flat line: time over time), of the smallest and of the medians. On a shared machine trust ratios within one run.
"""
import json
import sys
from pathlib import Path


def measured(root):
    """Name of each benchmark: smallest and median time for one element."""
    found = {}
    for file in root.glob("**/new/benchmark.json"):
        benchmark = json.loads(file.read_text())
        elements = (benchmark["throughput"] or {}).get("Elements")
        if not elements:
            continue
        sample = json.loads((file.parent / "sample.json").read_text())
        estimates = json.loads((file.parent / "estimates.json").read_text())
        smallest = min(time / count for time, count in zip(sample["times"], sample["iters"]))
        name = "/".join(part for part in (benchmark["group_id"], benchmark["function_id"], benchmark["value_str"]) if part)
        found[name] = {"min": smallest / elements, "median": estimates["median"]["point_estimate"] / elements}
    return found


def natural(name):
    return [int(part) if part.isdigit() else part for part in name.split("/")]


# Label, what takes longer, what takes less, goal.
BESIDE = [
    *((f"whole chain, {n} channels, blocks of 256 : SciPy", "scipy/chain", f"pipeline/{n}_channels/256", f">= {goal}")
      for n, goal in ((1, 2), (4, 6), (8, 8))),
    *((f"8 sections, {n} channels : biquad's best", "biquad", f"cascade/tonus_{n}_lanes/256", f">= {goal}")
      for n, goal in ((4, 3), (8, 4))),
    ("8 sections, 1 channel : biquad's best", "biquad", "cascade/tonus_1_lanes/256", ""),
    *((f"whole chain, {n} channels, blocks of {block} : sosfilt with zi", f"scipy/streamed/{block}",
       f"pipeline/{n}_channels/{block}", f">= {goal}") for block, goal in ((16, 200), (1, 2000)) for n in (1, 4, 8)),
    *((f"8 sections, {n} channels, blocks of {block} : sosfilt with zi", f"scipy/streamed/{block}",
       f"cascade/tonus_{n}_lanes/{block}", f">= {goal}") for block, goal in ((16, 200), (1, 2000)) for n in (1, 4)),
    *((f"Welch, MDF and MNF, segments of {n} : SciPy", f"scipy/welch_mdf_mnf/{n}", f"spectrum/welch_mdf_mnf/{n}", ">= 12")
      for n in (256, 512, 1024, 2048)),
    *((f"own blocks of {block} : own of 256, {n} channels", f"pipeline/{n}_channels/{block}", f"pipeline/{n}_channels/256",
       f"<= {goal}") for block, goal in ((16, 1.15), (1, 2.2)) for n in (1, 4, 8)),
    *((f"flat line : signal, {n} channels", f"pipeline/{n}_channels_flat/256", f"pipeline/{n}_channels/256", "<= 1.1")
      for n in (1, 4, 8)),
    ("CSV in memory to decisions, 4 channels : csv and biquad", "csv_to_states/csv_and_biquad/4", "csv_to_states/tonus/4", ""),
]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    found = measured(Path(sys.argv[1]) / "criterion")
    print(f"{'ns per sample and channel':<64}{'min':>10}{'median':>10}")
    for name in sorted(found, key=natural):
        print(f"{name:<64}{found[name]['min']:>10.2f}{found[name]['median']:>10.2f}")
    if len(sys.argv) == 2:
        return
    peers = json.loads(Path(sys.argv[2]).read_text())
    for name in sorted(peers, key=natural):
        print(f"{name:<64}{peers[name]['min']:>10.2f}{peers[name]['median']:>10.2f}")
    found |= peers
    forms = [one for name, one in found.items() if name.startswith("cascade/biquad")]
    if forms:
        found["biquad"] = {which: min(one[which] for one in forms) for which in ("min", "median")}
    print(f"\n{'ratio':<64}{'min':>10}{'median':>10}   goal")
    for label, more, less, goal in BESIDE:
        if more in found and less in found:
            smallest, median = (found[more][which] / found[less][which] for which in ("min", "median"))
            print(f"{label:<64}{smallest:>10.2f}{median:>10.2f}   {goal}")


if __name__ == "__main__":
    main()
