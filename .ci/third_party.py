#!/usr/bin/env python3
"""Makes THIRD-PARTY.txt: every crate that the program is built from, its licence, and the texts of those licences.

    python3 .ci/third_party.py            writes THIRD-PARTY.txt (what `tonus --licenses` prints)
    python3 .ci/third_party.py --check    says whether it is up to date

Reads `cargo tree` and `cargo metadata` of the lock file and the licence files in the sources of the crates. Nothing is
downloaded that the build does not need.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLACE = ROOT / "THIRD-PARTY.txt"
TARGET = "x86_64-unknown-linux-gnu"
NAMES = re.compile(r"(licen[cs]e|copying|notice|unlicense|ofl|ufl)", re.IGNORECASE)
LONGEST = 200_000


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def shipped():
    """Name and version of all crates of others that are linked into the program."""
    tree = cargo("tree", "--locked", "-p", "tonus-cli", "-e", "normal", "--target", TARGET, "--prefix", "none", "-f", "{p}")
    found = set()
    for line in tree.splitlines():
        name, version = line.split()[:2]
        if "(/" not in line and not name.startswith("tonus"):
            found.add((name, version.lstrip("v")))
    return found


def texts(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    places = [p for p in folder.rglob("*") if p.is_file() and len(p.relative_to(folder).parts) <= 3 and NAMES.search(p.name)]
    for place in sorted(places):
        if place.suffix.lower() in ("", ".txt", ".md") and place.stat().st_size < LONGEST:
            yield place.read_text(encoding="utf-8", errors="replace").strip()


def main():
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET))
    packages = {(p["name"], p["version"]): p for p in metadata["packages"]}
    rows, bodies = [], {}
    for key in sorted(shipped()):
        package = packages[key]
        label = f"{key[0]} {key[1]}"
        rows.append(f"{label}: {package['license'] or 'see its text'}; {package['repository'] or ''}".rstrip("; "))
        for text in texts(package):
            bodies.setdefault(re.sub(r"\s+", " ", text), (text, []))[1].append(label)
    mpl = [row.split(":")[0] for row in rows if "MPL-2.0" in row]
    out = [
        "What others made that is part of this program. tonus itself is MIT OR Apache-2.0.",
        "",
        f"Under the Mozilla Public License 2.0, whose source code is at crates.io, unchanged: {', '.join(mpl) or 'none'}.",
        "",
        *rows,
        "",
    ]
    for text, users in bodies.values():
        out += ["=" * 100, ", ".join(dict.fromkeys(users)), "=" * 100, text, ""]
    made = "\n".join(line.rstrip() for line in "\n".join(out).splitlines()) + "\n"
    made = "".join(c if c.isprintable() or c in "\n\t" else " " for c in made)
    if "--check" in sys.argv[1:]:
        if PLACE.read_text(encoding="utf-8") != made:
            sys.exit("THIRD-PARTY.txt is out of date: python3 .ci/third_party.py")
        return
    PLACE.write_text(made, encoding="utf-8")
    print(f"{len(rows)} crates, {len(bodies)} texts, {len(made)} bytes")


main()
