"""The words of Samestory as records: what an article is and what is claimed about it.

Everything here is frozen and holds no behaviour beyond reading itself. The meaning of each
word is in ``docs/words.md``; one word stands for one thing in code, HTTP and documentation.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dedupe.version import Version

UInt8s: TypeAlias = npt.NDArray[np.uint8]
UInt32s: TypeAlias = npt.NDArray[np.uint32]
UInt64s: TypeAlias = npt.NDArray[np.uint64]
Int64s: TypeAlias = npt.NDArray[np.int64]
Int32s: TypeAlias = npt.NDArray[np.int32]
Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]


class Relation(StrEnum):
    """How an article stands to another: the first five are about text, the rest about the event."""

    NONE = "none"
    EXACT = "exact"
    NEAR_DUPLICATE = "near_duplicate"
    EXCERPT = "excerpt"
    UPDATE = "update"
    REWRITE = "rewrite"
    SAME_STORY = "same_story"


COPY_RELATIONS = frozenset(
    {Relation.EXACT, Relation.NEAR_DUPLICATE, Relation.EXCERPT, Relation.UPDATE}
)


class StoryLink(StrEnum):
    """How another story stands to this one; a link, never a merge."""

    EARLIER = "earlier"
    LATER = "later"
    BACKGROUND = "background"


class CreditKind(StrEnum):
    """What a phrase that names an origin says about the text it stands in."""

    REPUBLICATION = "republication"
    ASSISTED = "assisted"
    CITATION = "citation"
    PRESS_RELEASE = "press_release"
    PHOTO = "photo"
    OWN = "own"


class Precision(StrEnum):
    """How finely a date was given."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


class DateOrigin(StrEnum):
    """Where a date of publication comes from."""

    CLAIMED = "claimed"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half-open range of Unicode code points of a field's value exactly as it was posted."""

    field: str
    """``title``, ``body``, ``url`` or ``metadata.<name>``."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """Text of the page, not of the article: it is left out of every comparison."""

    span: Span
    why: str
    """What kind of furniture it is, by the table of patterns; ``learned`` from the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When an article was published, as far as it says so."""

    value: datetime
    """Aware, in UTC."""
    precision: Precision
    origin: DateOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something odd in an article that was accepted all the same (``warnings`` in an answer)."""

    field: str
    value: str
    """The offending value, shortened to 200 code points."""
    action: str
    """What was done about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One piece as one outlet published it, exactly as it was posted."""

    external_id: str | None = None
    source: str | None = None
    url: str | None = None
    title: str = ""
    body: str = ""
    published: Published | None = None
    published_raw: str | None = None
    """The date as the caller wrote it, kept even where it is unreadable."""
    lang: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Text or metadata that names an origin."""

    kind: CreditKind
    source: str
    """Normalised name of the origin, "Al Jazeera"."""
    text: str
    """The phrase as it stands in the article."""
    span: Span
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What an article says about whose text it is; input of the canonical order."""

    outlet: str | None
    """Normalised source of the article itself."""
    origin: str | None = None
    """Normalised source whose text the article as a whole is; None when it is the outlet's own."""
    outlet_family: str | None = None
    """The house that the outlet belongs to, where it is not the outlet's own name."""
    origin_family: str | None = None
    """The house that the origin belongs to, likewise."""
    credit: Credit | None = None
    """The republication or press-release credit that ``origin`` rests on."""
    canonical_url: str | None = None
    """``rel=canonical`` or its like, normalised; None when it names the article itself."""
    url: str | None = None
    """Normalised URL of the article."""
    wire_id: str | None = None
    """Identifier an agency gave the piece, where metadata carries one."""
    paywalled: bool = False
    """The text ends in a pay-wall mark ("Subscribe to continue reading")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The kept 64-bit shingle hashes of a text (FracMinHash with a floor).

    ``hashes`` is sorted and unique, dtype = uint64; every hash of the text below ``threshold``
    is in it and none above. A text under 128 shingles keeps all: ``threshold`` is 2**64 - 1.
    """

    threshold: int
    hashes: UInt64s


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a text speaks of, as term hashes (see ``dedupe.terms``); arrays sorted by hash."""

    words: UInt64s
    """Distinct content words of title and body."""
    counts: Int32s
    """Occurrences of each word, shape = words.shape."""
    names: UInt64s
    """Words seen capitalised inside a sentence."""
    numbers: UInt64s
    """Numbers, normalised."""
    title: UInt64s
    """Distinct words of the title."""
    lede_words: Bools = dataclasses.field(default_factory=lambda: np.empty(0, np.bool_))
    """Whether each word stands in title or first 60 words; empty: none is known to."""
    lede_names: Bools = dataclasses.field(default_factory=lambda: np.empty(0, np.bool_))
    lede_numbers: Bools = dataclasses.field(default_factory=lambda: np.empty(0, np.bool_))
    pairs: UInt64s = dataclasses.field(default_factory=lambda: np.empty((0, 2), np.uint64))
    """Both words of full names, shape = (n, 2)."""
    measures: UInt64s = dataclasses.field(default_factory=lambda: np.empty((0, 2), np.uint64))
    """Numbers with the word for what they count, shape = (n, 2)."""
    quotes: UInt32s = dataclasses.field(default_factory=lambda: np.empty(0, np.uint32))
    """Three words each inside quotation marks; the smallest hashes."""
    places: UInt32s = dataclasses.field(default_factory=lambda: np.empty(0, np.uint32))
    """Places named (see ``dedupe.terms.places``)."""
    lede_places: Bools = dataclasses.field(default_factory=lambda: np.empty(0, np.bool_))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that judging needs to know about one article; stored with it, never the text itself."""

    id: str
    provenance: Provenance
    published: float | None
    """Hours since 1970-01-01 UTC; None when unknown or unusable."""
    published_precise: bool
    """The hour is known, not only the day."""
    event_days: Int32s
    """Days since 1970-01-01 that the text itself names, resolved against publication; sorted."""
    text_hash: int
    """Hash of the whole clean word sequence (equal texts, equal hash); 0 for an empty text."""
    word_count: int
    shingle_count: int
    """Number of distinct shingles."""
    sketch: Sketch
    terms: Terms
    vector: Floats | None
    """Unit vector of the lede; None while the encoder is unavailable."""
    headline_page: bool = False
    """A page of headlines or a live blog: overlap alone links it to nothing."""
    version: Version = dataclasses.field(default_factory=Version)
    """What it says of its version, as far as verdicts rest on it (``dedupe.succession.filed``)."""

    @property
    def middle(self) -> float:
        """Publication in hours; noon where only the day is known, NaN where not even that."""
        if self.published is None:
            return math.nan
        return self.published if self.published_precise else self.published + 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextWords:
    """The words that overlap is judged on: those of the body, or of the title where there is none.

    Arrays run over words in order; offsets are code points of the field as it was posted.
    """

    field: str
    hashes: UInt64s
    start: Int64s
    end: Int64s
    shingles: UInt64s
    """Distinct shingle hashes of the whole text, sorted."""
    kinds: UInt8s = dataclasses.field(default_factory=lambda: np.empty(0, np.uint8))
    """What each word is and where it stands (``words.kinds``); empty: nothing is known of it."""
    title: UInt64s = dataclasses.field(default_factory=lambda: np.empty(0, np.uint64))
    """Words of the title in order."""

    def without_places(self) -> TextWords:
        """The same for the verdict alone, in less memory."""
        nowhere = self.start[:0].copy()
        return replace(self, hashes=self.hashes.copy(), start=nowhere, end=nowhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One article, read: what the article says of itself once it is parsed and cleaned."""

    id: str
    """URL-safe identifier derived from the article's identity."""
    article: Article
    lede: str
    """What is embedded."""
    published: Published | None
    """The claimed date, else the date the text gives."""
    furniture: tuple[Furniture, ...]
    credits: tuple[Credit, ...]
    words: TextWords
    profile: Profile
    segments: UInt64s = field(default_factory=lambda: np.empty(0, np.uint64))
    """Hashes of the lines and sentences of the body that its source's furniture is learned from."""
    version: Version = field(default_factory=Version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The same words in two texts."""

    ours: Span
    theirs: Span
    words: int
    weight: float
    """How much of it is the texts' own, in [0, 1] (see ``dedupe.weighing``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for and against two articles belonging together."""

    overlap: float
    """Jaccard of their shingles."""
    contains: float
    """Share of their shingles that is in ours."""
    contained: float
    """Share of our shingles that is in theirs."""
    lede_cosine: float | None
    hours_apart: float | None
    features: Mapping[str, float]
    """The numbers the event verdict was computed from, by name."""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The verdict on one pair, from the first article's point of view."""

    article_id: str
    relation: Relation
    p_same_text: float
    p_same_story: float
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an article or outlet is the canonical one."""

    rule: str
    text: str | None = None
    span: Span | None = None
    article_id: str | None = None
    """The member that the phrase stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A source that members of a cluster credit with its text."""

    source: str
    articles: int
    """Members whose credits lead to it."""
    reason: Reason
    """The surest of these credits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """The article or outlet a cluster comes from; outside the index it is a phantom."""

    article_id: str | None
    source: str | None
    url: str | None
    in_index: bool
    confidence: float
    reasons: tuple[Reason, ...]
    claims: tuple[Claim, ...] = ()
    """Every source credited by members, most members first: two and more disagree."""
    family: str | None = None
    """The house that the source belongs to, where it is not the source's own name."""
