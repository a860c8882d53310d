"""What the members of a story say together: who stands for it, how well it holds, whose it is.

Pure functions over a sample of the members; ``dedupe.stories`` fetches the sample and puts the
story object together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

import numpy as np

from dedupe.answer import Headline, Origin, Tally, WeakestLink
from dedupe.canonical import origin_key
from dedupe.listing import Held, Share
from dedupe.model import Doubles, Floats, Int64s

SAMPLE = 32
"""Members that are compared with each other: 496 pairs."""
WEIGHTS: Mapping[str, float] = {
    "own_reporting": 0.3,
    "central": 0.3,
    "complete": 0.25,
    "early": 0.15,
}
"""What a member's share of each is worth to the headline. Own reporting and a central lede outweigh
a few hours and a few paragraphs, but no single one of them outweighs all others."""
_DAY = 24.0
_UNKNOWN = 0.5
"""How early an article without a date counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A member of a story as far as its headline needs to know it."""

    id: str
    cluster: str
    canonical: bool
    """It is the canonical article of its cluster."""
    own: bool
    """Its text is its outlet's own: it credits nobody with it."""
    published: float | None
    """Hours since 1970-01-01 UTC."""
    first_seen: float
    """Hours since 1970-01-01 UTC."""
    word_count: int
    cut: bool
    """It ends at a pay wall, or is a list of headlines instead of an article."""
    vector: Floats | None
    """Unit vector of the lede."""


def sampled(held: Sequence[Held], most: int = SAMPLE) -> list[int]:
    """Keys of at most ``most`` members, ascending: of every cluster one before any has two.

    A cluster's canonical goes before its other articles; where there are more clusters than room,
    they are taken evenly over the order of arrival.
    """
    if len(held) <= most:
        return sorted(one.key for one in held)
    by_cluster: dict[str, list[Held]] = defaultdict(list)
    for one in sorted(held, key=lambda one: (not one.canonical, one.key)):
        by_cluster[one.cluster].append(one)
    turns = sorted(
        (turn, one.key) for members in by_cluster.values() for turn, one in enumerate(members)
    )
    chosen: list[int] = []
    for _, group in groupby(turns, key=lambda pair: pair[0]):
        keys = [key for _, key in group]
        room = most - len(chosen)
        chosen += [keys[k] for k in _evenly(len(keys), room)]
        if len(chosen) == most:
            break
    return sorted(chosen)


def headline(pieces: Sequence[Piece]) -> Headline:
    """The member that stands for the story, and why; independent of the order given.

    A copy never stands for a text whose canonical article is there. Among the rest it is the best
    sum of own reporting, a central lede, a complete text and an early date (``WEIGHTS``).

    Raises:
        ValueError: there is no piece.
    """
    if not pieces:
        raise ValueError("a story without members has no headline; pass at least one")
    candidates = _one_of_each_cluster(pieces)
    if len(candidates) == 1:
        alone = len(pieces) == 1
        return Headline(
            article_id=candidates[0].id, reasons=("only_article" if alone else "only_text",)
        )
    shares = {
        "own_reporting": np.array([float(one.own) for one in candidates]),
        "central": _central(candidates),
        "complete": _complete(candidates),
        "early": _early(candidates),
    }
    total = sum(WEIGHTS[name] * share for name, share in shares.items())
    assert isinstance(total, np.ndarray)
    best = int(np.argmax(total))
    reasons = tuple(
        name for name, share in shares.items() if share[best] == share.max() > share.min()
    )
    return Headline(article_id=candidates[best].id, reasons=reasons or ("best_of_all",))


def cohesion(p: Doubles) -> float | None:
    """Mean p_same_story of pairs; None where there is none."""
    return float(p.mean()) if len(p) else None


def weakest_link(ids: Sequence[str], left: Int64s, right: Int64s, p: Doubles) -> WeakestLink | None:
    """The pair that agrees least, and which of all articles agrees least with the others.

    ``left`` and ``right`` are positions in ``ids``; ties go to the ids that come first.
    """
    if not len(p):
        return None
    total, seen = np.zeros(len(ids)), np.zeros(len(ids))
    for side in (left, right):
        np.add.at(total, side, p)
        np.add.at(seen, side, 1.0)
    mean = np.where(seen > 0, total / np.maximum(seen, 1.0), np.inf)
    ends = [sorted((ids[a], ids[b])) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    worst = min(range(len(p)), key=lambda k: (p[k], ends[k]))
    loose = min(range(len(ids)), key=lambda k: (mean[k], ids[k]))
    return WeakestLink(
        pair=(ends[worst][0], ends[worst][1]),
        probability=float(p[worst]),
        article_id=ids[loose],
        mean=float(mean[loose]),
    )


def outlets(shares: Sequence[Share]) -> tuple[Tally, ...]:
    """How many articles each outlet has, most first; None where an article names no source."""
    counts: Counter[str | None] = Counter()
    for share in shares:
        counts[share.outlet] += share.articles
    return _tallies(counts)


def languages(counts: Mapping[str, int]) -> tuple[Tally, ...]:
    """How many articles state each language, most first; None where none is stated."""
    return _tallies({name or None: count for name, count in counts.items()})


def origins(shares: Sequence[Share]) -> tuple[Origin, ...]:
    """Whose reporting the story rests on, the most articles first.

    Articles that carry the same text have one origin: the source their cluster comes from, whether
    it is in the index or not. Five outlets that carry one agency are one origin, and so are the
    brands of one house. A text of nobody's is an origin of its own.
    """
    groups: dict[str, list[Share]] = defaultdict(list)
    for share in shares:
        key = origin_key(share.cluster, share.canonical_source, share.canonical_family)
        groups[key].append(share)
    found = [
        Origin(
            source=group[0].canonical_family or group[0].canonical_source,
            sources=tuple(sorted({one.canonical_source for one in group if one.canonical_source})),
            in_index=any(share.in_index for share in group),
            outlets=tuple(sorted({share.outlet for share in group if share.outlet is not None})),
            clusters=len({share.cluster for share in group}),
            articles=sum(share.articles for share in group),
        )
        for group in groups.values()
    ]
    return tuple(sorted(found, key=lambda one: (-one.articles, one.source or "", one.outlets)))


def _evenly(n: int, most: int) -> list[int]:
    """At most ``most`` of n positions, the first among them, as far apart as they can be."""
    return list(range(n)) if n <= most else [k * n // most for k in range(most)]


def _one_of_each_cluster(pieces: Sequence[Piece]) -> list[Piece]:
    """The canonical of each cluster, else its fullest member; in order of arrival."""
    best: dict[str, Piece] = {}
    for piece in sorted(
        pieces,
        key=lambda one: (not one.canonical, one.cut, -one.word_count, one.first_seen, one.id),
    ):
        best.setdefault(piece.cluster, piece)
    return sorted(best.values(), key=lambda one: (one.first_seen, one.id))


def _central(pieces: Sequence[Piece]) -> Doubles:
    """Mean cosine of each lede with the others as a share of the greatest, squared.

    Ledes of one story lie close together: squared, a few hundredths still count.
    """
    vectors = [piece.vector for piece in pieces]
    known = np.array([vector is not None for vector in vectors])
    if known.sum() < 2:
        return np.ones(len(pieces))
    rows = np.stack([vector for vector in vectors if vector is not None]).astype(np.float64)
    mean = np.zeros(len(pieces))
    mean[known] = np.maximum((rows @ rows.sum(axis=0) - 1.0) / (len(rows) - 1), 0.0)
    share: Doubles = mean / mean.max() if mean.max() > 0 else np.ones(len(pieces))
    return share**2


def _complete(pieces: Sequence[Piece]) -> Doubles:
    """Words as a share of the median, at most 1: a brief is not complete, a long read no more so."""
    usual = max(median(piece.word_count for piece in pieces), 1)
    return np.array([0.0 if piece.cut else min(piece.word_count / usual, 1.0) for piece in pieces])


def _early(pieces: Sequence[Piece]) -> Doubles:
    """1 for the first, half of that for each day later."""
    dated = [piece.published for piece in pieces if piece.published is not None]
    return np.array(
        [
            _UNKNOWN if piece.published is None else 0.5 ** ((piece.published - min(dated)) / _DAY)
            for piece in pieces
        ]
    )


def _tallies(counts: Mapping[str | None, int]) -> tuple[Tally, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    return tuple(Tally(name=name, articles=count) for name, count in ordered)
