"""The part of the service that keeps texts inside: orders obeyed, what is due done, answers masked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from dedupe.answer import Answer, Status
from dedupe.answering import answer_from_store
from dedupe.errors import NotFound, SamestoryError
from dedupe.furniture import source_key
from dedupe.learning import FurnitureLearner
from dedupe.model import Notice, Reading
from dedupe.ports import Reader, Store, Writer
from dedupe.reading import ArticleReader
from dedupe.revisions.order import article_digest, masked
from dedupe.settings import Settings
from dedupe.state import Event, Plan
from dedupe.version import PubStatus
from dedupe.withheld.cautions import doubtful, unread_embargo
from dedupe.withheld.disclosure import answered, disclosed
from dedupe.withheld.flags import Carrier, carriers
from dedupe.withheld.foretold import foretold
from dedupe.withheld.lifting import LIFTED
from dedupe.withheld.orders import Orders
from dedupe.withheld.precedence import known_version
from dedupe.withheld.purging import purge, purge_aged
from dedupe.withheld.records import USABLE, By, Visibility, ordered, visibility
from dedupe.withheld.releasing import What, still
from dedupe.withheld.retention import Aged
from dedupe.withheld.worded import worded
from dedupe.withheld.wordless import noted

AT_ONCE = 64
"""Records that one transaction of the periodic work deals with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """A kill as it stands, with everybody who carries the text."""

    article_id: str
    with_it: tuple[str, ...]
    """Other versions of the piece that this order killed too."""
    pub_status: Visibility
    purge_at: float | None
    """When the text is removed; None once it is."""
    purged: bool
    carriers: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was due and is done."""

    lifted: int = 0
    """Articles whose embargo has ended."""
    purged: int = 0
    """Texts removed."""

    def __bool__(self) -> bool:
        """Anything was done."""
        return bool(self.lifted or self.purged)


class Suppression(ABC):
    """Kills, holds, embargoes and releases, for the service to inherit."""

    store: Store
    _reader: ArticleReader
    _learner: FurnitureLearner
    _settings: Settings
    _clock: Callable[[], float]

    @contextmanager
    def shown(self) -> Iterator[Reader]:
        """A reader that tells nothing of what may not be shown now."""
        with self.store.read() as reader:
            yield disclosed(reader, self._clock())

    def hidden(self, reader: Reader, article_id: str) -> Visibility:
        """Whether an article may be shown now."""
        return visibility(reader.withheld([article_id]).get(article_id, ()), self._clock())

    def kill(self, article_id: str, *, reason: str | None = None) -> Killed:
        """The article is killed by an admin, and flagged is who carries its text.

        Raises:
            NotFound: there is no such article.
        """
        with self._writing() as writer:
            died = self._orders(writer).kill(article_id, by=By.ADMIN, reason=worded(reason))
            self._purge_due(writer)
            return self._killed(writer, article_id, died)

    def carriers(self, article_id: str) -> Killed:
        """A kill as it stands, with everybody who carries the text.

        Raises:
            NotFound: there is no such article.
        """
        with self.store.read() as reader:
            return self._killed(reader, article_id, ())

    def hold(self, article_id: str, *, reason: str | None = None) -> Answer:
        """The article is held by an admin; the answer to it now.

        Raises:
            NotFound: there is no such article.
        """
        with self._writing() as writer:
            self._orders(writer).hold(article_id, by=By.ADMIN, reason=worded(reason))
            return self._answer_now(writer, article_id)

    def release(
        self,
        article_id: str,
        *,
        reason: str | None = None,
        what: What | None = None,
        embargo: bool = False,
    ) -> Answer:
        """Kill, hold or flag of an article is taken back by an admin; the answer to it now.

        ``what`` names what is taken back, by default the gravest that is in force; ``embargo`` ends
        an embargo before its hour too. Warnings tell what is still in force.

        Raises:
            NotFound: there is no such article.
        """
        with self._writing() as writer:
            if writer.article(article_id) is None:
                raise NotFound("article", article_id)
            orders, why = self._orders(writer), worded(reason)
            orders.release([article_id], by=By.ADMIN, reason=why, what=what, embargo=embargo)
            self._elected(writer, [article_id])
            answer = self._answer_now(writer, article_id)
            kept = still(writer.withheld([article_id]).get(article_id, ()), self._clock())
            return replace(answer, warnings=(*answer.warnings, *kept))

    def due(self) -> Done:
        """Embargoes whose hour has come are lifted, texts whose time has come are removed."""
        done = Done()
        while True:
            with self.store.read() as reader:
                now = self._clock()
                waking = reader.waking(now, limit=1) or any(reader.due(now, limit=1))
                if not waking and not self._aged(reader, limit=1):
                    return done
            with self._writing() as writer:
                _, lifts = writer.due(self._clock(), limit=AT_ONCE)
                lifted = self._orders(writer).lift(lifts)
                waking = writer.waking(self._clock(), limit=AT_ONCE)
                for name in dict.fromkeys([*lifted, *waking]):
                    self._orders(writer).renewed(name)
                    self._elected(writer, [name])
                    writer.woken(name, self._clock())
                lifted += self._shown_again(writer, [name for name in waking if name not in lifted])
                purged = self._purge_due(writer)
                aged = self._aged(writer, limit=AT_ONCE)
                purged += purge_aged(writer, self._reader, aged, now=self._clock())
            done = Done(lifted=done.lifted + len(lifted), purged=done.purged + purged)

    def _shown_again(self, writer: Writer, ids: Sequence[str]) -> list[str]:
        """The articles of which a version waited for its hour and may be used now; it is logged."""
        kept = PubStatus.EMBARGOED
        shown = [name for name in ids if self.hidden(writer, name).status is not kept]
        writer.log([Event(kind=LIFTED, subject=name) for name in shown])
        return shown

    def _aged(self, reader: Reader, *, limit: int) -> Sequence[Aged]:
        """Texts that are older than the setting keeps them."""
        kept = self._settings.keep_text
        return () if kept is None else reader.aged(self._clock() - kept, limit=limit)

    def withheld_counts(self) -> Mapping[str, int]:
        """How many articles each status keeps from being shown, and how many texts were purged."""
        with self.store.read() as reader:
            return reader.withheld_counts(self._clock())

    def _taken(self, writer: Writer, reading: Reading | SamestoryError) -> Answer | SamestoryError:
        """The answer to a posted article, once what it orders is done."""
        if isinstance(reading, SamestoryError):
            return reading
        if not len(reading.words.hashes):
            return self._obeyed(writer, reading)
        if self._sent_again(writer, reading):
            return self._answer_now(writer, reading.id)
        answer = self._store(writer, reading)
        if isinstance(answer, SamestoryError):
            return answer
        orders, status = self._orders(writer), answer.article.status
        if status is Status.UNCHANGED:
            warnings = orders.again(reading)
        else:
            warnings = orders.arrived(reading, created=status is Status.CREATED)
        if status is Status.REVISED:
            orders.rejudge(reading.id)
        self._elected(writer, sorted(orders.restated))
        self._purge_due(writer)
        return self._told(writer, reading, answer, warnings)

    def _checked(
        self, reader: Reader, reading: Reading | SamestoryError
    ) -> Answer | SamestoryError:
        """The answer to an article that is only asked about; nothing is ordered by that."""
        if isinstance(reading, SamestoryError):
            return reading
        if not len(reading.words.hashes):
            return noted(reading, (), since=self._clock())
        answer = self._check(reader, reading)
        if isinstance(answer, SamestoryError):
            return answer
        seen = foretold(reader, reading, answer, now=self._clock())
        return self._told(reader, reading, answer, (), seen)

    def _obeyed(self, writer: Writer, reading: Reading) -> Answer:
        """A notice without words: it is done and not kept as an article."""
        wanted = ordered(reading.version)
        assert wanted is not None, "only a notice may be without words"
        known, orders = writer.article(reading.id) is not None, self._orders(writer)
        warnings = orders.obey(reading, wanted, own=known)
        self._elected(writer, sorted(orders.restated))
        self._purge_due(writer)
        if not known:
            return noted(reading, warnings, since=self._clock())
        answer = self._answer_now(writer, reading.id)
        return replace(answer, warnings=(*answer.warnings, *warnings))

    def _sent_again(self, writer: Writer, reading: Reading) -> bool:
        """It is a text of the article that was removed: it stays so, unless a kill was taken back."""
        if not writer.any_withheld() or not writer.purged([reading.id]):
            return False
        rows = writer.withheld([reading.id]).get(reading.id, ())
        kills = [row for row in rows if row.status is PubStatus.CANCELED]
        if kills and all(row.released is not None for row in kills):
            return False
        digest = article_digest(reading.article)
        return any(one.digest == digest for one in writer.revisions(reading.id))

    def _flag(self, writer: Writer, plan: Plan, article_id: str | None) -> None:
        """Copies of killed articles that a plan brings together with them are flagged."""
        if not writer.any_withheld():
            return
        clusters = {place.cluster for place in plan.placements}
        clusters |= {one.merged_into for one in plan.retired if one.merged_into is not None}
        self._orders(writer).flag_in(sorted(clusters), article_id)

    def _purge_due(self, writer: Writer) -> int:
        """Texts of killed articles whose time has come are removed; how many."""
        if not writer.any_withheld():
            return 0
        rows, _ = writer.due(self._clock(), limit=AT_ONCE)
        found = [writer.article(row.article_id) for row in rows]
        names = [one.id for one in found if one is not None]
        gone = purge(writer, self._reader, names, reason="killed")
        writer.withhold([replace(row, purge_at=None) for row in rows])
        for source in sorted({source_key(one.article.source) for one in found if one} - {""}):
            self._learner.learn(writer, source)
        return len(gone)

    def _elected(self, writer: Writer, ids: Sequence[str]) -> None:
        """The newest usable revision represents each; what its text carries is judged by that."""
        for name in ids:
            if self._elect(writer, name):
                self._orders(writer).rejudge(name)

    def _told(
        self,
        reader: Reader,
        reading: Reading,
        answer: Answer,
        warnings: Sequence[Notice],
        seen: Visibility | None = None,
    ) -> Answer:
        """The answer as far as it may be shown, with what has to be said.

        ``seen`` says whether it may, of an article that is not stored as it was posted.
        """
        own = self._own(reader, reading) if seen is None else seen
        warnings = (
            *warnings,
            *doubtful(reading.version),
            *unread_embargo(reading, usable=own.usable),
        )
        posted = set(reading.article.notices)
        extra = [one for one in answer.warnings if one not in posted]
        told = answered(answer, disclosed(reader, self._clock()), own)
        if not own.usable:
            told = replace(told, warnings=tuple(extra))
        return replace(told, warnings=(*told.warnings, *warnings)) if warnings else told

    def _own(self, reader: Reader, reading: Reading) -> Visibility:
        """Whether the article posted may be shown: as it is stored, else as it says itself."""
        if not reader.any_withheld() and masked(reading.version, now=self._clock()) is None:
            return USABLE
        seen = self.hidden(reader, reading.id)
        status = masked(known_version(reader, reading), now=self._clock())
        if not seen.usable or status is None:
            return seen
        return Visibility(status=status, until=reading.version.embargo, by=By.SOURCE)

    def _answer_now(self, reader: Reader, article_id: str) -> Answer:
        shown = disclosed(reader, self._clock())
        stored = shown.article(article_id)
        if stored is None:
            raise NotFound("article", article_id)
        return answer_from_store(shown, stored, Status.UNCHANGED)

    def _killed(self, reader: Reader, article_id: str, died: Sequence[str]) -> Killed:
        if reader.article(article_id) is None:
            raise NotFound("article", article_id)
        rows = reader.withheld([article_id]).get(article_id, ())
        own = next((row for row in rows if row.status is PubStatus.CANCELED), None)
        return Killed(
            article_id=article_id,
            with_it=tuple(name for name in died if name != article_id),
            pub_status=visibility(rows, self._clock()),
            purge_at=None if own is None or own.released is not None else own.purge_at,
            purged=bool(reader.purged([article_id])),
            carriers=tuple(carriers(reader, article_id, self._clock())),
        )

    def _orders(self, writer: Writer) -> Orders:
        after = self._settings.purge_killed_after
        return Orders(writer=writer, now=self._clock(), purge_after=after)

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Writer]: ...
    @abstractmethod
    def _store(
        self, writer: Writer, reading: Reading | SamestoryError
    ) -> Answer | SamestoryError: ...
    @abstractmethod
    def _check(
        self, reader: Reader, reading: Reading | SamestoryError
    ) -> Answer | SamestoryError: ...
    @abstractmethod
    def _elect(self, writer: Writer, article_id: str) -> bool: ...
