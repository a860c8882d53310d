"""What is said of an article that reads like a notice and is taken for none."""

from __future__ import annotations

from dedupe.model import Notice
from dedupe.version import Version


def doubtful(version: Version) -> tuple[Notice, ...]:
    """The warning about words that mark a notice in a text too long for one."""
    if version.doubted is None:
        return ()
    action = (
        f"words of it mark a {version.doubted} notice, but the text is too long for one: "
        "kept as an article; send `pubStatus` to withdraw or hold one"
    )
    return (Notice(field="version", value=str(version.doubted), action=action),)
