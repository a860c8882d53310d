"""What the deciding room asks of the remembering one: encoder, candidate indexes, store.

Adapters live in ``index/``; each protocol has one contract suite in ``tests/contract`` that runs
over every adapter. Keys are the store's row numbers (int64, >= 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import inf
from typing import Protocol, TypeVar

from dedupe.constraints.ports import ConstraintReads, ConstraintWrites
from dedupe.furniture import Line, Page
from dedupe.listing import Held, Listed, Share, StoryQuery
from dedupe.model import (
    Article,
    Credit,
    Doubles,
    Floats,
    Furniture,
    Int32s,
    Int64s,
    Match,
    Published,
    Reading,
    Sketch,
    UInt64s,
)
from dedupe.night.ports import NightReads, NightWrites
from dedupe.revisions.order import RevisionReads, RevisionWrites
from dedupe.state import (
    ClusterState,
    CopyLink,
    Event,
    Member,
    Placement,
    Plan,
    RelatedLink,
    StoryState,
)
from dedupe.terms.background import Frequencies
from dedupe.version import Version
from dedupe.withheld.records import USABLE, Visibility, WithheldReads, WithheldWrites
from dedupe.withheld.retention import RetentionReads

In = TypeVar("In")
Out = TypeVar("Out")


class Encoder(Protocol):
    """Turns text into unit vectors."""

    @property
    def name(self) -> str:
        """Identity of model and weights; vectors of another name are never compared."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, dtype = float32, shape = (len(texts), dimension).

        Raises:
            EncoderUnavailable: the model cannot be loaded or failed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorHits:
    """Neighbours of queries, as parallel arrays sorted by (query, -cosine, key); never padded."""

    query: Int64s
    """Position of the query."""
    key: Int64s
    cosine: Floats


class VectorIndex(Protocol):
    """Nearest neighbours by cosine, in half precision. A cache: the store can always rebuild it.

    Vectors and queries are rounded to half precision, which moves a cosine by less than 0.001.
    Hours are since 1970-01-01 UTC, dtype = float64, NaN where the time is unknown.
    """

    def __len__(self) -> int:
        """Number of vectors held."""

    def add(self, keys: Int64s, vectors: Floats, hours: Doubles | None = None) -> None:
        """Hold these unit vectors and when each was published; a key already held is replaced.

        No ``hours``: all times are unknown.
        """

    def remove(self, keys: Int64s) -> None:
        """Forget these keys; unknown keys are ignored."""

    def search(
        self, vectors: Floats, k: int, *, hours: Doubles | None = None, window: float = inf
    ) -> VectorHits:
        """The k nearest to each vector among those at most ``window`` hours from its own time.

        An unknown time, the query's or theirs, lies inside every window. Fewer than k come back
        only where fewer are inside.
        """

    def keys(self) -> Int64s:
        """Every key held, ascending."""

    def vectors(self, keys: Int64s) -> Floats:
        """The vectors of keys that are held, row by row; shape = (len(keys), dimension)."""

    def hours(self, keys: Int64s) -> Doubles:
        """When keys that are held were published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchHits:
    """Texts that share shingles with queries, as parallel arrays sorted by (query, -shared, key)."""

    query: Int64s
    """Position of the query."""
    key: Int64s
    shared: Int32s
    """Kept hashes of the indexed sketch that are among the query's hashes."""
    kept: Int32s
    """Hashes that the indexed sketch keeps in all."""
    scale: Floats
    """Hashes of the indexed text that each kept one stands for: 8 of a long text, 1 of a short."""


class SketchIndex(Protocol):
    """Finds the texts that share shingle hashes. A cache, like the vector index."""

    def __len__(self) -> int:
        """Number of sketches held."""

    def add(self, keys: Int64s, sketches: Sequence[Sketch]) -> None:
        """Hold these sketches; a key already held is replaced."""

    def remove(self, keys: Int64s) -> None:
        """Forget these keys exactly; unknown keys are ignored."""

    def search(self, shingles: Sequence[UInt64s], *, limit: int) -> SketchHits:
        """Sketches that share a hash with each query's *full* set of distinct shingle hashes.

        At most ``limit`` keys a query, most shared first. Hashes held by more than
        ``common_hash`` sketches are ignored, but a sketch equal to the query's own shares all
        that it keeps; of more than ``common_hash`` such sketches at least so many are looked at.
        """

    def holders(self, hashes: UInt64s) -> Int64s:
        """How many sketches keep each of these distinct hashes, however many they are."""

    def keys(self) -> Int64s:
        """Every key held, ascending."""


class Runner(Protocol):
    """Applies a function to items, perhaps in other processes; results come in order."""

    def map(self, function: Callable[[In], Out], items: Iterable[In], /) -> Iterator[Out]:
        """The results, one per item; items are taken as they are needed."""


class Spill(Protocol):
    """Byte strings kept outside memory, numbered from 0 as they come."""

    def append(self, records: Sequence[bytes]) -> None:
        """Keep these too."""

    def read(self, numbers: Sequence[int]) -> list[bytes]:
        """The records of these numbers; those that follow each other are read at once."""

    def close(self) -> None:
        """What was kept is gone and its room given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as the store gives it back."""

    key: int
    id: str
    revision: int
    received: float
    """First seen, hours since 1970-01-01 UTC."""
    article: Article
    published: Published | None
    furniture: tuple[Furniture, ...]
    credits: tuple[Credit, ...]
    placement: Placement
    matches: tuple[Match, ...]
    has_vector: bool
    version: Version = field(default_factory=Version)
    """Of the revision that represents it."""
    visibility: Visibility = USABLE
    """As ``dedupe.withheld.disclosure`` sees it; what it does not show is not here then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event with its place in the log."""

    cursor: int
    at: str
    """RFC 3339 time of the commit."""
    event: Event


class Reader(RevisionReads, WithheldReads, RetentionReads, NightReads, ConstraintReads, Protocol):
    """A consistent view of the store. Lookups of unknown ids return None or leave them out."""

    def article(self, article_id: str) -> StoredArticle | None: ...
    def by_external_id(self, external_id: str) -> Sequence[str]:
        """Article ids that were posted under this external id, whatever their source."""

    def members(self, ids: Sequence[str]) -> Sequence[Member]: ...
    def members_by_key(self, keys: Sequence[int]) -> Sequence[Member]: ...
    def published(self, keys: Sequence[int]) -> Mapping[int, float | None]:
        """When articles were published, hours since 1970-01-01 UTC: less work than members."""

    def cluster_members(self, cluster_id: str, *, limit: int) -> Sequence[str]:
        """Article ids of a cluster in order of arrival."""

    def story_members(self, story_id: str, *, limit: int) -> Sequence[str]: ...
    def texts(self, ids: Sequence[str]) -> Mapping[str, Article]: ...
    def links(self, ids: Sequence[str]) -> Sequence[CopyLink]:
        """Every copy link that touches one of these articles."""

    def links_between(self, ids: Sequence[str]) -> Sequence[CopyLink]:
        """Every copy link between two of these few articles."""

    def cluster(self, cluster_id: str) -> ClusterState | None: ...
    def story(self, story_id: str) -> StoryState | None: ...
    def story_clusters(self, story_id: str, *, limit: int) -> Sequence[str]: ...
    def related(self, story_ids: Sequence[str]) -> Sequence[RelatedLink]: ...
    def stories(self, query: StoryQuery) -> Sequence[Listed]:
        """A page of stories in the order asked.

        Raises:
            BadInput: there is no word in the text that is looked for, or there are too many.
        """

    def held(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Held]]:
        """The articles of each of these stories, in order of arrival."""

    def shares(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Share]]:
        """Whose articles each of these stories holds, by cluster and outlet."""

    def languages(self, story_id: str) -> Mapping[str, int]:
        """How many articles of a story state each language; "" where none is stated."""

    def article_ids(self, *, after: str | None, limit: int) -> Sequence[str]:
        """A page of article ids in order of arrival, after the given id."""

    def cluster_ids(self, *, after: str | None, limit: int, min_size: int = 1) -> Sequence[str]: ...
    def changes(self, *, after: int, limit: int) -> Sequence[Change]: ...
    def last_cursor(self) -> int: ...
    def index_changes(self, *, after: int) -> tuple[int, Sequence[int], Sequence[int]]:
        """(newest log position, keys added or changed since, keys removed since)."""

    def vectors(self, keys: Sequence[int] | None = None) -> Iterator[tuple[Int64s, Floats]]:
        """All stored vectors, or those of some keys, in chunks."""

    def sketches(
        self, keys: Sequence[int] | None = None
    ) -> Iterator[tuple[Int64s, Sequence[Sketch]]]: ...
    def without_vector(self, *, limit: int) -> Sequence[str]:
        """Articles that still wait for the encoder."""

    def cached_vectors(self, lede_hashes: Sequence[bytes]) -> Mapping[bytes, Floats]:
        """Vectors by BLAKE2b-128 of the embedded text, for the store's encoder."""

    def remembered(self, idempotency_key: str) -> tuple[bytes, bytes] | None:
        """(request digest, response body) kept under an Idempotency-Key."""

    def learned(self, sources: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Hashes of the lines in force as furniture of these sources (by ``source_key``)."""

    def furniture(self, source: str) -> Sequence[Line]:
        """Every learned line of a source, those that a person kept among them."""

    def pages(self, source: str) -> Sequence[Page]:
        """What is remembered of a source's articles to learn from, in no order."""

    def paged_sources(self) -> Sequence[str]:
        """The sources that have remembered pages, sorted."""

    def articles_of(self, source: str) -> int:
        """How many articles of a source were added so far, removed ones included."""

    def articles_added(self) -> int:
        """How many articles were stored so far, removed ones included."""

    def stories_of(self, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """(article, its story) in order of the articles' ids, those after this id."""

    def frequencies_known(self) -> tuple[int, int]:
        """(number of the newest frequencies, articles stored until then); zeros: there are none."""

    def frequencies(self) -> Frequencies | None:
        """How common terms are in the store, as last counted."""

    def counts(self) -> Mapping[str, int]:
        """articles, clusters, stories, vectors, events."""

    def verify(self) -> Sequence[str]:
        """Broken promises of the stored data itself, in words; empty when all hold."""


class Writer(Reader, RevisionWrites, WithheldWrites, NightWrites, ConstraintWrites, Protocol):
    """The judge's lock: reads see its own writes; all is committed at the end or nothing."""

    def add(self, reading: Reading, *, received: float) -> int:
        """Store a new article (placed by ``apply`` in the same transaction); its key."""

    def reread(self, reading: Reading) -> None:
        """Store a newer reading of the same text; no new revision."""

    def remove(self, article_id: str) -> None:
        """Forget an article: text, revisions, sketch, vector, links, matches."""

    def set_vector(self, article_id: str, vector: Floats) -> None: ...
    def set_matches(self, article_id: str, matches: Sequence[Match]) -> None: ...
    def apply(self, plan: Plan) -> None: ...
    def learn(self, source: str, lines: Sequence[Line]) -> None:
        """These are the furniture of the source; of others only what a person kept is known."""

    def keep(self, source: str, line: str, *, kept: bool) -> None:
        """A learned line is the articles' own text, or furniture again.

        Raises:
            NotFound: the source has no learned line of that id.
        """

    def put_frequencies(self, found: Frequencies, *, version: str) -> None:
        """These are the store's; ``version`` names the background that verdicts rest on with them."""

    def forget_related(self) -> None: ...
    def log(self, events: Sequence[Event]) -> None: ...
    def remember(self, idempotency_key: str, request: bytes, response: bytes) -> None: ...


class Store(Protocol):
    """Where everything is remembered. The truth; the indexes are caches of it."""

    def read(self) -> AbstractContextManager[Reader]: ...
    def write(self) -> AbstractContextManager[Writer]:
        """Take the judge's lock (shared by every process on the data), then read and write.

        Raises:
            StoreBusy: another process held the lock too long.
        """

    def night_lock(self) -> AbstractContextManager[None]:
        """One night at a time, over every process on the data; given back when a process dies.

        Raises:
            NightBusy: another night is running.
        """

    def night_running(self) -> bool:
        """Some process holds the night's lock now."""

    def versions(self) -> Mapping[str, str]:
        """What made the stored data: encoder, sketch, verdict, schema."""

    def close(self) -> None: ...


__all__ = [
    "Change",
    "Encoder",
    "Reader",
    "Runner",
    "SketchHits",
    "SketchIndex",
    "Spill",
    "Store",
    "StoredArticle",
    "VectorHits",
    "VectorIndex",
    "Writer",
]
