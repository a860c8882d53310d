"""Versions of one piece: which is the newer, which updates which, and which are no articles."""

from __future__ import annotations

import hashlib
import math

from dedupe.version import Role, Version, VersionKind

NOTICES = frozenset({VersionKind.KILL, VersionKind.HOLD, VersionKind.RELEASE, VersionKind.ADVISORY})
UPDATED_WITHIN = 48.0
"""Hours in which one of a chain updates another: keywords, headlines and slugs are used again."""
_STAGES = {VersionKind.ALERT: 0, VersionKind.NEWSBREAK: 1}
_FIRST, _LATER = 2, 3
_FIRST_KINDS = frozenset({VersionKind.ORIGINAL, *_STAGES})
"""Two alerts under one keyword are two pieces of news."""
_LATER_KINDS = frozenset({VersionKind.UPDATE, VersionKind.WRAPUP})
_AMENDED = {VersionKind.CORRECTED: 3, VersionKind.REFILE: 2, VersionKind.REPEAT: 1}


def same_chain(a: Version, b: Version) -> bool:
    """Both say that they are versions of one piece; whether of one outlet is not asked."""
    return a.chain is not None and a.chain == b.chain


def is_notice(version: Version) -> bool:
    """It is no article but a message about one: a kill, a hold, a release, an advisory."""
    return version.kind in NOTICES


def is_digest(version: Version) -> bool:
    """It puts several pieces together: an article of its own."""
    return version.kind is VersionKind.WRAPUP


def is_first(version: Version) -> bool:
    """It does not say that another version was before it: a first story, an alert, a newsbreak."""
    return version.kind in _FIRST_KINDS and version.number is None


def is_flash(version: Version) -> bool:
    """A line or a paragraph that a story is to follow: an alert, a newsbreak."""
    return version.kind in _STAGES


def role_of(kind: VersionKind) -> Role:
    """What part a piece of this kind may play among others."""
    if kind in NOTICES:
        return Role.NOTICE
    return Role.DIGEST if kind is VersionKind.WRAPUP else Role.ARTICLE


def filed(version: Version) -> Version:
    """The version as far as verdicts rest on it: without notes, its chain as a digest."""
    chain = version.chain
    if chain is not None:
        chain = hashlib.blake2b(chain.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()
    return Version(
        kind=version.kind,
        number=version.number,
        revision=version.revision,
        chain=chain,
        created=version.created,
    )


def updates(ours: Version, theirs: Version, *, hours: float | None) -> int:
    """1 where ours replaces theirs by what the two say, -1 where theirs does ours, else 0.

    Both are of one outlet; ``hours`` lie from theirs to ours, None where one has no date. They are
    versions of one piece where their chains are the same, one of them says that it is a version,
    and the later one does not say that it is the older.
    """
    if not same_chain(ours, theirs) or role_of(ours.kind) is not role_of(theirs.kind):
        return 0
    if hours is not None and abs(hours) > UPDATED_WITHIN:
        return 0
    if ours.kind is theirs.kind and ours.kind in _FIRST_KINDS:
        return 0
    told = newer(ours, theirs, chain=True)
    dated = 0 if not hours else 1 if hours > 0 else -1
    return told or dated if told * dated >= 0 else 0


def newer(a: Version, b: Version, *, chain: bool = False) -> int:
    """1 where ``a`` says it is the newer version, -1 where ``b`` does, 0 where they do not say.

    Of one identity the version field decides, then when each version was made, then the number
    in "UPDATE n". In a ``chain`` of several identities, each of which counts its versions anew,
    it is the stage (alert, newsbreak, first story, updates) and that number, then the time.
    """
    for one, other in zip(_keys(a, chain=chain), _keys(b, chain=chain), strict=True):
        if not (math.isnan(one) or math.isnan(other)) and one != other:
            return 1 if one > other else -1
    return 0


def version_order(version: Version, *, chain: bool = False) -> tuple[float, ...]:
    """A key that sorts versions of one piece, oldest first; what is not told counts as oldest."""
    keys = _keys(version, chain=chain)
    return tuple(-math.inf if math.isnan(key) else key for key in keys)


def filing_order(version: Version) -> tuple[float, ...]:
    """A key that sorts the versions of one piece that are known to be, the first filed first.

    A correction that does not say of what is one of the first story.
    """
    stage, number, created, amended, revision = _keys(version, chain=True)
    if math.isnan(stage):
        stage, number = float(_FIRST), 0.0
    keys = (stage, number, amended, created, revision)
    return tuple(-math.inf if math.isnan(key) else key for key in keys)


def _keys(version: Version, *, chain: bool) -> tuple[float, ...]:
    """What decides, the first thing first; NaN where it is not told."""
    stage, number = _stage(version)
    revision, created = _float(version.revision), _float(version.created)
    amended = float(_AMENDED.get(version.kind, 0))
    if chain:
        return stage, number, created, amended, revision
    return revision, created, stage, number, amended


def _stage(version: Version) -> tuple[float, float]:
    """How far the piece had come, and the n of "UPDATE n"."""
    if version.kind in _STAGES:
        return float(_STAGES[version.kind]), 0.0
    if version.number is not None or version.kind in _LATER_KINDS:
        return float(_LATER), _float(version.number)
    # A correction may be of the first story or of any update.
    return (math.nan, math.nan) if version.kind in _AMENDED else (float(_FIRST), 0.0)


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)
