"""What reading every credit of an article costs, beside sketching the same articles.

    python -m benchmarks.credits [--data FILE] [--articles 2000] [--quick]

CPU microseconds of one thread, articles one by one as a request with one article reads them: names,
phrases, metadata and address of the cleaned article; the least of three rounds counts for each.
"origin" is the mean in batches where nothing but the origin is asked for, as ``dedupe --level
copies`` does. Sketching (words, shingles, sketch) runs in batches too, between the rounds.
"""

from __future__ import annotations

import argparse
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

from benchmarks import corpus, machine, sketching
from dedupe.model import Article
from dedupe.provenance import CreditPatterns, CreditReader, PlainText
from dedupe.sources import Outlets
from dedupe.text import CleanText, FurniturePatterns, clean

Figures = dict[str, Any]
DATA = machine.ROOT / "dedupe" / "data"
SHARED = machine.ROOT.parent / "shared" / "data"
"""Real articles, where there are any beside the project."""
SETS = ("reuters_dev.jsonl.gz", "allsides_dev.jsonl.gz")
ROUNDS = 3
BATCH = 500


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    corpus.options(parser)
    parser.add_argument("--articles", type=int, default=2_000, help="of each set")
    parser.add_argument("--quick", action="store_true", help="300 made-up articles")
    measure(parser.parse_args())


def measure(given: argparse.Namespace) -> Figures:
    """The figures, printed and kept."""
    count = 300 if given.quick else getattr(given, "articles", 2_000)
    outlets = Outlets.from_data(_toml("sources.toml"))
    patterns = CreditPatterns.from_data(_toml("credits.toml"), outlets)
    furniture = FurniturePatterns.from_mapping(_toml("furniture.toml"))
    figures: Figures = {
        "load_before": machine.load(),
        "names": len(patterns.names.forms),
        "patterns": len(patterns.every),
    }
    for data in _sets(given):
        given_set = argparse.Namespace(**{**vars(given), "data": data})
        articles = corpus.parsed(corpus.rows(given_set, count))
        cleaned = [clean(article, furniture) for article in articles]
        told = _costs(CreditReader(outlets, lambda: patterns), articles, cleaned)
        figures[corpus.told(given_set)] = told
        _show(corpus.told(given_set), told)
    figures["load_after"] = machine.load()
    print(machine.keep(corpus.name(given, "credits"), {"articles": count}, figures))
    return figures


def _sets(given: argparse.Namespace) -> Iterator[Path | None]:
    yield given.data
    if given.data is None and not given.quick:
        yield from (SHARED / name for name in SETS if (SHARED / name).exists())


def _costs(
    reader: CreditReader, articles: Sequence[Article], cleaned: Sequence[CleanText]
) -> Figures:
    texts = [one.body.text for one in cleaned]
    found = [_find(reader, *both) for both in zip(articles, cleaned, strict=True)]
    rounds, sketches, origins = [], [], []
    plain = [
        PlainText(title=one.title.text, body=one.body.text, kept=one.kept_by_patterns)
        for one in cleaned
    ]
    for _ in range(ROUNDS):
        spent = []
        for article, one in zip(articles, cleaned, strict=True):
            began = time.process_time_ns()
            _find(reader, article, one)
            spent.append((time.process_time_ns() - began) / 1e3)
        rounds.append(spent)
        began = time.process_time_ns()
        for start in range(0, len(articles), BATCH):
            reader.find_for_origin(articles[start : start + BATCH], plain[start : start + BATCH])
        origins.append((time.process_time_ns() - began) / 1e3 / len(texts))
        began = time.process_time_ns()
        list(sketching.sketched(texts))
        sketches.append((time.process_time_ns() - began) / 1e3 / len(texts))
    least = sorted(map(min, *rounds))
    return {
        "articles": len(articles),
        "median_characters": round(median(map(len, texts))),
        "credits_per_article": round(fmean(map(len, found)), 2),
        "median_us": round(median(least), 1),
        "mean_us": round(fmean(least), 1),
        "p90_us": round(least[len(least) * 9 // 10], 1),
        "origin_mean_us": round(min(origins), 1),
        "sketching_mean_us": round(min(sketches), 1),
        "mean_to_sketching": round(fmean(least) / min(sketches), 2),
    }


def _find(reader: CreditReader, article: Article, cleaned: CleanText) -> Sequence[object]:
    return reader.find(article, cleaned.title.text, cleaned.body.text, cleaned.kept_by_patterns)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _show(data: str, told: Figures) -> None:
    print(f"\ncredits, {data}")
    for name, value in told.items():
        print(f"  {name:22s} {value:10,}")


if __name__ == "__main__":
    main()
