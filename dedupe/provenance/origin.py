"""The one credit an article's text as a whole rests on, and the rest of its provenance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, TypeVar

from dedupe.formats.urls import normalise_url
from dedupe.model import Credit, CreditKind, Provenance
from dedupe.provenance.patterns import ORIGINS
from dedupe.sources import comparison_key

UNNAMED = "agencies"
"""The source of a credit that says "agencies" or "a syndicated feed" without naming one."""

_PAYWALL_EXPR = (
    r"(?:subscribe|sign ?in|sign ?up|log ?in|register|become a (?:member|subscriber)|upgrade)"
    r"(?: now| today| here)?,? (?:to|and) (?:continue|keep|finish|read|unlock|access|view)"
    r"|to (?:continue|keep) reading|(?:continue|keep) reading (?:with|for|by)\b"
    r"|(?:this|the) (?:full )?(?:article|content|story) is (?:only |exclusively )?(?:available )?"
    r"(?:for|to|reserved for) (?:our )?(?:\w+ )?(?:subscribers|members)"
    r"|already a (?:subscriber|member)\?|subscribers? only|read the (?:full|rest of the) "
    r"(?:article|story) (?:on|at|with|by)|(?:article )?réservé aux abonnés|abonnez-vous pour lire"
    r"|weiterlesen mit|jetzt abonnieren und weiterlesen|contenido exclusivo para suscriptores"
    r"|suscríbete para (?:seguir )?leyendo|conteúdo exclusivo para assinantes"
    r"|contenuto riservato agli abbonati|この記事は有料会員限定|会員限定記事|登录后阅读全文"
)
_PAYWALL_HINTS = (
    "su|bscri", "si|gn in", "si|gnin", "si|gn up", "si|gnup", "lo|g in", "lo|gin", "re|gister",
    "|become a ", "up|grade", "continue readin|g", "keep readin|g", "mem|bers", "a mem|ber",
    "the |full", "rest o|f the", "a|bonn", "|weiterlesen", "e|xclusi", "suscr|íbete", "ab|bonati", "|この記事",
    "|会員限定", "|登录后",
)  # fmt: skip
"""One of these is part of every pay-wall mark; the bar stands before a letter that is rare."""
_PAYWALL_REACH = 400
"""A pay-wall mark stands in the last so many code points of the page."""


def _with_rare_letters(marks: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the marks from its rare letter on, so that the search skips most letters."""
    ends: dict[str, list[str]] = {}
    for mark in marks:
        before, _, rest = mark.partition("|")
        whole = f"(?<={re.escape(before + rest)})" if before else ""
        ends.setdefault(rest[0], []).append(re.escape(rest[1:]) + whole)
    return re.compile("|".join(f"{letter}(?:{'|'.join(some)})" for letter, some in ends.items()))


_PAYWALL_HINT = _with_rare_letters(_PAYWALL_HINTS)


@cache
def _paywall(flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Finds a pay-wall mark; compiled when a hint of one was found."""
    return re.compile(_PAYWALL_EXPR, flags)


_CANONICAL_NAMES = (
    "relcanonical",
    "canonical",
    "canonicalurl",
    "syndicationsource",
    "originalsource",
)
_WIRE_NAMES = ("wireid", "itemid", "guid", "uri", "docid", "altids", "newsitemid")
_ANYBODYS_NAMES = frozenset(("guid", "uri", "docid"))
"""Feeds of every blog have them too: an agency's is a URN or a tag (RFC 8141, RFC 4151)."""
_ADDRESS = re.compile(r"https?://\S+$")
_NAMED_BY_ISSUER = re.compile(r"(?:urn:[a-z0-9-]+|tag):", re.IGNORECASE)


class Naming(Protocol):
    """A credit, whether as read or as shown."""

    @property
    def kind(self) -> CreditKind:
        """What it says of the text."""

    @property
    def source(self) -> str:
        """Normalised name of the source."""

    @property
    def confidence(self) -> float:
        """How far it is believed."""


AnyCredit = TypeVar("AnyCredit", bound=Naming)


def origin_of(found: Sequence[AnyCredit], outlet: str | None = None) -> AnyCredit | None:
    """The strongest named republication or press-release credit, or None for the outlet's own text.

    Ties go to the earlier one. ``outlet`` is the normalised name of the article's own outlet.
    """
    if not found:
        return None
    own = comparison_key(outlet) if outlet else None
    origins = [
        credit
        for credit in found
        if credit.kind in ORIGINS
        and credit.source != UNNAMED
        and comparison_key(credit.source) != own
    ]
    return max(origins, key=lambda credit: credit.confidence, default=None)


def provenance(
    *,
    outlet: str | None,
    url: str | None,
    metadata: Mapping[str, Any],
    body: str,
    credit: Credit | None,
) -> Provenance:
    """What the article says about whose text it is.

    ``outlet`` is the normalised name, ``body`` the plain body with its furniture (pay-wall marks
    are furniture) and ``credit`` the credit ``origin_of`` chose, with its span as posted.
    """
    own_url = _page(url) if url else None
    named = {comparison_key(name): value for name, value in metadata.items()}
    stated = _canonical_url(named)
    return Provenance(
        outlet=outlet,
        origin=credit.source if credit else None,
        credit=credit,
        canonical_url=stated if stated != own_url else None,
        url=own_url,
        wire_id=_wire_id(named),
        paywalled=paywalled(body),
    )


def paywalled(body: str) -> bool:
    """The text ends in a pay-wall mark.

    >>> paywalled("The minister said that he will ... Subscribe to continue reading.")
    True
    """
    end = body[-_PAYWALL_REACH:]
    folded = end.casefold()
    if not end.isascii():
        # ``re.IGNORECASE`` takes i, ı and İ (whose folded form has a dot of its own) for one letter.
        folded = folded.replace("ı", "i").replace("\u0307", "")
    if _PAYWALL_HINT.search(folded) is None:
        return False
    # Without regard to case it is slow; where folding only changed letters it is asked last.
    alike = len(folded) == len(end) and "\u0307" not in end
    if alike and _paywall(0).search(folded) is None:
        return False
    return end.isascii() or _paywall().search(end) is not None


def _page(url: str) -> str | None:
    """The form under which two addresses of one page are equal: https and without "www."."""
    address = normalise_url(url)
    if address is None:
        return None
    return f"https://{address.partition('://')[2].removeprefix('www.')}"


def _canonical_url(stated: Mapping[str, Any]) -> str | None:
    """The address that metadata, by comparison keys of its names, gives as the canonical one."""
    for name in _CANONICAL_NAMES:
        value = stated.get(name)
        if isinstance(value, str) and _ADDRESS.match(value.strip()):
            return _page(value.strip())
    return None


def _wire_id(stated: Mapping[str, Any]) -> str | None:
    """The agency's identifier; a web address is a page's, not an agency's."""
    for name in _WIRE_NAMES:
        if name in stated:
            for value in _plain(stated[name]):
                if not value or _ADDRESS.match(value):
                    continue
                if name not in _ANYBODYS_NAMES or _NAMED_BY_ISSUER.match(value):
                    return value
    return None


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if comparison_key(str(name)) in _WIRE_NAMES and isinstance(inner, str):
                yield inner.strip()
