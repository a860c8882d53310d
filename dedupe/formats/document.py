"""One JSON object as an article, exactly as it was posted, with a notice for all that is odd."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from dedupe.errors import BadInput, TooLarge
from dedupe.formats.dates import read_date
from dedupe.formats.urls import normalise_url
from dedupe.model import Article, Notice, Published
from dedupe.text.plain import Plain, plain

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_METADATA_BYTES = 64 * 1024
LONGEST = {"id": 2048, "source": 512, "url": 4096, "title": 10_000, "lang": 64}
"""Code points."""
_FIELDS = frozenset({*LONGEST, "body", "published", "metadata"})
_SHOWN = 200
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
    if not isinstance(document, Mapping):
        raise _wrong_type("document", document, "an object")
    texts = {name: _text(document, name) for name in ("title", "source", "url", "lang")}
    external_id = _external_id(document.get("id"))
    title, body = texts["title"] or "", _body(document.get("body"), max_body_bytes)
    metadata, notices = _metadata(document)
    published, raw, date_notice = _published(document.get("published"), now)
    notices += _nul_notices(document)
    notices += [*_url_notice(texts["url"]), *([date_notice] if date_notice else ())]
    has_words = False
    for name, value in (("title", title), ("body", body)):
        resolved = plain(value)
        notices += _markup_notices(name, value, resolved)
        has_words = has_words or _WORD.search(resolved.text) is not None
    if not has_words:
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


def _text(document: Mapping[str, Any], name: str) -> str | None:
    """A short text field; None where it is absent, null or blank.

    Spans refer to the title as it was posted: only there NUL characters stay.
    """
    value = document.get(name)
    if value is None:
        return None
    _check_text(name, value)
    if len(value) > LONGEST[name]:
        raise _too_long(name, value, f"{len(value)} characters", f"{LONGEST[name]} characters")
    text: str = value if name == "title" else value.replace("\0", "")
    return text if text.strip() else None


def _external_id(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong_type("id", value, "a string or a whole number of at most 64 bits")
    return _text({"id": value}, "id")


def _body(value: object, limit: int) -> str:
    if value is None:
        return ""
    size = _check_text("body", value)
    assert isinstance(value, str)
    if size > limit:
        raise _too_long("body", value, f"{size} bytes of UTF-8", f"{limit} bytes")
    return value


def _check_text(name: str, value: object) -> int:
    """The length of a string in bytes of UTF-8.

    Raises:
        BadInput: it is no string, or holds lone surrogates.
    """
    if not isinstance(value, str):
        raise _wrong_type(name, value, "a string")
    try:
        return len(value.encode())
    except UnicodeEncodeError as lone:
        raise BadInput(
            name,
            f"a lone surrogate at character {lone.start}",
            "send whole characters: a \\uD800-\\uDBFF escape is followed by a \\uDC00-\\uDFFF escape",
            value=ascii(value[lone.start : lone.start + 1]),
        ) from lone


def _metadata(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Notice]]:
    """The metadata with the unknown fields in it, and a notice for each of those."""
    given = document.get("metadata")
    if given is not None and not isinstance(given, Mapping):
        raise _wrong_type("metadata", given, "an object")
    unknown = {str(name): value for name, value in document.items() if name not in _FIELDS}
    metadata = {**unknown, **(given or {})}
    _check_metadata(metadata, unknown)
    return metadata, [
        Notice(
            field=name,
            value=_shown(value),
            action="unknown field ignored, metadata has one of that name"
            if given and name in given
            else "unknown field kept in metadata",
        )
        for name, value in unknown.items()
    ]


def _check_metadata(metadata: Mapping[str, Any], unknown: Mapping[str, Any]) -> None:
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
    if size > MAX_METADATA_BYTES:
        raise TooLarge(
            "metadata",
            f"{size} bytes of JSON, more than {MAX_METADATA_BYTES}",
            "send less metadata; unknown fields count as metadata too",
        )


def _published(
    value: object, now: datetime | None
) -> tuple[Published | None, str | None, Notice | None]:
    if value is None:
        return None, None, None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong_type("published", value, "a string in ISO 8601 or a number of seconds")
    if isinstance(value, str):
        _check_text("published", value)
        if len(value) > LONGEST["source"]:
            limit = LONGEST["source"]
            raise _too_long("published", value, f"{len(value)} characters", f"{limit} characters")
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


def _markup_notices(name: str, value: str, resolved: Plain) -> list[Notice]:
    notices = []
    if "\0" in value:
        notices.append(Notice(field=name, value=_shown(value), action=_NUL_REMOVED))
    if resolved.html:
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
