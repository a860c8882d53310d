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
    """Several groups become one."""
    SPLIT = "split"
    """One group becomes several."""
    MOVE = "move"
    """Articles go from groups that live on to others."""
    CANONICAL = "canonical"
    """The members stay, the canonical is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group before or after."""

    id: str
    """Of a group that is new: the identifier that it is going to have."""
    size: int
    """Articles, all of them."""
    title: str | None = None
    """Title of the article that stands for it."""
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
class Change:
    """What happens to some groups of one level that nothing else of the plan touches."""

    level: Level
    kind: ChangeKind
    before: tuple[GroupLine, ...]
    after: tuple[GroupLine, ...]
    moved: int
    """Articles whose group has another identifier afterwards."""
    strongest: PairLine | None
    """Of a merge the pair across the parts that agrees most; the evidence for it."""
    weakest: PairLine | None
    """The link without which a group after it would fall apart, at the least probability."""
    bridges: tuple[str, ...] = ()
    """Articles without which a group after it would fall apart, the most articles cut off first."""
    canonical: tuple[str | None, str | None] | None = None
    """Source before and after, where it changes."""


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
    """``articles``, ``articles_moved``, and for each level (``clusters_``, ``stories_``): ``before``,
    ``after``, ``kept`` (identifiers), ``born``, ``retired``, ``merged``, ``split``,
    ``canonical_changed``."""


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
