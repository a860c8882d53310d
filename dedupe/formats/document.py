"""One JSON object as an article, exactly as it was posted, with a notice for all that is odd."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from dedupe.errors import BadInput, TooLarge
from dedupe.formats.dates import read_date
from dedupe.formats.urls import normalise_url
from dedupe.model import Article, Notice, Published
from dedupe.text.plain import plain
from dedupe.version import PubStatus

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_METADATA_BYTES = 64 * 1024
LONGEST = {"id": 2048, "source": 512, "url": 4096, "title": 10_000, "lang": 64}
"""Code points."""
_FIELDS = frozenset({*LONGEST, "body", "published", "metadata"})
_SHOWN = 200
_WIDEST = 4
"""Bytes of UTF-8 in a code point at most."""
_KEPT = "unknown field kept in metadata"
_IGNORED = "unknown field ignored, metadata has one of that name"
_NO_VERSION = "no version number; kept as given, the order of versions does not rest on it"
_NUL_REMOVED = "NUL characters removed"
_JSON_NAMES = {
    "dict": "object",
    "list": "array",
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "str": "string",
    "NoneType": "null",
}
_WORD = re.compile(r"[^\W_]")
_TAG_LIKE = re.compile(r"<[A-Za-z/!?]")
_REFERENCE_LIKE = re.compile(r"&[#A-Za-z][A-Za-z0-9]{1,31};")


def article_from(
    document: object, *, max_body_bytes: int = MAX_BODY_BYTES, now: datetime | None = None
) -> Article:
    """The article a JSON object describes; what was odd but accepted is in its notices.

    Reads id, title, body, source, url, published, lang and metadata; any other field goes into
    the metadata. ``now`` (aware) bounds the date of publication.

    Raises:
        BadInput: not an object, a field of the wrong type, lone surrogates, or no text at all.
        TooLarge: a field is longer than its limit.
    """
    if isinstance(document, BadInput):
        raise document  # what reading the line found wrong
    if not isinstance(document, dict | Mapping):  # asking for a dict first saves asking the ABC
        raise _wrong_type("document", document, "an object")
    told = document.get
    texts = {name: _text(name, told(name)) for name in ("title", "source", "url", "lang")}
    external_id = _external_id(told("id"))
    title, body = texts["title"] or "", _body(told("body"), max_body_bytes)
    metadata, notices = _metadata(document)
    published, raw, date_notice = _published(told("published"), now)
    notices += _nul_notices(document)
    notices += _url_notice(texts["url"])
    if date_notice is not None:
        notices.append(date_notice)
    has_words = False
    for name, value in (("title", title), ("body", body)):
        resolved = plain(value) if may_be_html(value) else None
        notices += _markup_notices(name, value, html=resolved is not None and resolved.html)
        text = value if resolved is None else resolved.text
        has_words = has_words or _WORD.search(text) is not None
    if not has_words and not _orders(metadata, named=external_id is not None or texts["url"]):
        raise BadInput(
            "body",
            "there is no text: neither title nor body holds a letter or a digit",
            "send a title or a body",
            value=_shown(body or title),
        )
    return Article(
        external_id=external_id,
        source=texts["source"],
        url=texts["url"],
        title=title,
        body=body,
        published=published,
        published_raw=raw,
        lang=texts["lang"],
        metadata=metadata,
        notices=tuple(notices),
    )


def _orders(metadata: Mapping[str, Any], *, named: object) -> bool:
    """It says of an article with a name that it is canceled or withheld: that takes no text."""
    from dedupe.wire.stated import stated  # noqa: PLC0415  most articles have text

    orders = {PubStatus.CANCELED, PubStatus.WITHHELD}
    return bool(named) and bool(metadata) and stated(metadata).status in orders


def _text(name: str, value: object) -> str | None:
    """A short text field; None where it is absent, null or blank.

    Spans refer to the title as it was posted: only there NUL characters stay.
    """
    if value is None:
        return None
    value = _checked(name, value)
    if len(value) > LONGEST[name]:
        raise _too_long(name, value, f"{len(value)} characters", f"{LONGEST[name]} characters")
    if "\0" in value and name != "title":
        value = value.replace("\0", "")
    return value if value and not value.isspace() else None


def _external_id(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong_type("id", value, "a string or a whole number of at most 64 bits")
    return _text("id", value)


def _body(value: object, limit: int) -> str:
    if value is None:
        return ""
    value = _checked("body", value)
    if len(value) * _WIDEST > limit and (size := len(value.encode())) > limit:
        raise _too_long("body", value, f"{size} bytes of UTF-8", f"{limit} bytes")
    return value


def _checked(name: str, value: object) -> str:
    """The value, which is a string of whole characters.

    Raises:
        BadInput: it is no string, or holds lone surrogates.
    """
    if not isinstance(value, str):
        raise _wrong_type(name, value, "a string")
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError as lone:
        raise BadInput(
            name,
            f"a lone surrogate at character {lone.start}",
            "send whole characters: a \\uD800-\\uDBFF escape is followed by a \\uDC00-\\uDFFF escape",
            value=ascii(value[lone.start : lone.start + 1]),
        ) from lone
    return value


def _metadata(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Notice]]:
    """The metadata with the unknown fields in it, and a notice for each of those."""
    given = document.get("metadata")
    if given is not None and not isinstance(given, dict | Mapping):
        raise _wrong_type("metadata", given, "an object")
    unknown = {str(name): value for name, value in document.items() if name not in _FIELDS}
    metadata = {**unknown, **given} if given else unknown
    if not metadata:
        return {}, []
    _check_metadata(metadata, unknown)
    ignored = given or ()
    notices = [
        _unknown(name, _shown(value), _IGNORED if name in ignored else _KEPT)
        for name, value in unknown.items()
        if name in ignored or not _is_read(name)
    ]
    return metadata, notices + _unread_versions(metadata)


@lru_cache(maxsize=256)
def _is_read(name: str) -> bool:
    """It tells of versions ("pubStatus", "embargoed"), which are read from the metadata."""
    from dedupe.wire.fields import is_read  # noqa: PLC0415  most articles have no metadata

    return is_read(name)


def _unread_versions(metadata: Mapping[str, Any]) -> list[Notice]:
    from dedupe.wire.stated import unread_versions  # noqa: PLC0415  most articles have no metadata

    return [
        Notice(field=path, value=_shown(value), action=_NO_VERSION)
        for path, value in unread_versions(metadata)
    ]


@lru_cache(maxsize=256)
def _unknown(name: str, value: str, action: str) -> Notice:
    """The notice for an unknown field; the articles of one file have many alike."""
    return Notice(field=name, value=value, action=action)


def _check_metadata(metadata: Mapping[str, Any], unknown: Mapping[str, Any]) -> None:
    try:
        # As the sum below: each name with its value, in braces of its own.
        size = len(orjson.dumps(metadata)) + len(metadata) - 1
    except (TypeError, RecursionError):
        size = _size_one_by_one(metadata, unknown)
    if size > MAX_METADATA_BYTES:
        raise TooLarge(
            "metadata",
            f"{size} bytes of JSON, more than {MAX_METADATA_BYTES}",
            "send less metadata; unknown fields count as metadata too",
        )


def _size_one_by_one(metadata: Mapping[str, Any], unknown: Mapping[str, Any]) -> int:
    """Bytes of JSON of every name with its value.

    Raises:
        BadInput: one cannot be kept as JSON; names it.
    """
    size = 0
    for name, value in metadata.items():
        try:
            size += len(orjson.dumps({name: value}))
        except (TypeError, RecursionError) as unfit:
            field = name if name and name in unknown else f"metadata.{name}"
            raise BadInput(
                field.encode(errors="backslashreplace").decode(),
                f"cannot be kept as JSON: {unfit}",
                "send plain JSON of whole characters, at most 200 levels deep",
            ) from unfit
    return size


def _published(
    value: object, now: datetime | None
) -> tuple[Published | None, str | None, Notice | None]:
    if value is None:
        return None, None, None
    if isinstance(value, str):
        _checked("published", value)
        if len(value) > LONGEST["source"]:
            limit = LONGEST["source"]
            raise _too_long("published", value, f"{len(value)} characters", f"{limit} characters")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_type("published", value, "a string in ISO 8601 or a number of seconds")
    published, notice = read_date(value, now=now)
    return published, str(value), notice


def _url_notice(url: str | None) -> list[Notice]:
    if url is None or normalise_url(url) is not None:
        return []
    action = "no web address; kept as given, not used to identify the article"
    return [Notice(field="url", value=_shown(url), action=action)]


def _nul_notices(document: Mapping[str, Any]) -> list[Notice]:
    """For the fields that no span points into; those of title and body are told with their HTML."""
    return [
        Notice(field=name, value=_shown(document[name]), action=_NUL_REMOVED)
        for name in ("id", "source", "url", "lang")
        if isinstance(document.get(name), str) and "\0" in document[name]
    ]


def may_be_html(value: str) -> bool:
    """Something in the value looks like a tag or a character reference; else it is plain text.

    What ``plain`` takes out of such a text, NUL and invisible code points, is no word.
    """
    if "<" in value and _TAG_LIKE.search(value):
        return True
    return "&" in value and _REFERENCE_LIKE.search(value) is not None


def _markup_notices(name: str, value: str, *, html: bool) -> list[Notice]:
    notices = []
    if "\0" in value:
        notices.append(Notice(field=name, value=_shown(value), action=_NUL_REMOVED))
    if html:
        notices.append(Notice(field=name, value=_shown(value), action="HTML removed"))
    return notices


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return text[:_SHOWN]


def _wrong_type(name: str, value: object, wanted: str) -> BadInput:
    found = _JSON_NAMES.get(type(value).__name__, type(value).__name__)
    shown = value if isinstance(value, str | int | float) else found
    return BadInput(name, f"{found} is the wrong type", f"send {wanted}", value=shown)


def _too_long(name: str, value: str, size: str, limit: str) -> TooLarge:
    return TooLarge(name, f"{size}, more than {limit}", "send less", value=_shown(value))
