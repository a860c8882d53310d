"""The usual document, read for its text alone: what a first pass over a large file needs of it."""

from __future__ import annotations

import re

from dedupe.formats.document import LONGEST, MAX_BODY_BYTES, may_be_html
from dedupe.model import Article

_KEPT = {**LONGEST, "published": 64}
"""Most code points of the fields that are kept as they are where nothing is odd about them."""
_MOST_FIELDS, _LONGEST_OTHER = 24, 1000
"""Fields, and code points of an unknown one: what surely stays under the limit for metadata."""
_TYPED = frozenset({*_KEPT, "body", "metadata"})
_NUMBERS = (int, float, bool)
_WORD = re.compile(r"[^\W_]")


def text_of(document: object, *, max_body_bytes: int = MAX_BODY_BYTES) -> Article | None:
    """Id, source, URL, title and body of a document in which nothing is odd; None for any other.

    Whatever it returns, ``article_from`` accepts, with the same five fields.
    """
    if type(document) is not dict or len(document) > _MOST_FIELDS:
        return None
    for name, value in document.items():
        if type(value) is str:
            longest = _KEPT.get(name)
            if longest is not None:
                if len(value) > longest or not value.isprintable() or not value or value.isspace():
                    return None
            elif name != "body" and (  # an unknown field: only metadata, and little of it
                name == "metadata" or not value.isascii() or len(name) + len(value) > _LONGEST_OTHER
            ):
                return None
        elif value is not None and (name in _TYPED or type(value) not in _NUMBERS):
            return None
    told = document.get
    body = told("body")
    if not isinstance(body, str) or not _is_plain(body, max_body_bytes):
        return None
    return Article(
        external_id=told("id"),
        source=told("source"),
        url=told("url"),
        title=told("title") or "",
        body=body,
    )


def _is_plain(body: str, limit: int) -> bool:
    """Whole characters, no markup and not too many, and words among them."""
    if not body.isascii():
        try:
            size = len(body.encode())
        except UnicodeEncodeError:
            return False
    else:
        size = len(body)
    if size > limit or "\0" in body or may_be_html(body):
        return False
    return _WORD.search(body) is not None
