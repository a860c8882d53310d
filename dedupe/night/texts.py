"""The words of stored texts, read from the store when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dedupe.learning import learned_of
from dedupe.model import Article, Reading, TextWords
from dedupe.ports import Store
from dedupe.reading import ArticleReader
from dedupe.repeats import LearnedLines
from dedupe.withheld.purging import with_purged


class StoredTexts:
    """Texts by the number of their article; nothing is held."""

    def __init__(self, store: Store, reader: ArticleReader, ids: Sequence[str]) -> None:
        self._store = store
        self._reader = reader
        self._ids = ids

    def articles(self, numbers: Sequence[int]) -> list[Article]:
        """The articles as they were posted; of one that is gone by now nothing."""
        return self._read(numbers)[0]

    def ledes(self, numbers: Sequence[int]) -> list[str]:
        """What is embedded of each; nothing of a text that was removed."""
        articles, learned = self._read(numbers)
        read = self._reader.read(articles, learned)
        return [one.lede if isinstance(one, Reading) else "" for one in read]

    def words(self, numbers: Sequence[int]) -> list[TextWords]:
        """What overlap is judged on; of a removed text the shingles that were kept of it."""
        names = [self._ids[k] for k in numbers]
        with self._store.read() as reader:
            there = reader.texts(names)
            articles = [there.get(name, Article()) for name in names]
            words = self._reader.words(articles, learned_of(reader, articles))
            found: Mapping[str, TextWords] = with_purged(
                reader, dict(zip(names, words, strict=True))
            )
        return [found[name] for name in names]

    def _read(self, numbers: Sequence[int]) -> tuple[list[Article], LearnedLines]:
        names = [self._ids[k] for k in numbers]
        with self._store.read() as reader:
            there = reader.texts(names)
            articles = [there.get(name, Article()) for name in names]
            return articles, learned_of(reader, articles)
