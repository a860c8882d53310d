"""How good readings of credits are against labels: kinds, sources, origins, canonicals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from dedupe.credit_matching import REPRINT, Matching, Stated, matched, taken_for_reprint
from dedupe.evaluation import Counts
from dedupe.model import CreditKind

KINDS: Mapping[str, frozenset[CreditKind]] = {
    "republication_or_assisted": REPRINT,
    **{kind.value: frozenset({kind}) for kind in CreditKind},
}
"""What is scored by name: the two soft kinds as one, then every kind."""
APART: tuple[AbstractSet[CreditKind], ...] = (
    REPRINT,
    *(frozenset({kind}) for kind in CreditKind if kind not in REPRINT),
)
"""The kinds in groups of which every credit lies in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """One labelled text and what was read of it."""

    lang: str
    gold: tuple[Stated, ...]
    found: tuple[Stated, ...]
    origins: frozenset[str]
    """Comparison keys of the origins that are right; empty: the text is the outlet's own."""
    origin: str | None
    """Comparison key of the origin that was read."""

    @property
    def origin_is_right(self) -> bool:
        """One of the labelled origins was read, or none where there is none."""
        return self.origin in self.origins if self.origins else self.origin is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of how many."""

    right: int
    of: int

    @property
    def share(self) -> float | None:
        """In 0..1; None of nothing."""
        return self.right / self.of if self.of else None

    @classmethod
    def count(cls, answers: Iterable[bool]) -> Share:
        """How many of these are true."""
        told = list(answers)
        return cls(right=sum(told), of=len(told))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceScore:
    """What was read of the labels of one source."""

    labels: int
    found: int
    """Labels that were matched."""
    right: int
    """Of these, how many with the right source."""
    wrongly: int
    """Other credits, matched or not, that were read with this source and should not have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditScores:
    """All figures over readings."""

    texts: int
    kinds: Mapping[str, Counts]
    """By the names of KINDS."""
    sources: Share
    """Of the matched credits whose label names a source."""
    reprint_sources: Share
    """The same of republication and assisted alone."""
    by_source: Mapping[str, SourceScore]
    """By comparison key; those with most labels first."""
    languages: Mapping[str, Counts]
    """Republication and assisted as one kind, by language of the text; most texts first."""
    texts_of: Mapping[str, int]
    """Texts by language, in the same order."""
    origin_elsewhere: Share
    """Of the texts that come from elsewhere."""
    origin_own: Share
    """Of the outlets' own texts: how many were left theirs."""
    taken: Mapping[str, Share]
    """Labels of other kinds read as republication or assisted; ``right`` counts the mistaken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A canonical: an article by its name, or a source outside the index by its comparison key."""

    article: str | None
    source: str | None

    def fits(self, gold: Whose) -> bool:
        """It is the labelled article, or as the label has it a phantom of that source."""
        if gold.article is not None:
            return self.article == gold.article
        return self.article is None and self.source == gold.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A labelled cluster and what became of its members."""

    gold: Whose
    found: tuple[Whose, ...]
    """The canonical of each member when all have arrived."""
    clusters: int
    """How many clusters the members lie in."""

    @property
    def is_right(self) -> bool:
        """Every member has the labelled canonical."""
        return all(one.fits(self.gold) for one in self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalScores:
    """How many of the labelled clusters have the right canonical."""

    clusters: Share
    phantoms: Share
    """Of the clusters whose canonical is outside the index."""
    articles: Share
    """Of those whose canonical is a member."""
    together: Share
    """Clusters whose members lie in one cluster, right canonical or not."""


def scores(texts: Sequence[ReadText]) -> CreditScores:
    """All figures over these readings."""
    languages = Counter(text.lang for text in texts)
    ordered = [lang for lang, _ in languages.most_common()]
    elsewhere = [text for text in texts if text.origins]
    return CreditScores(
        texts=len(texts),
        kinds={name: counted(texts, kinds) for name, kinds in KINDS.items()},
        sources=_sources_right(texts, APART),
        reprint_sources=_sources_right(texts, [REPRINT]),
        by_source=_by_source(texts),
        languages={
            lang: counted([text for text in texts if text.lang == lang], REPRINT)
            for lang in ordered
        },
        texts_of={lang: languages[lang] for lang in ordered},
        origin_elsewhere=Share.count(text.origin_is_right for text in elsewhere),
        origin_own=Share.count(text.origin_is_right for text in texts if not text.origins),
        taken=_taken(texts),
    )


def canonical_scores(settled: Sequence[Settled]) -> CanonicalScores:
    """How often the canonical is right, phantoms and indexed ones told apart."""
    return CanonicalScores(
        clusters=Share.count(one.is_right for one in settled),
        phantoms=Share.count(one.is_right for one in settled if one.gold.article is None),
        articles=Share.count(one.is_right for one in settled if one.gold.article is not None),
        together=Share.count(one.clusters == 1 for one in settled),
    )


def counted(texts: Iterable[ReadText], kinds: AbstractSet[CreditKind]) -> Counts:
    """Precision and recall of credits of these kinds, all texts taken together."""
    found = [matched(text.gold, text.found, kinds) for text in texts]
    return Counts.of(
        sum(len(one.pairs) for one in found),
        sum(len(one.wrong) for one in found),
        sum(len(one.missed) for one in found),
        0,
    )


def matchings(text: ReadText) -> list[Matching]:
    """The matching of each group of kinds in APART."""
    return [matched(text.gold, text.found, kinds) for kinds in APART]


def _sources_right(texts: Iterable[ReadText], groups: Iterable[AbstractSet[CreditKind]]) -> Share:
    """Of what matches a label that names a source, how much was read with it."""
    return Share.count(
        text.gold[label].source == text.found[read].source
        for text in texts
        for kinds in groups
        for label, read in matched(text.gold, text.found, kinds).pairs
        if text.gold[label].source is not None
    )


def _by_source(texts: Sequence[ReadText]) -> dict[str, SourceScore]:
    labels: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrongly: Counter[str] = Counter()
    for text in texts:
        labels.update(one.source for one in text.gold if one.source is not None)
        for one in matchings(text):
            for label, read in one.pairs:
                asked, said = text.gold[label].source, text.found[read].source
                if asked is None:
                    continue
                found[asked] += 1
                right[asked] += asked == said
                wrongly[said or ""] += asked != said
            wrongly.update(text.found[k].source or "" for k in one.wrong)
    names = [name for name, _ in labels.most_common()]
    names += sorted(name for name in wrongly if name not in labels)
    return {
        name: SourceScore(
            labels=labels[name], found=found[name], right=right[name], wrongly=wrongly[name]
        )
        for name in names
    }


def _taken(texts: Sequence[ReadText]) -> dict[str, Share]:
    told: dict[CreditKind, list[bool]] = defaultdict(list)
    for text in texts:
        mistaken = set(taken_for_reprint(text.gold, text.found))
        for k, label in enumerate(text.gold):
            told[label.kind].append(k in mistaken)
    return {
        kind.value: Share.count(told[kind])
        for kind in (CreditKind.PHOTO, CreditKind.CITATION, CreditKind.OWN)
    }
