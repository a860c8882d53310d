"""Documents and files as articles; what is wrong with one is returned in its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from dedupe.errors import BadInput, SamestoryError
from dedupe.formats.document import article_from
from dedupe.formats.lines import document
from dedupe.formats.quiet import quiet
from dedupe.model import Article


def article(told: object, *, max_body_bytes: int) -> Article | BadInput:
    """The article that a JSON value describes, or what is wrong with it."""
    if isinstance(told, BadInput):
        return told
    try:
        return article_from(told, max_body_bytes=max_body_bytes, now=datetime.now(UTC))
    except BadInput as error:
        return quiet(error, told)


def named(article: Article | SamestoryError) -> Article | SamestoryError:
    """The article of a line, refused when it has no id that the others could name it by."""
    if isinstance(article, Article) and article.external_id is None:
        return BadInput("id", "is missing", "give every article an id")
    return article


def parsed(content: bytes, *, max_body_bytes: int) -> Article | BadInput:
    """The article in a file that holds one JSON document."""
    return article(document(content, place="file"), max_body_bytes=max_body_bytes)


def described(
    content: bytes, about: Mapping[str, str], *, max_body_bytes: int
) -> Article | BadInput:
    """The article whose text is ``content`` and whose other fields are in ``about``."""
    try:
        body = content.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"is no UTF-8 at byte {error.start}"
        return BadInput("body", problem, "convert the file to UTF-8")
    return article({**about, "body": body}, max_body_bytes=max_body_bytes)
