"""Texts removed for good, in a way that leaves enough to recognise their copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dedupe.learning import learned_of
from dedupe.model import Int64s, Profile, Reading, TextWords, UInt64s
from dedupe.ports import Reader, StoredArticle, Writer
from dedupe.reading import ArticleReader
from dedupe.state import Event
from dedupe.withheld.retention import Aged

GRACE = 1.0
"""Hours by which a removal may be late: whoever runs no service removes when a command does."""
SHOWN = 10
_NO_HASHES: UInt64s = np.empty(0, dtype=np.uint64)
_NO_PLACES: Int64s = np.empty(0, dtype=np.int64)


def purge(
    writer: Writer, reader: ArticleReader, ids: Sequence[str], *, reason: str = "retention"
) -> list[str]:
    """The texts of these articles are gone; those of them that had one until now.

    Sketch, profile, vector and the hashes of all five-word shingles stay.
    """
    gone = writer.purged(ids)
    texts = writer.texts([name for name in dict.fromkeys(ids) if name not in gone])
    names, articles = list(texts), list(texts.values())
    words = reader.words(articles, learned_of(writer, articles)) if articles else []
    for name, text in zip(names, words, strict=True):
        writer.purge_text(name, text.shingles)
    for name, shingles in gone.items():
        # A version that came late lies in the history of an article whose own text is gone.
        if writer.revision_texts(name, [one.number for one in writer.revisions(name)]):
            writer.purge_text(name, shingles)
            names.append(name)
    writer.log([Event(kind="text_purged", subject=name, data={"reason": reason}) for name in names])
    return names


def purge_aged(writer: Writer, reader: ArticleReader, aged: Sequence[Aged], *, now: float) -> int:
    """The texts of these revisions are gone; how many. With an article's own its history goes."""
    own = {one.article_id for one in aged if one.represents}
    history = [one for one in aged if one.article_id not in own]
    for one in history:
        writer.purge_revision(one.article_id, one.revision, at=now)
    writer.forget_answers(sorted({one.article_id for one in history}))
    return len(purge(writer, reader, sorted(own))) + len(history)


def overdue(reader: Reader, now: float) -> list[str]:
    """Texts that were to be removed an hour ago and more, in words; a running service leaves none."""
    rows, _ = reader.due(now - GRACE, limit=SHOWN)
    return [
        f"the text of killed article {row.article_id} was to be removed by now; run `samestory purge`"
        for row in rows
    ]


def with_purged(store: Reader, words: Mapping[str, TextWords]) -> Mapping[str, TextWords]:
    """The words of articles; of those whose text is gone the shingles that were kept of it."""
    empty = [name for name, text in words.items() if not len(text.hashes)]
    kept = store.purged(empty) if empty else {}
    return {**words, **{name: remembered(shingles) for name, shingles in kept.items()}}


def remembered(shingles: UInt64s) -> TextWords:
    """What overlap is judged on where only the shingles of a text are known."""
    return TextWords(
        field="body", hashes=_NO_HASHES, start=_NO_PLACES, end=_NO_PLACES, shingles=shingles
    )


def reading_of(stored: StoredArticle, profile: Profile, shingles: UInt64s) -> Reading:
    """An article whose text is gone, as far as it can still be compared."""
    return Reading(
        id=stored.id,
        article=stored.article,
        lede="",
        published=stored.published,
        furniture=(),
        credits=(),
        words=remembered(shingles),
        profile=profile,
    )
