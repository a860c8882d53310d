"""Whom metadata and address credit: values that name another source than the article's own.

Names of fields are those of ninjs, NewsML-G2, NITF, the AP's and other agencies' interfaces, RSS and
Atom, Dublin Core, schema.org and the meta tags of pages, whatever their case, signs and prefixes
("dc:creator", "copyrightHolder", "@literal"). Values are texts, records or lists of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from dedupe.model import Article, CreditKind
from dedupe.provenance import address, parties
from dedupe.provenance.found import Found
from dedupe.sources import Outlet, Outlets, SourceKind, comparison_key, host_of, registered_domain

ANY_SOURCE = {
    "syndicationsource": 0.8,
    "originalsource": 0.8,
    "isbasedon": 0.8,
    "isbasedonurl": 0.8,
    "republishedfrom": 0.85,
    "rsssource": 0.75,
}
"""Names (comparison keys) under which a value states the origin whoever it is."""
PARTIES = {
    "infosource": 0.75,
    "infosources": 0.75,
    "sourceorganization": 0.75,
    "provider": 0.7,
    "distributor": 0.75,
    "credit": 0.6,
    "creditline": 0.75,
    "copyrightholder": 0.75,
    "rightsholder": 0.75,
    "doccopyright": 0.75,
    "docrights": 0.7,
    "source": 0.75,
    "publisher": 0.6,
}
"""Names under which listed sources stand whose text it is; a publisher is mostly the outlet."""
WRITERS = {
    "byline": 0.85,
    "bylines": 0.85,
    "author": 0.85,
    "authors": 0.85,
    "by": 0.85,
    "creator": 0.8,
    "articleauthor": 0.8,
}
"""Names under which writers stand, who may be a source or work for one."""
RIGHTS = {"copyright": 0.7, "copyrightnotice": 0.7, "copyrightline": 0.7, "rights": 0.7}
"""Names under which a line of rights stands, which begins with its holder."""
TERMS = {"usageterms": 0.5}
"""Names under which terms stand that may tell whose text it is."""
HELPERS = {"contributor": 0.6, "contributors": 0.6}
"""Names under which those stand who had a part in it; a supplier's is the whole."""
PHOTOS = {
    "photocredit": 0.8,
    "photocredits": 0.8,
    "imagecredit": 0.8,
    "imagecredits": 0.8,
    "picturecredit": 0.8,
    "photographer": 0.8,
    "photographers": 0.8,
}
"""Names under which those stand who made the pictures."""
CANONICAL = {"canonical": 0.7, "relcanonical": 0.7, "canonicalurl": 0.7}
"""Names that hold an address, which counts where it lies under another site's domain."""
UNLISTED = 0.1
"""Less is believed of an address where its site is not listed: it may be the same house's."""
BY_ADDRESS = 0.6
"""Confidence of what the article's own address says."""
GUESSED = 0.1
"""Less is believed where the name is also a word or an abbreviation, or an outlet's."""

_AGENCIES_ONLY = frozenset(("infosource", "infosources", "publisher"))
_STATING = ANY_SOURCE | PARTIES | WRITERS | RIGHTS | TERMS | HELPERS | PHOTOS | CANONICAL
_WRAPPERS = frozenset(
    ("ap", "article", "contentmeta", "dc", "docdata", "dublincore", "entry", "fields", "graph", "head",
     "item", "itemmeta", "jsonld", "ldjson", "ldjsons", "meta", "metatags", "newsarticle", "newsitem",
     "ninjs", "rightsinfo", "rss", "rssitem", "schema", "schemaorg", "structureddata")
)  # fmt: skip
"""Records that hold such fields; those of pictures and other articles hold theirs, not ours."""
_DEPTH = 5
_TYPES = re.compile(r"Article|Posting|Report|CreativeWork|PressRelease|text", re.IGNORECASE)
_NAMES = ("name", "org", "literal", "holder", "owner", "title", "legalname", "text", "value", "by")
_ADDRESSES = ("url", "href", "uri", "id", "homepage")
_WORKS = ("publisher", "sourceorganization", "provider", "author", *_ADDRESSES)
_ROLES = ("role", "roles", "jobtitle", "type")
_PICTURING = re.compile(r"photo|image|camera|illustr|video|graphic|picture", re.IGNORECASE)
_SUPPLYING = re.compile(r"suppl|origin|provid|source", re.IGNORECASE)
_WRITING = re.compile(r"writer|lasted|capt|descr", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:[a-z]{1,8}:|@|#|_)+", re.IGNORECASE)
_CODE = re.compile(r"^[\w-]+:(?!//)([\w.-]+)$")
_ADDRESS = re.compile(r"https?://\S+$")
_NO_PUBLISHER = frozenset(
    ("ampproject.org", "archive.org", "arxiv.org", "bit.ly", "blogger.com", "blogspot.com", "doi.org",
     "facebook.com", "feedburner.com", "flickr.com", "ghost.io", "github.com", "github.io", "google.com",
     "instagram.com", "linkedin.com", "livejournal.com", "localhost", "medium.com", "reddit.com",
     "substack.com", "t.co", "telegram.org", "tiktok.com", "tumblr.com", "twitter.com", "typepad.com",
     "vimeo.com", "wikipedia.org", "wordpress.com", "x.com", "youtu.be", "youtube.com")
)  # fmt: skip
"""Where many publish and nobody is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """A text in metadata."""

    field: str
    text: str
    role: str = ""
    is_address: bool = False


def declared(
    metadata: Mapping[str, Any], url: str | None, outlets: Outlets, outlet: str | None = None
) -> Iterator[Found]:
    """Every credit that metadata and the article's address state; the own outlet's included.

    ``outlet`` is the normalised name of the article's outlet. Without it listed outlets, but for
    agencies, are credited only where a field says that it names the origin.
    """
    for item in _in_record(metadata, "metadata", outlets, outlet, _DEPTH) if metadata else ():
        if not _is_same_site(item.source, url):
            yield item
    for found, start, end in address.named_in(url, outlets) if url else ():
        yield Found(
            kind=_kind_of(found),
            source=found.name,
            field="url",
            start=start,
            end=end,
            confidence=BY_ADDRESS,
        )


def value_at(article: Article, field: str) -> str:
    """The posted value that the offsets of a credit in ``url`` or ``metadata.<name>`` count in.

    Names and list positions inside nested metadata are joined by dots.
    """
    if field == "url":
        return article.url or ""
    return _at(article.metadata, field.removeprefix("metadata.")) or ""


def _at(value: Any, path: str) -> str | None:
    if not path:
        return value if isinstance(value, str) else None
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if path == name or path.startswith(f"{name}."):
                found = _at(inner, path[len(name) + 1 :])
                if found is not None:
                    return found
    elif isinstance(value, list | tuple):
        index, _, rest = path.partition(".")
        if index.isdecimal() and int(index) < len(value):
            return _at(value[int(index)], rest)
    return None


@lru_cache(maxsize=1024)
def _meant(name: str) -> str:
    """The comparison key of a field's name, without prefixes of vocabularies."""
    key = comparison_key(name)
    return key if key in _STATING or key in _WRAPPERS else comparison_key(_PREFIX.sub("", name))


def _in_record(
    record: Mapping[str, Any], path: str, outlets: Outlets, outlet: str | None, depth: int
) -> Iterator[Found]:
    for name, value in record.items():
        key = _meant(name) if len(name) <= _LONGEST_NAME else ""
        if key in _STATING:
            told = "rsssource" if key == "source" and _is_channel(value) else key
            for one in _values(value, f"{path}.{name}", told, depth):
                yield from _stated(told, one, outlets, outlet)
        elif key in _WRAPPERS and depth:
            yield from _in_wrapper(value, f"{path}.{name}", outlets, outlet, depth - 1)


_LONGEST_NAME = 64
_LONGEST_VALUE = 1000
"""Code points of a value that may name somebody."""
_LABEL = 4
"""Letters of a domain that may be the outlet's name."""


def _is_channel(value: Any) -> bool:
    """A source with an address is the feed or page that an entry was taken from."""
    return isinstance(value, Mapping) and any(_bare(name) in _ADDRESSES for name in value)


def _in_wrapper(
    value: Any, path: str, outlets: Outlets, outlet: str | None, depth: int
) -> Iterator[Found]:
    if isinstance(value, Mapping):
        typed = value.get("@type", "Article")
        if any(_TYPES.search(str(one)) for one in (typed if isinstance(typed, list) else [typed])):
            yield from _in_record(value, path, outlets, outlet, depth)
    elif isinstance(value, list | tuple) and depth:
        for index, one in enumerate(value):
            yield from _in_wrapper(one, f"{path}.{index}", outlets, outlet, depth - 1)


def _values(value: Any, field: str, key: str, depth: int, role: str = "") -> Iterator[_Value]:
    """The texts in a value that name somebody: of a record the name, else the address or code."""
    if isinstance(value, str):
        if value.strip() and len(value) <= _LONGEST_VALUE:
            yield _Value(field=field, text=value, role=role)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _values(item, f"{field}.{index}", key, depth, role)
    elif isinstance(value, Mapping) and depth:
        by_key = {_bare(name): name for name in value}
        role = " ".join(str(value[by_key[one]]) for one in _ROLES if one in by_key)
        # A work's own name is a headline.
        for one in _WORKS if key.startswith("isbasedon") else (*_NAMES, *_ADDRESSES, "qcode"):
            if one not in by_key:
                continue
            name = by_key[one]
            below = key if one in _NAMES else ""
            inner = list(_values(value[name], f"{field}.{name}", below, depth - 1, role))
            if one in _ADDRESSES or one == "qcode":
                inner = [_addressed(part) for part in inner]
            yield from inner
            if inner and key != "bylines":
                return


def _bare(name: str) -> str:
    return comparison_key(_PREFIX.sub("", name))


def _addressed(value: _Value) -> _Value:
    return _Value(field=value.field, text=value.text, role=value.role, is_address=True)


def _stated(key: str, value: _Value, outlets: Outlets, outlet: str | None) -> Iterator[Found]:
    if key in CANONICAL:
        confidence = CANONICAL[key]
        if outlets.at(value.text) is None:
            confidence = round(confidence - UNLISTED, 2)
        yield from _addressee(value, confidence, outlets, outlet, addresses_only=True)
    elif key in ANY_SOURCE:
        yield from _addressee(value, ANY_SOURCE[key], outlets, outlet, addresses_only=False)
    elif key in RIGHTS or key in TERMS:
        read = parties.rights_holder if key in RIGHTS else parties.terms_of
        party = read(value.text, outlets)
        if party is not None:
            yield from _credited(key, value, party, outlets, outlet)
    elif value.is_address:
        found, start, end = _by_code(value.text, outlets)
        if found is not None:
            party = (found, found.name, start, end)
            yield from _credited(key, value, party, outlets, outlet)
    else:
        named = list(parties.named(value.text, outlets))
        if any(party[0].kind is SourceKind.IMAGE for party in named):
            value = replace(value, role="photo")
        for party in named:
            yield from _credited(key, value, party, outlets, outlet)


def _addressee(
    value: _Value,
    confidence: float,
    outlets: Outlets,
    outlet: str | None,
    *,
    addresses_only: bool,
) -> Iterator[Found]:
    """Whoever it is that a name or an address stands for."""
    text = value.text
    host = host_of(text) if value.is_address or _ADDRESS.match(text.strip()) else None
    found = outlets.at(text) if host or addresses_only else outlets.find(text)
    source = found.name if found else None
    if source is None and (host or not addresses_only) and not _is_nobodys(host, outlet):
        source = outlets.name(text)
    if source is not None:
        kind = _kind_of(found) if found else CreditKind.REPUBLICATION
        yield _declared(kind, source, value, (0, len(text)), confidence)


def _is_nobodys(host: str | None, outlet: str | None) -> bool:
    """The page is anybody's, or seems to be the outlet's own ("sungazette.com" of The Sun Gazette)."""
    if host is None:
        return False
    domain = registered_domain(host)
    label, own = comparison_key(domain.partition(".")[0]), comparison_key(outlet or "")
    alike = len(label) >= _LABEL and bool(own) and (label in own or own in label)
    return alike or ".".join(domain.split(".")[-2:]) in _NO_PUBLISHER or "." not in domain


def _is_same_site(source: str, url: str | None) -> bool:
    """The domain that stands for an unlisted source is, by its name, that of the article itself."""
    host = host_of(url) if url and "." in source and " " not in source else None
    if host is None:
        return False
    own, other = (registered_domain(one).partition(".")[0] for one in (host, source.casefold()))
    return own == other


def _by_code(text: str, outlets: Outlets) -> tuple[Outlet | None, int, int]:
    """The source of a web address, or of a code such as "prov:AFP"."""
    code = _CODE.match(text)
    if code is not None:
        return outlets.find(code[1]), *code.span(1)
    return (outlets.at(text) if "." in text else outlets.find(text)), 0, len(text)


def _credited(
    key: str, value: _Value, party: parties.Party, outlets: Outlets, outlet: str | None
) -> Iterator[Found]:
    """The credit to a listed source, if the field can mean it."""
    found, name, start, end = party
    kind = _kind(key, value.role, found)
    if key in WRITERS and kind is CreditKind.REPUBLICATION:
        helps = found.name != outlet and parties.is_helper(value.text, start, outlet)
        kind = CreditKind.ASSISTED if helps else kind
    confidence = _STATING[key]
    if kind is not CreditKind.PHOTO and found.kind is SourceKind.OUTLET:
        if not _is_credited(key, found, name, outlets, outlet):
            return
        confidence -= GUESSED
    if key == "publisher" and outlet is None:
        return
    if name in found.weak:
        confidence -= GUESSED
    if kind is not None:
        yield _declared(kind, found.name, value, (start, end), round(confidence, 2))


def _is_credited(key: str, found: Outlet, name: str, outlets: Outlets, outlet: str | None) -> bool:
    """A field names an outlet that is no agency, and means more than a page's own house.

    Information comes from town halls, too: of its sources only agencies send texts.
    """
    if outlet is None or key in _AGENCIES_ONLY or name in {*found.weak} - {found.name}:
        return False
    written = {form.casefold() for form in (found.name, *found.aliases, *found.domains)}
    if name.casefold() not in written:
        return False
    return outlet == found.name or outlets.family(outlet) != outlets.family(found.name)


def _kind(key: str, role: str, found: Outlet) -> CreditKind | None:
    if found.kind is SourceKind.IMAGE or key in PHOTOS or _PICTURING.search(role):
        return CreditKind.PHOTO
    if key in HELPERS and not _SUPPLYING.search(role):
        return None if _WRITING.search(role) else CreditKind.ASSISTED
    return _kind_of(found)


def _kind_of(found: Outlet) -> CreditKind:
    release = found.kind is SourceKind.PRESS_RELEASE
    return CreditKind.PRESS_RELEASE if release else CreditKind.REPUBLICATION


def _declared(
    kind: CreditKind, source: str, value: _Value, span: tuple[int, int], confidence: float
) -> Found:
    return Found(
        kind=kind,
        source=source,
        field=value.field,
        start=span[0],
        end=span[1],
        confidence=confidence,
    )
