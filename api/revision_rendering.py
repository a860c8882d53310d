"""Revisions and differences as JSON, shaped as docs/answer.md shows them."""

from __future__ import annotations

from api.rendering import Json, instant, published, version
from dedupe.difference import Change, Difference, Edit, Part
from dedupe.revisions.history import ChainLine, Compared, RevisionLine, RevisionPage


def revisions(page: RevisionPage, following: str | None) -> Json:
    """A page of the revisions of an article, and the other versions of the piece."""
    return {
        "article_id": page.article_id,
        "revision": page.revision,
        "items": [revision(line) for line in page.lines],
        "next": following,
        "chain": [_mate(one) for one in page.chain],
    }


def revision(line: RevisionLine) -> Json:
    """One revision of an article."""
    return {
        "number": line.number,
        "represents": line.represents,
        "received": instant(line.received),
        "published": published(line.published),
        "version": version(line.version),
        "replaced_by": line.replaced_by,
        "title": line.title,
        "text": line.text,
        "characters": line.characters,
    }


def compared(found: Compared) -> Json:
    """What differs between two revisions, and which they are."""
    (ours, former), (theirs, latter) = found.before, found.after
    return {
        "from": {"article_id": ours, "revision": former},
        "to": {"article_id": theirs, "revision": latter},
        **difference(found.difference),
    }


def difference(found: Difference) -> Json:
    """What came, went or changed between two texts."""
    return {
        "summary": found.summary,
        "headline": None if found.headline is None else _change(found.headline, edits=True),
        "numbers": [_change(one) for one in found.numbers],
        "names": [_change(one) for one in found.names],
        "quotes": [_change(one) for one in found.quotes],
        "passages": [_change(one, edits=True) for one in found.passages],
        "moved": found.moved,
    }


def _mate(line: ChainLine) -> Json:
    return {
        "article_id": line.article_id,
        "relation": "earlier" if line.earlier else "later",
        "received": instant(line.received),
        "published": published(line.published),
        "version": version(line.version),
        "title": line.title,
    }


def _change(change: Change, *, edits: bool = False) -> Json:
    told: Json = {
        "change": change.kind,
        "before": _part(change.before),
        "after": _part(change.after),
    }
    return told | {"edits": [_edit(one) for one in change.edits]} if edits else told


def _part(part: Part | None) -> Json | None:
    if part is None:
        return None
    return {"field": part.field, "start": part.start, "end": part.end, "text": part.text}


def _edit(edit: Edit) -> Json:
    """Ranges in the fields of the passage's two sides."""
    return {
        "before": {"start": edit.before[0], "end": edit.before[1]},
        "after": {"start": edit.after[0], "end": edit.after[1]},
    }
