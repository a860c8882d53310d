"""What is kept of nights: a plan with its review, the record of a run, the lineage of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dedupe.constraints.records import Level
from dedupe.state import Plan


class NightState(StrEnum):
    """How a night stands."""

    RUNNING = "running"
    """Begun; where no process holds the night's lock, it was killed."""
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    """Everything lay where it belongs."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    OVERRAN = "overran"
    """It took longer than it may; what it had worked out serves the next run."""
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRecord:
    """One run of the night."""

    number: int
    started: float
    """Hours since 1970-01-01 UTC."""
    finished: float | None
    state: NightState
    since: float | None
    """Hours back that it looked at; None: everything."""
    articles: int = 0
    """Articles judged."""
    churn: Mapping[str, float] = field(default_factory=dict)
    """``Churn.figures`` of what was applied."""
    error: str | None = None
    """Why it failed, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageLine:
    """Articles that passed from one group to another, in one verdict."""

    at: str
    """RFC 3339 time of the commit."""
    night: int | None
    """Number of the night that did it; None: an arrival, an order or a deletion did."""
    old: str
    new: str
    articles: int
    retired: bool
    """The old group was retired by it."""


class ChangeKind(StrEnum):
    """What becomes of groups; one change is told by the first of these that fits."""

    MERGE = "merge"
    """A group is retired: its articles are another's from now on."""
    SPLIT = "split"
    """A group is born of articles of others."""
    MOVE = "move"
    """Articles go from groups that live on to others that did."""
    CANONICAL = "canonical"
    """The members stay, the canonical is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group before or after."""

    id: str
    """Of a group that is new: the identifier that it is going to have."""
    size: int
    """Articles, all of them."""
    article: str | None = None
    """The article that stands for it."""
    title: str | None = None
    """Its title."""
    canonical: str | None = None
    """Source that the group comes from; of a story that of its largest cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """Two articles with what was found of them."""

    a: str
    b: str
    probability: float
    """p_same_text at the level of clusters, p_same_story at that of stories."""
    overlap: float | None = None
    """Jaccard of shingles where both share text."""
    a_title: str | None = None
    b_title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLine:
    """An article without which its group would fall apart."""

    article: str
    cuts_off: int
    """Articles that would be linked to the larger part of the group no more."""
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalLine:
    """A cluster that comes from another source or article afterwards."""

    cluster: str
    was: str | None
    """Source before."""
    now: str | None
    """Source afterwards."""
    was_article: str | None
    """None: outside the index."""
    now_article: str | None
    rule: str | None
    """The first reason for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to some groups of one level that nothing else of the plan touches."""

    level: Level
    kind: ChangeKind
    before: tuple[GroupLine, ...]
    after: tuple[GroupLine, ...]
    moved: int
    """Articles whose group has another identifier afterwards."""
    strongest: PairLine | None
    """The evidence for it: the pair across the parts that come together that agrees most. Of a
    split the pair across the parts that come apart: what spoke for keeping them together."""
    weakest: PairLine | None
    """The link without which a group after it would fall apart, at the least probability."""
    bridges: tuple[BridgeLine, ...] = ()
    """Articles without which a group after it would fall apart, the most articles cut off first."""
    canonical: tuple[CanonicalLine, ...] = ()
    """Clusters of it whose canonical is another afterwards."""
    looked_into: bool = True
    """False: titles and bridges are left out, it being one of too many of its kind."""
    bridges_sought: bool = True
    """False: a group after it is too large to look for bridges in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A merge that a limit forbade: two groups to be looked at by a person."""

    level: Level
    guard: str
    """``size``, ``diameter`` or ``span``."""
    value: float
    limit: float
    groups: tuple[GroupLine, GroupLine]
    agreement: float
    bridge: PairLine
    """The pair across both that agrees most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Churn:
    """How much a plan changes."""

    figures: Mapping[str, float]
    """``articles``, ``articles_moved`` (to another cluster or story), ``standings`` (articles that
    stay and whose relation to their group is told otherwise), ``links`` and ``links_forgotten``, and
    for each level (``clusters_``, ``stories_``): ``before`` = ``kept`` + ``retired`` and ``after`` =
    ``kept`` + ``born`` (identifiers), ``merged``, ``split``, ``moved`` (changes of that kind),
    ``articles_moved``; and ``clusters_canonical_changed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person reads before a plan is applied."""

    churn: Churn
    changes: tuple[Change, ...]
    """Clusters and stories, what moves most articles first."""
    guarded: tuple[Guarded, ...] = ()
    sizes: Mapping[str, Sequence[tuple[int, int, int]]] = field(default_factory=dict)
    """By level: (size, groups of that size before, after), rising."""
    scores: Mapping[str, Sequence[tuple[float, int, int]]] = field(default_factory=dict)
    """By level: (lower end of a twentieth, pairs inside groups, pairs across groups)."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """By level: mean probability from which groups are put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPlan:
    """A night worked out and not yet applied."""

    made: float
    """Hours since 1970-01-01 UTC."""
    position: int
    """Where the store's index log stood when the articles were looked at."""
    cursor: int
    """Where its change log stood."""
    versions: Mapping[str, str]
    """What made the data that it rests on."""
    since: float | None
    articles: int
    plan: Plan
    review: Review
