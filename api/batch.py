"""The jobs that need no service: lines of JSON in, one row out for each, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from api import articles as parsing
from api import rows
from api.copies import Copies
from dedupe.errors import BadInput, EncoderUnavailable, SamestoryError
from dedupe.formats.lines import document
from dedupe.model import Article, Floats, Profile, Reading, TextWords
from dedupe.neighbourhood import Item
from dedupe.reading import ArticleReader
from dedupe.settings import Settings
from dedupe.state import Plan
from dedupe.verdict import Verdicts

if TYPE_CHECKING:
    from dedupe.embedding import Embedder
    from dedupe.judging import Judging
    from dedupe.ports import Runner, Spill, VectorIndex

Row = rows.Row
Progress = Callable[..., Iterator[Any]]
CHUNK = 512
"""Articles read or compared at a time."""
EMBEDDED = 512
"""Ledes embedded at a time, some seconds of work: what an interrupted run loses at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the jobs work with; ``api.bootstrap`` puts it together."""

    reader: ArticleReader
    verdicts: Verdicts
    judging: Callable[[], Judging]
    """Always the same one, made when it is first asked for: copies alone do without."""
    settings: Settings
    max_body_bytes: int
    spill: Callable[[], Spill]
    runner: Runner
    vectors: Callable[[], VectorIndex] | None = None
    """None judges copies only."""
    embedder: Embedder | None = None
    progress: Progress
    finished: Callable[[], None] = lambda: None
    """Called when all rows of a job are out: what was kept for a resumed run may go."""

    def dedupe(self, lines: Iterable[bytes], *, level: str) -> Iterator[Row]:
        """One row per line: where the article lies and whose text it is, or an error."""
        if level == "copies":
            yield from self._copies().rows(lines)
        else:
            yield from self._grouped(lines, level)
        self.finished()

    def _copies(self) -> Copies:
        return Copies(
            reader=self.reader,
            verdicts=self.verdicts,
            settings=self.settings,
            max_body_bytes=self.max_body_bytes,
            spill=self.spill,
            runner=self.runner,
            progress=self.progress,
        )

    def _grouped(self, lines: Iterable[bytes], level: str) -> Iterator[Row]:
        """One row per line, with the stories: everything is held in memory."""
        from dedupe.recluster import recluster  # noqa: PLC0415  copies alone start without it

        read = self._read_all(lines)
        if self.embedder is not None:
            read = self._embedded(read)
        kept = sorted(
            {one.profile.id: one for one in read if isinstance(one, _Kept)}.values(),
            key=lambda one: one.profile.id,
        )
        plan = recluster(
            [Item(profile=one.profile, first_seen=None) for one in kept],
            [one.words for one in kept],
            vectors=self.vectors() if self.vectors is not None else None,
            judging=self.judging(),
            settings=self.settings,
        )
        yield from _rows(read, plan, level)

    def compare(self, lines: Iterable[bytes]) -> Iterator[Row]:
        """One row per line: the verdict on its two articles, with the evidence, or an error."""
        numbered = enumerate(self.progress(lines, label="compare"), 1)
        while chunk := list(islice(numbered, CHUNK)):
            pairs = [self._pair(line) for _, line in chunk]
            whole = [pair for pair in pairs if isinstance(pair, tuple)]
            readings = iter(self._readings([article for pair in whole for article in pair]))
            both = [(next(readings), next(readings)) for _ in whole]
            verdicts = iter(self._verdicts(both))
            for (number, _), pair in zip(chunk, pairs, strict=True):
                verdict = next(verdicts) if isinstance(pair, tuple) else rows.failed(pair)
                ids = (
                    {"a_id": pair[0].external_id, "b_id": pair[1].external_id}
                    if isinstance(pair, tuple)
                    else {"a_id": None, "b_id": None}
                )
                yield {"line": number, **ids, **verdict}

    def credits(self, lines: Iterable[bytes]) -> Iterator[Row]:
        """One row per line: whose text the article is and whom it credits, or an error."""
        from api import rendering  # noqa: PLC0415  copies alone start without it

        for line in self.progress(lines, label="credits"):
            article = self._article(line)
            if isinstance(article, SamestoryError):
                yield rows.rejected(line, article)
                continue
            provenance, credits = self.reader.credits(article)
            yield {
                "id": article.external_id,
                "outlet": provenance.outlet,
                "origin": provenance.origin,
                "canonical_url": provenance.canonical_url,
                "wire_id": provenance.wire_id,
                "paywalled": provenance.paywalled,
                "credits": [rendering.credit(one) for one in credits],
            }

    def _read_all(self, lines: Iterable[bytes]) -> list[_Kept | _Rejected]:
        """Every line read; of the texts only what judging needs is kept."""
        read = _LineReader(reader=self.reader, max_body_bytes=self.max_body_bytes)
        passing = iter(self.progress(lines, label="read"))
        chunks = iter(lambda: list(islice(passing, CHUNK)), [])
        return list(chain.from_iterable(self.runner.map(read, chunks)))

    def _embedded(self, read: Sequence[_Kept | _Rejected]) -> list[_Kept | _Rejected]:
        """The same with vectors; identical ledes are paid for once."""
        assert self.embedder is not None
        ledes = list(dict.fromkeys(one.lede for one in read if isinstance(one, _Kept)))
        # Texts of like length together: a batch is padded to its longest. A vector depends a little
        # on the texts it is computed with, so their order is that of the set, not of the lines.
        ledes.sort(key=lambda lede: (len(lede), lede))
        vectors: dict[str, Floats] = {}
        for start in self.progress(range(0, len(ledes), EMBEDDED), label="embed"):
            vectors |= self.embedder.vectors(ledes[start : start + EMBEDDED])
            _check(self.embedder)
        return [
            replace(one, profile=replace(one.profile, vector=vectors.get(one.lede)), lede="")
            if isinstance(one, _Kept)
            else one
            for one in read
        ]

    def _verdicts(
        self, pairs: Sequence[tuple[Reading | SamestoryError, Reading | SamestoryError]]
    ) -> Iterator[Row]:
        from api import rendering  # noqa: PLC0415  copies alone start without it

        judged = iter(
            self.judging().compare(
                [(a, b) for a, b in pairs if isinstance(a, Reading) and isinstance(b, Reading)]
            )
        )
        for pair in pairs:
            broken = next((one for one in pair if isinstance(one, SamestoryError)), None)
            if broken is not None:
                yield rows.failed(broken)
                continue
            match = rendering.match(next(judged))
            match.pop("article_id")
            yield match

    def _readings(self, articles: Sequence[Article]) -> list[Reading | SamestoryError]:
        readings = self.reader.read(articles)
        if self.embedder is None:
            return readings
        embedded = self.embedder.embed(readings)
        _check(self.embedder)
        return embedded

    def _article(self, line: bytes) -> Article | SamestoryError:
        return parsing.article(document(line), max_body_bytes=self.max_body_bytes)

    def _pair(self, line: bytes) -> tuple[Article, Article] | SamestoryError:
        both = document(line)
        if isinstance(both, SamestoryError):
            return both
        if not isinstance(both, dict):
            return BadInput("line", "is no object", 'send {"a": {...}, "b": {...}}')
        sides = [self._side(both, name) for name in ("a", "b")]
        broken = next((side for side in sides if isinstance(side, SamestoryError)), None)
        a, b = sides
        if isinstance(a, Article) and isinstance(b, Article):
            return a, b
        assert broken is not None
        return broken

    def _side(self, both: Mapping[str, Any], name: str) -> Article | SamestoryError:
        if name not in both:
            return BadInput(name, "is missing", "send both articles of the pair")
        side = parsing.article(both[name], max_body_bytes=self.max_body_bytes)
        if isinstance(side, BadInput):
            return type(side)(f"{name}.{side.field}", side.problem, side.fix, value=side.value)
        return side


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is kept of an article while the set is read."""

    external_id: str | None
    lede: str
    profile: Profile
    words: TextWords

    @classmethod
    def of(cls, reading: Reading) -> _Kept:
        return cls(
            external_id=reading.article.external_id,
            lede=reading.lede,
            profile=reading.profile,
            words=reading.words.without_places(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rejected:
    line: bytes
    error: SamestoryError


@dataclass(frozen=True, slots=True, kw_only=True)
class _LineReader:
    """Reads chunks of lines; what a worker process runs."""

    reader: ArticleReader
    max_body_bytes: int

    def __call__(self, lines: Sequence[bytes]) -> list[_Kept | _Rejected]:
        """The chunk, read; of the texts only what judging needs is kept."""
        articles = [
            parsing.named(parsing.article(document(line), max_body_bytes=self.max_body_bytes))
            for line in lines
        ]
        readings = iter(self.reader.read([a for a in articles if isinstance(a, Article)]))
        return [
            _kept(line, next(readings) if isinstance(article, Article) else article)
            for line, article in zip(lines, articles, strict=True)
        ]


def _kept(line: bytes, read: Reading | SamestoryError) -> _Kept | _Rejected:
    return _Kept.of(read) if isinstance(read, Reading) else _Rejected(line=line, error=read)


def _check(embedder: Embedder) -> None:
    """A file is judged whole or not at all.

    Raises:
        EncoderUnavailable: the last texts were not embedded.
    """
    if embedder.state != "ok":
        raise EncoderUnavailable(embedder.state)


def _rows(read: Sequence[_Kept | _Rejected], plan: Plan, level: str) -> Iterator[Row]:
    placements = {place.article_id: place for place in plan.placements}
    states = {state.id: state for state in plan.clusters}
    kept = [one for one in read if isinstance(one, _Kept)]
    names = {one.profile.id: one.external_id for one in kept}
    clusters, stories = rows.Labels("c"), rows.Labels("s")
    for one in kept:  # a row may name a story whose own lines are further down
        stories.of(placements[one.profile.id].story)
    linked = rows.linked(plan.related, stories)
    for line in read:
        if isinstance(line, _Rejected):
            yield rows.rejected(line.line, line.error)
            continue
        place = placements[line.profile.id]
        yield rows.grouped(
            line.external_id,
            place,
            states[place.cluster],
            names,
            cluster=None if level == "stories" else clusters.of(place.cluster),
            story=stories.of(place.story),
            related=linked.get(place.story, ()),
        )
