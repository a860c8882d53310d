"""Made-up outlets: articles on unrelated subjects, with whatever the outlet puts under them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from dedupe.model import Article, DateOrigin, Precision, Published

_SYLLABLES = (
    "ba be bo da de do fa fe ga go ka ke ko la le lo ma me mo na ne no pa pe po ra re ro".split()
)
START = datetime(2024, 3, 1, 9, tzinfo=UTC)


def word(rng: random.Random) -> str:
    """A word that no other article of another seed is likely to hold."""
    return "".join(rng.choices(_SYLLABLES, k=5))


def sentence(rng: random.Random) -> str:
    """Twelve words of nobody's language, two of them names: nothing that others say."""
    words = [word(rng) for _ in range(12)]
    words[4], words[9] = words[4].title(), words[9].title()
    words[0] = words[0].title()
    return " ".join(words) + "."


def body(seed: int, sentences: int = 8) -> str:
    """Paragraphs on a subject of the seed's own."""
    rng = random.Random(seed)
    return "\n\n".join(sentence(rng) for _ in range(sentences))


def article(seed: int, *, text: str, source: str = "Harbour Herald", title: str | None = None):
    """An article of its own day."""
    rng = random.Random(seed + 10_000)
    return Article(
        external_id=str(seed),
        source=source,
        title=f"{word(rng).title()} and {word(rng)}" if title is None else title,
        body=text,
        published=Published(
            value=START + timedelta(days=seed), precision=Precision.DAY, origin=DateOrigin.CLAIMED
        ),
    )
