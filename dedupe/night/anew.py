"""Ledes embedded again, where the store's vectors were made by another model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dedupe.embedding import Embedder
from dedupe.errors import EncoderUnavailable
from dedupe.model import Floats
from dedupe.neighbourhood import Item
from dedupe.night.inputs import Progress
from dedupe.night.texts import StoredTexts
from dedupe.ports import Writer
from dedupe.reading import ArticleReader

CHUNK = 512
"""Articles read and embedded at a time, some seconds of work: what an interrupted run loses."""


class Anew:
    """Gives a set of articles the vectors of another model."""

    def __init__(
        self, reader: ArticleReader, embedder: Embedder, versions: Mapping[str, str]
    ) -> None:
        self._reader = reader
        self._embedder = embedder
        self._versions = versions
        self._made: dict[str, Floats] = {}

    def embedded(
        self, items: Sequence[Item], texts: StoredTexts, progress: Progress
    ) -> tuple[Item, ...]:
        """The items with new vectors; one whose text is gone has none any more.

        Raises:
            EncoderUnavailable: the model cannot be loaded or failed.
        """
        for start in progress(range(0, len(items), CHUNK), label="embed"):
            numbers = range(start, min(start + CHUNK, len(items)))
            ledes = texts.ledes(numbers)
            vectors = self._embedder.vectors(ledes)
            if self._embedder.state != "ok":
                raise EncoderUnavailable(self._embedder.state)
            for number, lede in zip(numbers, ledes, strict=True):
                if lede in vectors:
                    self._made[items[number].profile.id] = vectors[lede]
        return tuple(
            replace(item, profile=replace(item.profile, vector=self._made.get(item.profile.id)))
            for item in items
        )

    def keep(self, writer: Writer, *, since: int) -> None:
        """The store's vectors are these; what came or was revised meanwhile waits for its own.

        ``since`` is the line of the index log after which it did.
        """
        _, changed, _ = writer.index_changes(after=since)
        newer = {member.profile.id for member in writer.members_by_key(sorted(set(changed)))}
        writer.set_versions(self._versions)
        for article_id, vector in self._made.items():
            if article_id not in newer and writer.members([article_id]):
                writer.set_vector(article_id, vector)
