"""What is said of versions that are not taken as they read: doubtful notices, unread embargoes."""

from __future__ import annotations

from dedupe.model import Notice, Reading
from dedupe.version import PubStatus, Version
from dedupe.wire import fields
from dedupe.wire.stated import stated

EMBARGO_NOTE = "desk.embargo"
"""What the table of conventions calls words about an embargo."""
_SHOWN = 200
_FIX = 'write the hour in RFC 3339, "2026-03-02T14:00:00Z", or send null where there is no embargo'


def doubtful(version: Version) -> tuple[Notice, ...]:
    """The warning about words that mark a notice in a text too long for one."""
    if version.doubted is None:
        return ()
    action = (
        f"words of it mark a {version.doubted} notice, but the text is too long for one: "
        "kept as an article; send `pubStatus` to withdraw or hold one"
    )
    return (Notice(field="version", value=str(version.doubted), action=action),)


def unread_embargo(reading: Reading, *, usable: bool) -> tuple[Notice, ...]:
    """The warnings about embargoes of an article that give no hour which can be read.

    A field withholds the article all the same (unless it is ``usable``, released since), words in its
    text alone do not.
    """
    return (*(() if usable else _fields(reading)), *_words(reading.version))


def _fields(reading: Reading) -> tuple[Notice, ...]:
    version, metadata = reading.version, reading.article.metadata
    if version.status is not PubStatus.EMBARGOED or version.embargo is not None:
        return ()
    if not fields.may_tell(metadata):
        return ()
    action = "the embargo cannot be read: withheld until it is released or a newer version comes"
    return tuple(
        Notice(
            field=path.removeprefix("metadata."), value=value[:_SHOWN], action=f"{action}; {_FIX}"
        )
        for path, value in stated(metadata).unread
    )


def _words(version: Version) -> tuple[Notice, ...]:
    if version.embargo is not None or version.status is PubStatus.EMBARGOED:
        return ()
    if not any(note.why == EMBARGO_NOTE for note in version.notes):
        return ()
    action = "the text speaks of an embargo whose hour is not read: not withheld"
    return (Notice(field="embargo", value="", action=f"{action}; send `embargo` with the hour"),)
