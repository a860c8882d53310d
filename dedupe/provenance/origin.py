"""The one credit an article's text as a whole rests on, and the rest of its provenance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from dedupe.formats.urls import normalise_url
from dedupe.model import Credit, CreditKind, Provenance
from dedupe.provenance.patterns import ORIGINS
from dedupe.sources import comparison_key

UNNAMED = "agencies"
"""The source of a credit that says "agencies" or "a syndicated feed" without naming one."""

_PAYWALL = re.compile(
    r"(?:subscribe|sign ?in|sign ?up|log ?in|register|become a (?:member|subscriber)|upgrade)"
    r"(?: now| today| here)?,? (?:to|and) (?:continue|keep|finish|read|unlock|access|view)"
    r"|to (?:continue|keep) reading|(?:continue|keep) reading (?:with|for|by)\b"
    r"|(?:this|the) (?:full )?(?:article|content|story) is (?:only |exclusively )?(?:available )?"
    r"(?:for|to|reserved for) (?:our )?(?:\w+ )?(?:subscribers|members)"
    r"|already a (?:subscriber|member)\?|subscribers? only|read the (?:full|rest of the) "
    r"(?:article|story) (?:on|at|with|by)|(?:article )?réservé aux abonnés|abonnez-vous pour lire"
    r"|weiterlesen mit|jetzt abonnieren und weiterlesen|contenido exclusivo para suscriptores"
    r"|suscríbete para (?:seguir )?leyendo|conteúdo exclusivo para assinantes"
    r"|contenuto riservato agli abbonati|この記事は有料会員限定|会員限定記事|登录后阅读全文",
    re.IGNORECASE,
)
_PAYWALL_HINTS = (
    "subscri", "sign in", "signin", "sign up", "signup", "log in", "login", "register", "become a ",
    "upgrade", "continue reading", "keep reading", "members", "a member", "read the ", "aux abonn",
    "abonnez", "weiterlesen", "abonnieren", "suscr", "assinantes", "abbonati", "この記事", "会員限定",
    "登录后",
)  # fmt: skip
"""One of these, whatever its case, is part of every pay-wall mark: looked for first, as the marks
themselves take 100 microseconds."""
_PAYWALL_REACH = 400
"""A pay-wall mark stands in the last so many code points of the page."""

_CANONICAL_NAMES = (
    "relcanonical",
    "canonical",
    "canonicalurl",
    "syndicationsource",
    "originalsource",
)
_WIRE_NAMES = ("wireid", "itemid", "guid", "uri", "docid", "altids", "newsitemid")
_ADDRESS = re.compile(r"https?://\S+$")


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
    start = max(0, len(body) - _PAYWALL_REACH)
    end = body[start:].casefold()
    if not body.isascii():
        # ``re.IGNORECASE`` takes i, ı and İ (whose folded form has a dot of its own) for one letter.
        end = end.replace("ı", "i").replace("\u0307", "")
    return any(map(end.__contains__, _PAYWALL_HINTS)) and _PAYWALL.search(body, start) is not None


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
        for value in _plain(stated.get(name)):
            if value and not _ADDRESS.match(value):
                return value
    return None


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if comparison_key(str(name)) in _WIRE_NAMES and isinstance(inner, str):
                yield inner.strip()
