"""Measure onhook's speed ratios: ``python -m benchmarks [--quick] [--only NAME] [--write]``."""

from __future__ import annotations

import argparse
import os
import sys

from benchmarks.leases import leases
from benchmarks.measurements import ALL as MEASUREMENTS
from benchmarks.measurements import QUICK, Sizes
from benchmarks.report import table, write
from benchmarks.serving import serving
from benchmarks.sheets import sheets
from benchmarks.stage import open_stage

ALL = {**MEASUREMENTS, "leases": leases, "serving": serving, "sheets": sheets}


def main() -> int:
    options = _options()
    sizes = QUICK if options.quick else Sizes()
    results = []
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    with open_stage() as stage:
        for name in options.only or ALL:
            for result in ALL[name](stage, sizes):
                results.append(result)
                print(table([result]).splitlines()[-1], flush=True)
    print(f"\n{table(results)}")
    if options.quick:
        print("A quick run only shows that measuring works: limits are for a full one.")
        return 0
    if options.write:
        write(results)
    missed = [result.what for result in results if result.verdict == "no"]
    for result in results:
        if result.unjudged:
            print(f"not judged: {result.what}: {result.unjudged}", file=sys.stderr)
    for what in missed:
        print(f"limit missed: {what}", file=sys.stderr)
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and without verdict: a trial")
    parser.add_argument(
        "--only", action="append", choices=ALL, help="measure this; may be repeated"
    )
    parser.add_argument("--write", action="store_true", help="write docs/performance.md's table")
    options = parser.parse_args()
    if options.write and (options.quick or options.only):
        parser.error("--write is for a full run")
    return options


if __name__ == "__main__":
    sys.exit(main())
