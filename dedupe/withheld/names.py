"""By what names a notice may mean an article: identifiers, headline, slug, story number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dedupe.formats.urls import normalise_url
from dedupe.model import Article, Reading
from dedupe.text.plain import plain
from dedupe.version import Version, VersionKind
from dedupe.wire.chains import headline_chain
from dedupe.withheld.records import target_key

NOTICES = frozenset({VersionKind.KILL, VersionKind.HOLD, VersionKind.RELEASE, VersionKind.ADVISORY})
BY_ID = "id:"
"""How a chain begins that is an identifier, not words of a headline or a slug."""
BY_HEADLINE = "headline:"
_BY_WORDS = (BY_HEADLINE, "slug:", "reuters:")
"""How chains begin that are used again for other pieces, so that they mean a time too."""
READ = 4000
"""Code points of a notice in which identifiers are looked for."""
MOST = 64
"""Identifiers of one notice that are looked up."""

_SHORTEST = 5
"""Code points of an identifier that nothing announces as one."""
_SHORTEST_NUMBER = 7
"""The same of a bare number: shorter ones count something."""
_TOKEN = re.compile(r"[^\s\"'“”„«»‹›<>()\[\]{},;|]{1,200}")
_ANNOUNCED = re.compile(
    r"\b(?:ids?|items?|stor(?:y|ies)|guid|urn|ref(?:erence)?|kill|withdrawal|hold|release)\b"
    r"(?:[ \t]+(?:of|no|number|item|story|the|id))*[ \t]*[.:#=]?[ \t]*[\"“„«'(]?$",
    re.IGNORECASE,
)
"""What stands before an identifier that a notice names: "ID: ", "Mandatory kill of "."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T.*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d\d.*")
_SLUGGED = re.compile(r"\s*(?:BC|AP)-(?:[A-Z]{2}--)?")
_END = ".:!?*#-–—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a notice calls the article it means."""

    ids: tuple[str, ...] = ()
    """Identifiers that it states, or announces as such."""
    loose: tuple[str, ...] = ()
    """Words of its text that look like identifiers; they are, where an article has them."""
    chains: tuple[str, ...] = ()
    """Chains that its text quotes."""
    own: tuple[str, ...] = ()
    """Chains that it is of itself: that of its headline, then that of its slug."""


def named(reading: Reading) -> Names:
    """Everything that a notice, or a canceled version, calls an article by.

    Of a canceled version only identifiers count: its words are the article's own.
    """
    version, article = reading.version, reading.article
    ids = [name for name in version.targets if not name.startswith(_BY_WORDS)]
    quoted = [name for name in version.targets if name.startswith(_BY_WORDS)]
    own = [version.chain] if version.chain is not None else []
    if version.kind not in NOTICES:
        return Names(
            ids=_once(ids),
            chains=_once(quoted),
            own=_once(chain for chain in own if chain.startswith(BY_ID)),
        )
    headings = [chain for chain in _headings(article, version) if chain is not None]
    announced, loose = _written(article, version)
    ids += announced
    return Names(
        ids=_once(ids),
        loose=_once(name for name in loose if name not in ids),
        chains=_once(quoted),
        own=_once([*headings, *own]),
    )


def headline(article: Article, version: Version) -> str | None:
    """The chain of an article's headline, whatever other chain it states; None for one too short."""
    return headline_chain(_bare(article, version))


def _headings(article: Article, version: Version) -> list[str | None]:
    """The same of a notice, whose title may be the headline behind the mark of a slug."""
    title = _bare(article, version)
    return [headline_chain(title), headline_chain(_SLUGGED.sub("", title))]


def _bare(article: Article, version: Version) -> str:
    """The title without its notes, as plain text."""
    title = article.title
    notes = [one.span for one in version.notes if one.span.field == "title"]
    for span in sorted(notes, key=lambda span: -span.start):
        title = title[: span.start] + title[span.end :]
    return plain(title).text


def keys_of(article_id: str, article: Article, version: Version) -> list[bytes]:
    """What orders about an article are kept under: one for each name it could be known by."""
    ids = [article_id]
    if article.external_id is not None:
        ids.append(article.external_id)
    if article.url is not None:
        ids += [url for url in (article.url, normalise_url(article.url)) if url]
    if version.chain is not None:
        ids.append(version.chain.removeprefix(BY_ID))
    chains = [chain for chain in (version.chain, headline(article, version)) if chain is not None]
    keys = [target_key("article", article_id)]
    keys += [id_key(name) for name in ids]
    keys += [target_key("chain", chain) for chain in chains]
    return list(dict.fromkeys(keys))


def id_key(name: str) -> bytes:
    """What an order about an identifier is kept under; capitals do not count."""
    return target_key("id", name.casefold())


def spelled(name: str) -> list[str]:
    """An identifier as it may be posted: as it stands, in capitals, in small letters."""
    return list(dict.fromkeys([name, name.upper(), name.lower()]))


def _written(article: Article, version: Version) -> tuple[list[str], list[str]]:
    """(identifiers that the words of a notice announce, words of it that look like one)."""
    announced: list[str] = []
    loose: list[str] = []
    notes = (note.text for note in version.notes if note.why == "stated")
    for text in (plain(article.title).text, plain(article.body[: 2 * READ]).text[:READ], *notes):
        for at, token in _tokens(text):
            if token == article.external_id or _DAY.fullmatch(token):
                continue
            telling = any(map(str.isdecimal, token))
            known = _ANNOUNCED.search(text, max(0, at - 60), at)
            marked = telling or not token.isalpha()
            if known and (marked or any(sign in known[0] for sign in ":=#")):
                announced.append(token)
            elif marked and len(token) >= (_SHORTEST_NUMBER if token.isdecimal() else _SHORTEST):
                loose.append(token)
    return announced[:MOST], loose[:MOST]


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    for found in _TOKEN.finditer(text):
        token = found[0].rstrip(_END)
        if any(map(str.isalnum, token)):
            yield found.start(), token


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
