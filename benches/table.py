#!/usr/bin/env python3
"""Prints what criterion measured, in ns per sample and channel: usage table.py TARGET_DIR [GROUP...]

Reads TARGET_DIR/criterion. On a shared machine trust the smallest figure and ratios within one run.
"""
import json
import sys
from pathlib import Path


def main():
    root, groups = Path(sys.argv[1]) / "criterion", sys.argv[2:]
    lines = []
    for file in root.glob("**/new/benchmark.json"):
        benchmark = json.loads(file.read_text())
        if groups and benchmark["group_id"] not in groups:
            continue
        elements = (benchmark["throughput"] or {}).get("Elements")
        sample = json.loads((file.parent / "sample.json").read_text())
        estimates = json.loads((file.parent / "estimates.json").read_text())
        smallest = min(time / count for time, count in zip(sample["times"], sample["iters"]))
        value = int(benchmark["value_str"] or 0) if (benchmark["value_str"] or "0").isdigit() else 0
        key = (benchmark["group_id"], benchmark["function_id"] or "", value)
        lines.append((key, smallest / elements, estimates["median"]["point_estimate"] / elements))
    print(f"{'':<52}{'min':>10}{'median':>10}  ns per sample and channel")
    for (group, function, value), smallest, median in sorted(lines):
        print(f"{group + '/' + function + (f'/{value}' if value else ''):<52}{smallest:>10.2f}{median:>10.2f}")


if __name__ == "__main__":
    main()
