"""What metadata states of a piece's version: number, time, status, embargo, identifiers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dedupe.formats.dates import read_date
from dedupe.version import PubStatus, VersionKind
from dedupe.wire import fields

LONGEST = 2000
"""Code points of a note or slug that are read."""
MOST_IDS = 32

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\s*[vV]?(\d{1,12})(?:\.0+)?\s*")
_STATUSES = {
    "usable": PubStatus.USABLE,
    "published": PubStatus.USABLE,
    "embargoed": PubStatus.EMBARGOED,
    "withheld": PubStatus.WITHHELD,
    "hold": PubStatus.WITHHELD,
    "held": PubStatus.WITHHELD,
    "onhold": PubStatus.WITHHELD,
    "canceled": PubStatus.CANCELED,
    "cancelled": PubStatus.CANCELED,
    "killed": PubStatus.CANCELED,
    "kill": PubStatus.CANCELED,
    "withdrawn": PubStatus.CANCELED,
    "retracted": PubStatus.CANCELED,
    "recalled": PubStatus.CANCELED,
}
_SIGNALS = {
    "update": VersionKind.UPDATE,
    "lead": VersionKind.UPDATE,
    "writethru": VersionKind.UPDATE,
    "correction": VersionKind.CORRECTED,
    "corrective": VersionKind.CORRECTED,
    "corrected": VersionKind.CORRECTED,
    "clarification": VersionKind.CORRECTED,
    "kill": VersionKind.KILL,
    "elimination": VersionKind.KILL,
    "mandatorykill": VersionKind.KILL,
    "withhold": VersionKind.HOLD,
    "holdforrelease": VersionKind.HOLD,
    "advisory": VersionKind.ADVISORY,
    "daybook": VersionKind.ADVISORY,
    "alert": VersionKind.ALERT,
    "flash": VersionKind.ALERT,
    "newsalert": VersionKind.ALERT,
    "newsbreak": VersionKind.NEWSBREAK,
    "urgent": VersionKind.NEWSBREAK,
    "repeat": VersionKind.REPEAT,
    "refile": VersionKind.REFILE,
}
_NO_EMBARGO = frozenset(("", "no", "none", "null", "false", "not", "na", "0", "[]", "{}"))
_UNTIL = ("until", "date", "datetime", "time", "hour", "end", "ends", "embargoed", "embargo")
_SECONDS = 24.0 * 365 * 10
"""Hours since 1970 below which a number is none of seconds: a flag, a year, a length of time."""
_INTEGER = 64
"""Bits of a number that is written out."""
_NEWS = "newscontent"
_BEFORE = frozenset(("previousversion", "replaces", "supersedes", "prevversion", "evolvedfrom"))
"""Relations of a link that leads to the version before."""


@dataclass(slots=True, kw_only=True)
class Stated:
    """The facts of one piece's metadata, as they are found."""

    revision: int | None = None
    number: int | None = None
    created: float | None = None
    status: PubStatus = PubStatus.USABLE
    embargo: float | None = None
    kinds: list[VersionKind] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Notes to editors as (path, text)."""
    slugs: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    """Identifiers that all versions of the piece share."""
    key: str | None = None
    """A key made for the piece and its updates (NITF ``du-key``)."""
    targets: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    release: float | None = None
    unread: list[tuple[str, str]] = field(default_factory=list)
    """Embargoes of which the hour cannot be read, as (path, value)."""
    embargoed: bool = False
    """A field says that there is an embargo and gives no hour that can be read."""
    from_ap: bool = False


def stated(metadata: Mapping[str, Any]) -> Stated:
    """Everything that metadata states of the version; what it cannot be is passed over."""
    found = Stated()
    for key, path, value in fields.fields(metadata):
        for names, take in _TAKES:
            if key in names:
                take(found, key, path, value)
    if found.embargoed and found.embargo is None:
        if found.status is PubStatus.USABLE:
            found.status = PubStatus.EMBARGOED
        found.embargo = None if found.unread else found.release
    elif found.status is PubStatus.EMBARGOED and found.embargo is None:
        found.embargo = found.release
    if found.from_ap and found.signals and _NEWS not in found.signals:
        found.kinds.append(VersionKind.ADVISORY)
    return found


def hours(value: Any) -> float | None:
    """A time in hours since 1970-01-01 UTC; None where it is none."""
    for _, text in fields.texts("", value):
        if len(text) <= 64 and (published := read_date(text)[0]) is not None:
            return (published.value - _EPOCH).total_seconds() / 3600.0
    return None


def unread_versions(metadata: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Path and value of each version field that holds no whole number from 0 to 10**12."""
    if not fields.may_tell(metadata):
        return []
    told = ((path, value) for key, path, value in fields.fields(metadata) if key in fields.REVISION)
    return [(path, value) for path, value in told if value is not None and _integer(value) is None]


def _revision(found: Stated, _key: str, _path: str, value: Any) -> None:
    number = _integer(value)
    if number is not None and found.revision is None:
        found.revision = number


def _created(found: Stated, _key: str, _path: str, value: Any) -> None:
    time = hours(value)
    if time is not None and (found.created is None or time > found.created):
        found.created = time


def _status(found: Stated, _key: str, _path: str, value: Any) -> None:
    for _, text in fields.texts("", value):
        status = _STATUSES.get(_word(text))
        if status is not None:
            found.status = status
            return


def _embargo(found: Stated, _key: str, path: str, value: Any) -> None:
    """The latest hour that is stated; what is no hour and does not deny an embargo is one without."""
    if value is None or value is False or _word_of(value) in _NO_EMBARGO:
        return
    time = None if value is True else hours(value)
    if time is None and isinstance(value, Mapping):
        time = hours(fields.attribute(value, *_UNTIL))
    if time is not None and not (isinstance(value, int | float) and time < _SECONDS):
        found.embargo = time if found.embargo is None else max(found.embargo, time)
        return
    found.embargoed = True
    if value is not True:
        found.unread.append((path, _written(value)))


def _release(found: Stated, _key: str, _path: str, value: Any) -> None:
    found.release = hours(value)


def _ednote(found: Stated, _key: str, path: str, value: Any) -> None:
    found.notes += [(at, text[:LONGEST]) for at, text in fields.texts(path, value)][: fields.ITEMS]


def _slug(found: Stated, _key: str, _path: str, value: Any) -> None:
    found.slugs += [text[:LONGEST].strip() for _, text in fields.texts("", value)][:4]


def _signal(found: Stated, key: str, _path: str, value: Any) -> None:
    words = [_word(text) for _, text in fields.texts("", value)]
    found.kinds += [_SIGNALS[word] for word in words if word in _SIGNALS]
    if key == "signals":
        found.signals += words


def _priority(found: Stated, _key: str, _path: str, value: Any) -> None:
    found.from_ap = True
    if value == "f":
        found.kinds.append(VersionKind.ALERT)


def _correction(found: Stated, key: str, path: str, value: Any) -> None:
    if value is True or (value and not isinstance(value, bool | int | float)):
        found.kinds.append(VersionKind.UPDATE if key == "isrevision" else VersionKind.CORRECTED)
        if key != "isrevision":
            _ednote(found, key, path, value)


def _identity(found: Stated, key: str, _path: str, value: Any) -> None:
    if key == "itemid":
        found.from_ap = True
    if isinstance(value, Mapping) and (number := _integer(fields.attribute(value, "version"))):
        _revision(found, key, "", number)
    found.ids += [text.strip() for _, text in fields.texts("", value) if len(text) <= 512][:4]


def _keyed(found: Stated, _key: str, _path: str, value: Any) -> None:
    found.key = fields.attribute(value, "key") or next(
        (text.strip() for _, text in fields.texts("", value) if len(text) <= 512), None
    )
    found.number = _integer(fields.attribute(value, "generation"))


def _link(found: Stated, key: str, _path: str, value: Any) -> None:
    records = value if isinstance(value, list | tuple) else [value]
    for record in records[: fields.ITEMS]:
        relation = _word(fields.attribute(record, "rel", "relation", "role") or "")
        if key in ("link", "links") and relation not in _BEFORE:
            continue
        if len(found.targets) < MOST_IDS:
            found.targets += [text.strip() for _, text in fields.texts("", record)][:4]


_TAKES: tuple[tuple[frozenset[str], Callable[[Stated, str, str, Any], None]], ...] = (
    (fields.REVISION, _revision),
    (fields.CREATED, _created),
    (fields.STATUS, _status),
    (fields.EMBARGO, _embargo),
    (fields.RELEASE, _release),
    (fields.EDNOTE, _ednote),
    (fields.SLUG, _slug),
    (fields.SIGNAL, _signal),
    (fields.PRIORITY, _priority),
    (fields.CORRECTION, _correction),
    (fields.IDENTITY, _identity),
    (fields.KEYED, _keyed),
    (fields.LINK, _link),
)


def _integer(value: Any) -> int | None:
    for _, text in fields.texts("", value):
        found = _NUMBER.fullmatch(text)
        if found is not None:
            return int(found[1])
    return None


def _word_of(value: Any) -> str:
    """A value in small letters, without spaces and stops; of long ones the beginning."""
    return re.sub(r"[\s./]", "", _written(value)[:64]).lower()


def _written(value: Any) -> str:
    # A number of thousands of digits cannot be written at all.
    long = isinstance(value, int) and value.bit_length() > _INTEGER
    return "a very large number" if long else str(value)


def _word(text: str) -> str:
    """The code of a term without its vocabulary: "stat:canceled" is "canceled"."""
    return re.sub(r"[^a-z]", "", re.sub(r"^.*[:/]", "", text[:128].strip()).lower())
