"""How common terms are in the store, as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from dedupe.rarity import LiveRarity
from dedupe.terms.background import Frequencies, spelled

Json: TypeAlias = dict[str, Any]

CHANGED = 10
"""Words shown that the store's counts make tell less."""


def told(
    rarity: LiveRarity, own: Frequencies | None, asked: Sequence[str], listed: Sequence[str]
) -> Json:
    """What was counted, how common the words asked for are, and which words tell less by it.

    ``listed`` are words of which the latter are chosen: of the store only hashes are known.
    """
    words = _words(rarity, own, asked)
    return {
        "background": rarity.background.version,
        "shipped": {
            "version": rarity.shipped.version,
            "articles": int(rarity.shipped.documents),
            "terms": len(rarity.shipped.table().keys),
        },
        "store": None if own is None else _counted(own),
        "items": [words.get(word, {"word": word, **_NO_TERM}) for word in asked],
        "changed": [] if own is None else _fallen(_words(rarity, own, listed)),
    }


def text(answer: Json) -> str:
    """The same for reading."""
    shipped, own = answer["shipped"], answer["store"]
    lines = [
        f"background {answer['background']}",
        f"shipped: {shipped['articles']:,} articles, {shipped['terms']:,} terms",
        "store: not counted yet"
        if own is None
        else f"store: {own['stories']:,} stories, {own['terms']:,} terms, "
        f"counted {own['counted_at']} of {own['articles_then']:,} articles",
        *map(_shown, answer["items"]),
    ]
    if answer["changed"]:
        lines += ["tell less here than at large:", *map(_shown, answer["changed"])]
    return "\n".join(lines)


_NO_TERM = {"shipped": None, "store": None, "weight": None}


def _counted(own: Frequencies) -> Json:
    return {
        "stories": own.stories,
        "terms": len(own.keys),
        "counted_at": own.at,
        "position": own.position,
        "articles_then": own.added,
    }


def _words(rarity: LiveRarity, own: Frequencies | None, asked: Sequence[str]) -> dict[str, Json]:
    """Each of the words that holds a term, by the rarest of its terms."""
    hashes, of = spelled(asked)
    now = rarity.background.idf(hashes)
    # The last of equal keys stays in a dictionary: the rarest has to come last.
    order = np.argsort(now, kind="stable")
    hashes, of, now = hashes[order], of[order], now[order]
    shipped, at_large = rarity.shipped.table().counted(hashes), rarity.shipped.idf(hashes)
    here = None if own is None else own.counted(hashes).tolist()
    return {
        asked[word]: {
            "word": asked[word],
            "shipped": int(shipped[k]),
            "store": None if here is None else int(here[k]),
            "weight": {"shipped": round(float(at_large[k]), 3), "now": round(float(now[k]), 3)},
        }
        for k, word in enumerate(of.tolist())
    }


def _fallen(words: dict[str, Json]) -> list[Json]:
    """The words whose weight fell most, most first."""
    fall = {w: one["weight"]["shipped"] - one["weight"]["now"] for w, one in words.items()}
    most = sorted(fall, key=lambda word: (-fall[word], word))[:CHANGED]
    return [words[word] for word in most if fall[word] > 0]


def _shown(item: Json) -> str:
    if item["weight"] is None:
        return f"{item['word']}: holds no term"
    here = "" if item["store"] is None else f", {item['store']:,} of the store's stories"
    weight = item["weight"]
    return (
        f"{item['word']}: {item['shipped']:,} of the shipped articles{here}; "
        f"weight {weight['shipped']:.2f} at large, {weight['now']:.2f} here"
    )
