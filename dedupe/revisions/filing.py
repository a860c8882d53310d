"""What becomes of a text that is posted under a known identity: does it represent the article?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dedupe.answer import Answer, Status
from dedupe.model import Article, Notice, Reading
from dedupe.ports import Reader, StoredArticle
from dedupe.revisions.order import Filed, KeptRevision, article_digest, masked, representing, usable
from dedupe.state import Event
from dedupe.version import Version

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The place of a posted text among the revisions of its article."""

    number: int
    """Of the revision it is or becomes."""
    known: bool
    """It is kept already."""
    represents: bool
    notice: Notice | None = None
    """Why it does not represent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elected:
    """A kept revision that is to represent its article."""

    number: int
    article: Article
    represents: bool = True


def filing(kept: Sequence[KeptRevision], reading: Reading, *, now: float) -> Filing:
    """Where a text that is posted at ``now`` belongs; ``kept`` are the revisions in order of arrival.

    It represents where it is the newest usable revision, or the newest of none that is usable. Where
    it does not and is kept already, it is kept once.
    """
    newcomer = Filed(version=reading.version, digest=article_digest(reading.article))
    known = [one.number for one in kept if one.digest == newcomer.digest]
    number = kept[-1].number + 1 if kept else 1
    if representing([*kept, newcomer], now=now) == len(kept):
        return Filing(number=number, known=False, represents=True)
    if known:
        return Filing(number=known[-1], known=True, represents=False)
    current = next(one.number for one in kept if one.represents)
    notice = _notice(reading.version, number, current, now)
    return Filing(number=number, known=False, represents=False, notice=notice)


def elected(reader: Reader, stored: StoredArticle, *, now: float) -> Elected | None:
    """The kept revision that is to represent an article at ``now``; None where it does already.

    None too where its text was removed: no other text is the article's in its place.
    """
    kept = reader.revisions(stored.id)
    number = kept[representing(kept, now=now)].number if kept else stored.revision
    if number == stored.revision:
        return None
    text = reader.revision_texts(stored.id, [number]).get(number)
    return None if text is None else Elected(number=number, article=text)


def event(article_id: str, filed: Filing | Elected) -> Event:
    """The line of the change log for a revision that came, or that represents from now on."""
    told = {"revision": filed.number}
    if not filed.represents:
        told |= {"represents": False}
    return Event(kind="article_revised", subject=article_id, data=told)


def shelved(answer: Answer, filed: Filing) -> Answer:
    """The answer to a text that was posted and does not represent its article."""
    if filed.known or filed.notice is None:
        return answer
    head = replace(answer.article, status=Status.REVISED)
    return replace(answer, article=head, warnings=(*answer.warnings, filed.notice))


def same(stored: Article, posted: Article) -> bool:
    """Nothing but the notices differs (they depend on the day an article was posted)."""
    return replace(stored, notices=()) == replace(posted, notices=())


def _notice(version: Version, number: int, current: int, now: float) -> Notice:
    why = f"older than revision {current}"
    if not usable(version, now=now):
        why = str(masked(version, now=now) or version.kind)
    return Notice(
        field="version",
        value=_named(version),
        action=f"{why}: kept in the history as revision {number}, {current} represents the article",
    )


def _named(version: Version) -> str:
    """The version by its number, else its date, else its kind."""
    for number in (version.revision, version.number):
        if number is not None:
            return str(number)
    if version.created is not None:
        return (_EPOCH + timedelta(hours=version.created)).isoformat()
    return str(version.kind)
