"""What a list of stories is asked for, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dedupe.state import StoryState

LARGEST_SIZE = 2**53
"""Greater than the size of any story."""


class StoryOrder(StrEnum):
    """What a list of stories is sorted by; of equals the one made last comes first."""

    NEWEST = "newest"
    """The last publication of a member, the latest first; stories without a date at the end."""
    LARGEST = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a story stands in a list; the list goes on after it, whatever becomes of the story."""

    value: float | None
    """What the list is sorted by: hours since 1970-01-01 UTC (None: no date), or the size."""
    position: int
    """Stories are numbered as they are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryQuery:
    """Which stories are asked for; every condition has to hold.

    The conditions on articles (outlet, language, words) hold of a story when each holds of some
    article of it, not necessarily the same.
    """

    since: float | None = None
    """The story's last publication is no earlier: hours since 1970-01-01 UTC."""
    until: float | None = None
    """The story's first publication is no later. A story without a date meets neither."""
    min_size: int = 1
    max_size: int = LARGEST_SIZE
    outlet: str | None = None
    """A name of the outlet; case, spaces, accents and punctuation do not matter."""
    language: str | None = None
    """As articles state it; of "en-GB" only "en" matters."""
    text: str | None = None
    """Words of title or body, in any script; words in double quotes stand side by side."""
    order: StoryOrder = StoryOrder.NEWEST
    after: Place | None = None
    limit: int = 50
    visible_at: float | None = None
    """Articles that may not be shown then (hours since 1970-01-01 UTC) meet no condition, and a story
    of no others is not listed; None: everything is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A story of a list."""

    state: StoryState
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An article of a story, as far as the store knows it without opening it."""

    key: int
    id: str
    cluster: str
    canonical: bool
    """It is the canonical article of its cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The articles that one outlet has in one cluster of a story."""

    cluster: str
    outlet: str | None
    """Normalised name."""
    canonical_source: str | None
    """The source that the cluster comes from."""
    canonical_family: str | None = None
    """The house it belongs to, where that has another name."""
    in_index: bool
    """The cluster's canonical is an article of the index, not a source outside it."""
    articles: int
