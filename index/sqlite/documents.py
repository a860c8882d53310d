"""Articles and what was found about them as JSON, read back as the same records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from dedupe.model import (
    Article,
    Canonical,
    Claim,
    Credit,
    CreditKind,
    DateOrigin,
    Evidence,
    Furniture,
    Match,
    Notice,
    Passage,
    Precision,
    Published,
    Reading,
    Reason,
    Relation,
    Span,
)

UNNAMED = "page"
"""Why something is furniture where the reason was not stored: it is until it is read anew."""
NEUTRAL = 0.5
"""Weight of a passage that was stored without one."""

Findings = tuple[Published | None, tuple[Furniture, ...], tuple[Credit, ...]]
"""Date of publication, furniture, credits."""


def dump(value: Any) -> bytes:
    """Compact JSON of a record or of plain data; every code point survives.

    What orjson refuses (integers beyond 64 bits, lone surrogates) is written by the standard
    library instead, behind a space that tells ``load`` to read it by the same.
    """
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        plain = value if isinstance(value, Mapping | list | tuple) else asdict(value)
        return b" " + json.dumps(plain, default=_plain).encode("ascii")


def load(data: bytes) -> Any:
    """The plain data again."""
    return json.loads(data) if data[:1] == b" " else orjson.loads(data)


def decode_article(data: bytes) -> Article:
    """The article exactly as it was posted."""
    fields = load(data)
    return Article(
        **{
            **fields,
            "published": _published(fields["published"]),
            "notices": tuple(Notice(**notice) for notice in fields["notices"]),
        }
    )


def encode_findings(reading: Reading) -> bytes:
    """What reading the article found and an answer shows."""
    return dump([reading.published, reading.furniture, reading.credits])


def decode_findings(data: bytes) -> Findings:
    """Date of publication, furniture, credits."""
    published, furniture, found = load(data)
    return (
        _published(published),
        tuple(_furniture(**part) for part in furniture),
        tuple(
            Credit(**{**credit, "kind": CreditKind(credit["kind"]), "span": Span(**credit["span"])})
            for credit in found
        ),
    )


def decode_match(data: bytes) -> Match:
    """The verdict on one pair."""
    fields = load(data)
    evidence = fields["evidence"]
    return Match(
        **{
            **fields,
            "relation": Relation(fields["relation"]),
            "evidence": Evidence(**{**evidence, "passages": _passages(evidence["passages"])}),
        }
    )


def decode_canonical(data: bytes) -> Canonical:
    """The article or outlet a cluster comes from."""
    fields = load(data)
    claims = tuple(
        Claim(**{**part, "reason": _reason(**part["reason"])}) for part in fields.get("claims", ())
    )
    reasons = tuple(_reason(**part) for part in fields["reasons"])
    return Canonical(**{**fields, "reasons": reasons, "claims": claims})


def _published(fields: Mapping[str, Any] | None) -> Published | None:
    if fields is None:
        return None
    return Published(
        value=datetime.fromisoformat(fields["value"]),
        precision=Precision(fields["precision"]),
        origin=DateOrigin(fields["origin"]),
    )


def _passages(parts: Sequence[Mapping[str, Any]]) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            ours=Span(**part["ours"]),
            theirs=Span(**part["theirs"]),
            words=part["words"],
            weight=part.get("weight", NEUTRAL),
        )
        for part in parts
    )


def _furniture(
    *, why: str = UNNAMED, span: Mapping[str, Any] | None = None, **bare: Any
) -> Furniture:
    """A part of the page; what an older release stored is the span alone."""
    return Furniture(span=Span(**(bare if span is None else span)), why=why)


def _reason(*, span: Mapping[str, Any] | None, **told: Any) -> Reason:
    """A reason; an older release did not store which article its phrase stands in."""
    return Reason(span=None if span is None else Span(**span), **told)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")
