"""Counts in how many development articles each term occurs and writes dedupe/data/background.tsv.

    python -m benchmarks.background --data ../shared/data --out dedupe/data/background.tsv

The file holds single terms and counts, no text. Shares are worked out per language, and a term
counts by the language it is most common in: else the function words of a language with few
articles would look rare.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dedupe.model import UInt64s
from dedupe.terms import number_value, terms
from dedupe.terms.page import Page, content

LEAST = 20
"""A term in fewer articles is left out: unknown terms count as rarest anyway."""
LEAST_ARTICLES = 100
"""A language with fewer articles has no shares of its own."""
CHUNK = 500
CORPORA = {
    "reuters_dev.jsonl.gz": 24_000,
    "allsides_dev.jsonl.gz": 12_000,
    "reuters21578.jsonl.gz": 6_000,
    "ecbplus_dev.jsonl.gz": 1_000,
    "fnc1.jsonl.gz": 1_000,
    "basil.jsonl.gz": 1_000,
    "bloomberg_large.pairs.jsonl.gz": 2_000,
    "semeval2022t8_dev.pairs.jsonl.gz": 4_000,
    "telegram_news_pairs.pairs.jsonl.gz": 1_000,
}
"""Files and the most articles taken of each, evenly spread."""


def main() -> None:
    """Write the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--out", type=Path, default=Path("dedupe/data/background.tsv"))
    given = options.parse_args()
    counts, articles, written = _count(given.data)
    rows, documents = _rows(counts, articles, written)
    lines = [f"# documents={documents} least={LEAST} version=1"]
    lines += [f"{term}\t{count}" for term, count in sorted(rows.items())]
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} terms of {documents} articles -> {given.out}")


def articles(data: Path) -> Iterator[dict[str, Any]]:
    """The development articles that are counted, file by file."""
    for name, most in CORPORA.items():
        with gzip.open(data / name, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        if ".pairs." in name:
            rows = list({row[side]["id"]: row[side] for row in rows for side in "ab"}.values())
        yield from rows[:: max(1, len(rows) // most)]


def _count(data: Path) -> tuple[dict[str, Counter[int]], Counter[str], dict[int, str]]:
    counts: dict[str, Counter[int]] = {}
    articles: Counter[str] = Counter()
    written: dict[int, str] = {}
    by_language: dict[str, list[dict[str, Any]]] = {}
    for row in articles(data):
        by_language.setdefault(row.get("lang") or "en", []).append(row)
    for language, rows in by_language.items():
        articles[language] = len(rows)
        counted = counts.setdefault(language, Counter())
        for at in range(0, len(rows), CHUNK):
            chunk = rows[at : at + CHUNK]
            titles = [row.get("title") or "" for row in chunk]
            bodies = [row.get("body") or "" for row in chunk]
            for found in terms(titles, bodies):
                counted.update(found.words.tolist())
                counted.update(_figures(found.numbers))
                written.update((c, number_value(c)) for c in _figures(found.numbers))
            written.update(_spelled([*titles, *bodies]))
    return counts, articles, written


def _figures(codes: UInt64s) -> list[int]:
    """Numbers without the days of the week, whose sign bit is set."""
    return codes[codes >> np.uint64(63) == 0].tolist()


def _spelled(texts: list[str]) -> dict[int, str]:
    """The spelling of each term."""
    page = Page.of(texts)
    at, hashes = content(page)
    joined = "\n".join(texts) + "\n"
    keys, first = np.unique(hashes, return_index=True)
    ends = np.where(
        page.unspaced[at], page.end[np.minimum(at + 1, len(page.end) - 1)], page.end[at]
    )
    return {
        int(key): joined[page.start[at[k]] : ends[k]].casefold()
        for key, k in zip(keys, first, strict=True)
    }


def _rows(
    counts: dict[str, Counter[int]], articles: Counter[str], written: dict[int, str]
) -> tuple[dict[str, int], int]:
    documents = sum(articles.values())
    total: Counter[int] = Counter()
    for counted in counts.values():
        total.update(counted)
    rows = {}
    for key, count in total.items():
        if count < LEAST:
            continue
        shares = [
            counted[key] / articles[language]
            for language, counted in counts.items()
            if articles[language] >= LEAST_ARTICLES
        ]
        rows[written[key]] = max(count, round(max(shares) * documents))
    return rows, documents


if __name__ == "__main__":
    main()
