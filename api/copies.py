"""Copies in a file of any size: texts pass once, and what is kept of each is a few numbers.

The lines themselves and the shingles of every text go to spills outside memory. Only the texts of
pairs that share enough are read again, and only those that may be in a cluster for their credits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from api import articles as parsing
from api import rows
from dedupe.apart import held_apart, outlets, own_hashes
from dedupe.compared import by_overlap, by_words, copy_link, in_detail, worth_a_link
from dedupe.copy_judge import CopyJudge
from dedupe.copying import CopySearch, SharingPairs, places
from dedupe.errors import SamestoryError
from dedupe.formats.lines import document
from dedupe.formats.ordinary import text_of
from dedupe.grouping import folds
from dedupe.model import Article, Bools, Doubles, Int64s, Profile, Provenance, UInt64s
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.plan import settle
from dedupe.reading import ArticleReader, identifier, identity_source
from dedupe.settings import Settings
from dedupe.sketched import Facts, Sketched
from dedupe.state import CopyLink, Plan
from dedupe.succession import filed
from dedupe.verdict import Verdicts
from dedupe.version import Version

if TYPE_CHECKING:
    from dedupe.ports import Runner, Spill

Row = rows.Row
Out = TypeVar("Out")
Progress = Callable[..., Iterator[Any]]

CHUNK = 512
"""Lines read at a time: the work arrays of so many texts stay within a processor's cache."""
JUDGED = 2048
"""Pairs judged at a time: bounds the memory of their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLines:
    """A chunk of lines, read: the texts among them as columns, the others with their error."""

    lines: Sequence[bytes]
    sketched: Sketched
    """One row per line that holds an article."""
    names: Sequence[str | None]
    """The caller's id per article."""
    sources: Sequence[str]
    """Source per article as its identity has it."""
    outlets: Sequence[str | None]
    """Source per article as it is shown."""
    errors: Mapping[int, SamestoryError]
    """By position of the line in the chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReader:
    """Reads chunks of lines; what a worker process runs."""

    reader: ArticleReader
    max_body_bytes: int

    def __call__(self, lines: Sequence[bytes]) -> ReadLines:
        """The chunk, read."""
        read = [self._text(line) for line in lines]
        articles = [one for one in read if isinstance(one, Article)]
        return ReadLines(
            lines=lines,
            sketched=self.reader.sketched(articles),
            names=[article.external_id for article in articles],
            sources=_by_source(articles, identity_source),
            outlets=self._outlets(articles),
            errors={k: one for k, one in enumerate(read) if isinstance(one, SamestoryError)},
        )

    def _outlets(self, articles: Sequence[Article]) -> list[str | None]:
        """The source of each article as it is shown; a name that tells it alone is read once."""
        named = _by_source(articles, self.reader.outlet)
        return [
            name or self.reader.outlet(article)
            for name, article in zip(named, articles, strict=True)
        ]

    def article(self, line: bytes) -> Article | SamestoryError:
        """The article in a line, refused when it has no id that the others could name it by."""
        return parsing.named(parsing.article(document(line), max_body_bytes=self.max_body_bytes))

    def _text(self, line: bytes) -> Article | SamestoryError:
        """The same, as far as the search for copies needs it."""
        told = document(line)
        found = text_of(told, max_body_bytes=self.max_body_bytes)
        return parsing.named(found or parsing.article(told, max_body_bytes=self.max_body_bytes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Finds the clusters of a file; ``api.bootstrap`` puts it together anew for each."""

    reader: ArticleReader
    verdicts: Verdicts
    settings: Settings
    max_body_bytes: int
    spill: Callable[[], Spill]
    runner: Runner
    progress: Progress

    def rows(self, lines: Iterable[bytes]) -> Iterator[Row]:
        """One row per line: its cluster and whose text it is, or an error."""
        read = LineReader(reader=self.reader, max_body_bytes=self.max_body_bytes)
        with closing(self.spill()) as texts, closing(self.spill()) as shingles:
            held = _Held(read, self.settings, texts, shingles)
            passing = iter(self.progress(lines, label="read"))
            for chunk in self.runner.map(read, _chunks(passing)):
                held.keep(chunk)
            pairs = held.pairs()
            p = self._judged(held, pairs)
            folded = self._folded(held, pairs, p)
            links = self._links(pairs, p, folded)
            yield from _told(held, self._settled(links, folded.values()), folded)

    def _judged(self, held: _Held, pairs: SharingPairs) -> Doubles:
        """p_same_text of all pairs that bear on a cluster, 0 of the others.

        First of those that may be folded; of the rest only between texts that a copy was found of.
        """
        p, unsure = held.by_overlap(pairs)
        may_fold = held.may_fold(pairs)
        p[~may_fold] = 0.0
        self._judge(held, pairs, p, unsure[may_fold[unsure]])
        copy = p >= self.settings.copy_threshold
        copied = np.zeros(len(held.names), dtype=np.bool_)
        copied[pairs.left[copy]] = copied[pairs.right[copy]] = True
        rest = ~may_fold & copied[pairs.left] & copied[pairs.right]
        self._judge(held, pairs, p, np.flatnonzero(rest))
        return p

    def _judge(self, held: _Held, pairs: SharingPairs, p: Doubles, unsure: Int64s) -> None:
        """Fill in p of the pairs that overlap leaves in doubt; only their texts are read again."""
        for start in self.progress(range(0, len(unsure), JUDGED), label="compare"):
            some = unsure[start : start + JUDGED]
            numbers, left, right = places(pairs.left[some], pairs.right[some])
            articles = held.articles(numbers.tolist())
            words = self.reader.words(articles)
            profiles = [
                held.profile(number, article, text.shingles)
                for number, article, text in zip(numbers.tolist(), articles, words, strict=True)
            ]
            found = by_words(self.verdicts.text, profiles, words, left, right)
            p[some] = in_detail(p[some], found)

    def _folded(self, held: _Held, pairs: SharingPairs, p: Doubles) -> dict[int, Profile]:
        """The texts that a copy of theirs may be folded with, by number, with their provenance."""
        copy = p >= self.settings.copy_threshold
        numbers = places(pairs.left[copy], pairs.right[copy])[0].tolist()
        folded: dict[int, Profile] = {}
        for start in self.progress(range(0, len(numbers), CHUNK), label="credits"):
            some = numbers[start : start + CHUNK]
            articles = held.articles(some)
            said, shingles = self.reader.told(articles), held.shingles(some)
            for number, article, told, own in zip(some, articles, said, shingles, strict=True):
                folded[number] = held.profile(number, article, own, told=told)
        return folded

    def _links(
        self, pairs: SharingPairs, p: Doubles, folded: Mapping[int, Profile]
    ) -> Iterator[CopyLink]:
        """The links between texts that may be folded."""
        kept = worth_a_link(p, pairs.shares, least=self.settings.link_threshold)
        for k in np.flatnonzero(kept).tolist():
            a, b = folded.get(int(pairs.left[k])), folded.get(int(pairs.right[k]))
            if a is not None and b is not None:
                yield copy_link(a.id, b.id, pairs.shares, k, float(p[k]))

    def _settled(self, links: Iterable[CopyLink], profiles: Iterable[Profile]) -> Plan:
        """The clusters of the texts that a link may fold."""
        items = [Item(profile=profile, first_seen=None) for profile in profiles]
        around = Neighbourhood(
            items=tuple(sorted(items, key=lambda item: item.profile.id)), links=tuple(links)
        )
        names = {kind: count(1) for kind in ("cluster", "story")}
        judge = CopyJudge(self.verdicts, [item.profile for item in around.items])
        return settle(around, judge, self.settings, lambda kind: str(next(names[kind])))


class _Held:
    """What is kept of a file while it is worked on."""

    def __init__(self, read: LineReader, settings: Settings, lines: Spill, shingles: Spill) -> None:
        self._read = read
        self._lines = lines
        self._shingles = shingles
        self._search = CopySearch(
            common_hash=settings.common_hash,
            limit=settings.copy_candidates,
            keep=lambda texts: shingles.append([one.tobytes() for one in texts]),
            kept=self._shingles_of,
        )
        self._parts: list[Facts] = []
        self._facts = Facts.none()
        self.names: list[str | None] = []
        self.outlets: list[str | None] = []
        self.row_of: list[int | Row] = []
        """Per line the number of its text, or the row of its error."""
        self._line_of: list[int] = []
        self._sources: list[str] = []
        self._latest: dict[tuple[str, str | None], int] = {}
        self.replaced: dict[int, int] = {}
        """Texts by number whose article a later line tells anew, and the number of that one."""

    def keep(self, chunk: ReadLines) -> None:
        """Keep of a chunk what the search needs; its lines and shingles go to the spills."""
        first_line, first = len(self.row_of), len(self.names)
        self._lines.append(chunk.lines)
        facts = chunk.sketched.facts
        self._search.add(own_hashes(facts.text_hash, facts.role, first), chunk.sketched.shingles)
        self._parts.append(facts)
        self.names += chunk.names
        self._sources += chunk.sources
        self.outlets += chunk.outlets
        numbers = iter(range(first, len(self.names)))
        for position, line in enumerate(chunk.lines):
            error = chunk.errors.get(position)
            if error is None:
                self.row_of.append(next(numbers))
                self._line_of.append(first_line + position)
            else:
                self.row_of.append(rows.rejected(line, error))
        for number, identity in enumerate(zip(chunk.sources, chunk.names, strict=True), first):
            before = self._latest.get(identity)
            if before is not None:
                self.replaced[before] = number
            self._latest[identity] = number

    def pairs(self) -> SharingPairs:
        """The pairs that share text, without texts that a later line has replaced."""
        self._facts = Facts.joined([Facts.none(), *self._parts])
        found = self._search.pairs(self._rank, gone=self.replaced)
        gone = np.fromiter(self.replaced, np.int64, len(self.replaced))
        return found.where(~(np.isin(found.left, gone) | np.isin(found.right, gone)))

    def _rank(self, number: int) -> tuple[bool, str, str]:
        """The order of texts that does not depend on that of the lines, replaced ones last."""
        return number in self.replaced, self._sources[number], self.names[number] or ""

    def by_overlap(self, pairs: SharingPairs) -> tuple[Doubles, Int64s]:
        """p_same_text as far as overlap alone decides, and the positions where it does not."""
        facts, left, right = self._facts, pairs.left, pairs.right
        same = facts.text_hash[left] == facts.text_hash[right]
        return by_overlap(
            pairs.shares,
            shorter=np.minimum(facts.words[left], facts.words[right]),
            equal=same & (facts.text_hash[left] != 0),
            headlines=facts.headline_page[left] | facts.headline_page[right],
            apart=held_apart(facts.role, outlets(self.outlets), left, right, pairs.shares.jaccard),
        )

    def may_fold(self, pairs: SharingPairs) -> Bools:
        """Whether two texts share so much that a cluster may hold both, or too little to tell."""
        sizes, shares = self._facts.shingles, pairs.shares
        longer = np.maximum(sizes[pairs.left], sizes[pairs.right])
        return folds(shares.jaccard, shares.left_in_right, shares.right_in_left, longer)

    def articles(self, numbers: Sequence[int]) -> list[Article]:
        """Articles by the number of their text, read again."""
        lines = self._lines.read([self._line_of[k] for k in numbers])
        read = [self._read.article(line) for line in lines]
        return [article for article in read if isinstance(article, Article)]

    def profile(
        self,
        number: int,
        article: Article,
        shingles: UInt64s,
        *,
        told: tuple[Provenance, Version] | None = None,
    ) -> Profile:
        """What judging texts needs to know of one; ``told`` is what it says of itself.

        Texts are judged without that: it names whose a text is, and what a copy is to another.
        """
        provenance, version = told or (Provenance(outlet=self.outlets[number]), Version())
        return self._facts.profile(
            number,
            article_id=identifier(article, int(self._facts.text_hash[number])),
            published=self._read.reader.published(article),
            provenance=provenance,
            shingles=shingles,
            version=filed(version),
        )

    def shingles(self, numbers: Sequence[int]) -> list[UInt64s]:
        """The shingles of each text."""
        return self._shingles_of([self._search.place(number) for number in numbers])

    def _shingles_of(self, numbers: Sequence[int]) -> list[UInt64s]:
        return [np.frombuffer(held, np.uint64) for held in self._shingles.read(numbers)]


def _by_source(articles: Sequence[Article], told: Callable[[Article], Out]) -> list[Out]:
    """What is told of each article by its source alone, asked once per source."""
    names = {article.source for article in articles}
    known = {name: told(Article(source=name)) for name in names}
    return [known[article.source] for article in articles]


def _chunks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _told(held: _Held, plan: Plan, profiles: Mapping[int, Profile]) -> Iterator[Row]:
    """The rows in order of the lines."""
    placements = {place.article_id: place for place in plan.placements}
    states = {state.id: state for state in plan.clusters}
    names = {profile.id: held.names[number] for number, profile in profiles.items()}
    labels = rows.Labels("c")
    alone: dict[int, str] = {}
    for row in held.row_of:
        if not isinstance(row, int):
            yield row
            continue
        number = row
        while number in held.replaced:
            number = held.replaced[number]
        name = held.names[row]
        if number in profiles:
            place = placements[profiles[number].id]
            label = labels.of(place.cluster)
            yield rows.grouped(name, place, states[place.cluster], names, cluster=label, story=None)
        else:
            label = alone.get(number) or labels.alone()
            if number != row:
                alone[number] = label
            yield rows.alone(name, held.outlets[number], cluster=label)
