"""All benchmarks, one after the other: what `make bench` runs.

python -m benchmarks.run [--quick] [--data FILE]
"""

from __future__ import annotations

import argparse

from benchmarks import bulk, corpus, credits, machine, night, post


def main() -> None:
    """Measure everything; each benchmark keeps its figures in ``benchmarks/results``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    corpus.options(parser)
    parser.add_argument("--quick", action="store_true", help="small numbers, a minute or two")
    parser.set_defaults(indexed=20_000, probes=300, filled=None, copies=10_000, both=5_000)
    parser.set_defaults(**night.SMALL_RUN)
    given = parser.parse_args()
    for name, value in machine.facts().items():
        print(f"{name:12s} {value}")
    credits.measure(given)
    bulk.measure(given)
    post.measure(given)
    night.measure(given)


if __name__ == "__main__":
    main()
