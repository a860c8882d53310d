"""A posted body as articles; what is wrong with one article never costs the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from api.http.limits import NDJSON, media_type
from api.problems import Unreadable, Unsupported
from dedupe.errors import BadInput, TooLarge
from dedupe.formats.document import article_from
from dedupe.formats.lines import document, documents
from dedupe.formats.quiet import quiet
from dedupe.model import Article


class Sizes(Protocol):
    """How much one request may carry."""

    @property
    def max_body_bytes(self) -> int:
        """Largest text of one article, in bytes of UTF-8."""

    @property
    def max_batch(self) -> int:
        """Most articles of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a body held, in order."""

    articles: tuple[Article | BadInput, ...]
    alone: bool
    """One article was sent as one, not as a list of one."""


def read_one(data: bytes, content_type: str, *, limits: Sizes, now: datetime) -> Posted:
    """The one article of the body.

    Raises:
        Unreadable: the body is no JSON.
        Unsupported: it is NDJSON.
        BadInput: it is no usable article.
    """
    if media_type(content_type) == NDJSON:
        raise Unsupported(
            "Content-Type",
            "is for many articles, this takes one",
            "post it to /v1/articles:batch",
            value=content_type,
        )
    found = loads(data)
    if isinstance(found, list):
        raise BadInput(
            "request",
            "is an array, this takes one article",
            "post one JSON object, or the array to /v1/articles:batch",
            value=found,
        )
    article = _article(found, limits, now)
    if isinstance(article, BadInput):
        raise article
    return Posted(articles=(article,), alone=True)


def read_batch(data: bytes, content_type: str, *, limits: Sizes, now: datetime) -> Posted:
    """The articles of an array, or of NDJSON lines; in place of a bad one stands its error.

    Raises:
        Unreadable: the array is no JSON.
        BadInput: the JSON is no array.
        TooLarge: it holds more than ``max_batch`` articles.
    """
    by_line = media_type(content_type) == NDJSON
    found = list(_lines(data)) if by_line else _array(loads(data))
    if len(found) > limits.max_batch:
        raise TooLarge(
            "request",
            f"holds more than {limits.max_batch} articles",
            "send fewer articles at once, or raise SAMESTORY_MAX_BATCH",
            value=len(found),
        )
    articles = tuple(_article(each, limits, now) for each in found)
    return Posted(articles=articles, alone=False)


def read_either(data: bytes, content_type: str, *, limits: Sizes, now: datetime) -> Posted:
    """One article or many, as the body has it.

    Raises:
        Unreadable: the body is no JSON.
        BadInput: it is one article that cannot be used.
        TooLarge: it holds more than ``max_batch`` articles.
    """
    if media_type(content_type) == NDJSON or data.lstrip()[:1] == b"[":
        return read_batch(data, content_type, limits=limits, now=now)
    return read_one(data, content_type, limits=limits, now=now)


def loads(data: bytes, *, field: str = "request") -> object:
    """The JSON value of these bytes.

    Raises:
        Unreadable: they are no JSON in UTF-8; ``field`` names where they stood.
    """
    found = document(data, place=field)
    if isinstance(found, BadInput):
        raise _unreadable(found)
    return found


def _lines(data: bytes) -> Iterator[object | BadInput]:
    """The value of each line, or what is wrong with it."""
    for _, found in documents(data):
        yield _unreadable(found) if isinstance(found, BadInput) else found


def _unreadable(broken: BadInput) -> BadInput:
    """The same complaint as one about the form of a request (400), not about its content (422)."""
    if isinstance(broken, TooLarge):
        return broken
    return Unreadable(broken.field, broken.problem, broken.fix, value=broken.value)


def _article(found: object, limits: Sizes, now: datetime) -> Article | BadInput:
    if isinstance(found, BadInput):
        return found
    try:
        return article_from(found, max_body_bytes=limits.max_body_bytes, now=now)
    except BadInput as error:
        return quiet(error, found)


def _array(found: object) -> list[object]:
    if isinstance(found, list):
        return found
    raise BadInput(
        "request",
        "is no array of articles",
        "post a JSON array or NDJSON lines; one article alone goes to /v1/articles",
        value=found,
    )
