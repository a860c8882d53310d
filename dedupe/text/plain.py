"""Plain text out of a posted value, with the way back to where each code point stood.

A tokenizer of one regular expression instead of ``html.parser``: it gives positions in code
points, runs in linear time on broken markup, and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from html.entities import html5

import numpy as np

from dedupe.model import Int64s, Span

_BLOCKS = (
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol option p pre "
    "section summary table tbody tfoot thead tr ul"
)
_DROPPED = (
    "script style head title template noscript svg math iframe object nav button select textarea"
)
_INLINE = (
    "a abbr acronym amp-img audio b base bdi bdo big cite code col colgroup data datalist del dfn em "
    "embed font i img input ins kbd label link mark meta meter o:p output param picture progress q "
    "rp rt ruby s samp small source span strike strong sub sup td th time tt u var video wbr"
)
_KNOWN = frozenset(f"{_BLOCKS} {_DROPPED} {_INLINE}".split())
_BREAKS = frozenset(_BLOCKS.split())
_CELLS = frozenset(("td", "th"))
_REFERENCE = r"&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_TOKEN = rf"""
      (?P<comment><!--)
    | <[!?][^<>]*>
    | <(?P<close>/?)(?P<name>[A-Za-z][^\s<>/"'=]*)
      (?P<rest>(?:[^"'<>=] | =\s*"[^"]*" | =\s*'[^']*' | [="'])*+)>
    | (?P<reference>{_REFERENCE})
    | (?P<unseen>[\0\u00ad\u200b\u200e\u200f\u2060\ufeff])
    """
_TEXT_TOKEN = rf"(?P<reference>{_REFERENCE})|[\0\u00ad\u200b\u200e\u200f\u2060\ufeff]"
_TEXT_REFERENCE = re.compile(_REFERENCE)
_UNSEEN = "\0\u00ad\u200b\u200e\u200f\u2060\ufeff"
_SOFT_BREAK = re.compile(r"(?<!\n)\n(?![ \t\r]*\n)")


# Patterns that a text without markup never meets are compiled when one comes: they are the slow
# part of starting.
@cache
def _markup() -> re.Pattern[str]:
    """What proves a value to be HTML: a bare upper-case tag does not, tickers are written <A>."""
    names = "|".join(sorted(map(re.escape, _KNOWN), key=len, reverse=True))
    return re.compile(
        rf"<(?:{names})\s*>"
        rf"|(?i:</(?:{names})\s*>|<(?:{names})\s+[a-z:-]+\s*=|<(?:{names})\s*/>)"
        r"|<!--|(?i:<!doctype\s)|<\?xml\s"
    )


@cache
def _breaking() -> re.Pattern[str]:
    return re.compile(rf"<(?:{_BLOCKS.replace(' ', '|')})\b", re.IGNORECASE)


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_TOKEN, re.VERBOSE)


@cache
def _text_token() -> re.Pattern[str]:
    return re.compile(_TEXT_TOKEN)


@cache
def _closing() -> Mapping[str, re.Pattern[str]]:
    """The end of each element that is dropped with all it holds."""
    return {name: re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE) for name in _DROPPED.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """Text without markup, character references and invisible code points."""

    text: str
    offsets: Int64s | None = None
    """Where each code point of ``text`` starts in the posted value; None when they are identical."""
    ends: Int64s | None = None
    """Where each code point of ``text`` ends in the posted value (a reference is several long)."""
    html: bool = False
    """Tags or character references were found and resolved."""

    def span(self, field: str, start: int, end: int) -> Span:
        """The range of the posted value that ``text[start:end]`` came from."""
        if self.offsets is None or self.ends is None:
            return Span(field=field, start=start, end=end)
        if start >= end:
            position = self._position(start)
            return Span(field=field, start=position, end=position)
        return Span(field=field, start=int(self.offsets[start]), end=int(self.ends[end - 1]))

    def without(self, ranges: Sequence[tuple[int, int]]) -> Plain:
        """The same without these sorted, disjoint ranges of ``text``; what is left leads back."""
        kept, done = [], 0
        for start, end in (*ranges, (len(self.text), len(self.text))):
            kept.append((done, start))
            done = end
        at = np.concatenate([np.arange(start, end, dtype=np.int64) for start, end in kept])
        offsets, ends = at, at + 1
        if self.offsets is not None and self.ends is not None:
            offsets, ends = self.offsets[at], self.ends[at]
        text = "".join(self.text[start:end] for start, end in kept)
        return Plain(text=text, offsets=offsets, ends=ends, html=self.html)

    def _position(self, index: int) -> int:
        assert self.offsets is not None
        assert self.ends is not None
        if index < len(self.offsets):
            return int(self.offsets[index])
        return int(self.ends[-1]) if len(self.ends) else 0


def plain(value: str) -> Plain:
    """The value without NUL, invisible code points and, where it is HTML, without markup.

    ``a < b`` and ``<BAC>`` are no HTML and stay. Text whose markup was escaped as a whole
    (``&lt;p&gt;``, common in feeds) is resolved twice. Linear in the length of the value.
    """
    once = _resolve(value)
    if once.offsets is None or not once.html or _has_markup(value) or not _has_markup(once.text):
        return once
    twice = _resolve(once.text)
    if twice.offsets is None or twice.ends is None or once.ends is None:
        return once
    return Plain(
        text=twice.text,
        offsets=once.offsets[twice.offsets],
        ends=once.ends[twice.ends - 1],
        html=True,
    )


def _has_markup(value: str) -> bool:
    return "<" in value and _markup().search(value) is not None


def _resolve(value: str) -> Plain:
    """One round of resolving markup, references and invisible code points."""
    if _has_markup(value):
        return _from_html(value)
    if _TEXT_REFERENCE.search(value) or "\0" in value or _has_unseen(value):
        return _from_text(value)
    return Plain(text=value)


def _has_unseen(value: str) -> bool:
    return not value.isascii() and any(unseen in value for unseen in _UNSEEN)


def _from_text(value: str) -> Plain:
    pieces = _Pieces(value)
    html = False
    for found in _text_token().finditer(value):
        reference = found["reference"]
        if reference is None:
            pieces.replace(found.start(), found.end(), "")
        elif (resolved := _resolved(reference)) is not None:
            pieces.replace(found.start(), found.end(), resolved)
            html = True
    return pieces.joined(html=html)


def _from_html(value: str) -> Plain:
    flows = _breaking().search(value) is not None and "<pre" not in value
    pieces = _Pieces(value, soft_breaks=flows)
    unclosed: set[str] = set()
    position = 0
    token = _token()
    while (found := token.search(value, position)) is not None:
        start, position = found.span()
        if found["reference"] is not None:
            resolved = _resolved(found["reference"])
            if resolved is not None:
                pieces.replace(start, position, resolved)
        elif found["comment"] is not None:
            position = _end_of_comment(value, position, unclosed)
            pieces.replace(start, position, "")
        elif found["name"] is not None:
            if _is_tag(found):
                position = _end_of_element(value, found, unclosed)
                pieces.tag(start, position, found["name"].lower())
        else:
            pieces.replace(start, position, "")
    return pieces.joined(html=True)


def _resolved(reference: str) -> str | None:
    """What a character reference stands for; None for a name HTML does not know."""
    if reference[1] != "#" and reference[1:] not in html5:
        return None
    return unescape(reference)


def _is_tag(found: re.Match[str]) -> bool:
    """Known elements and unknown ones; not ``<BAC>``, ``<me@example.org>`` or ``<https://…>``."""
    name = found["name"]
    if name.lower() in _KNOWN:
        return True
    return not ("@" in name or name.endswith(":") or (name.isupper() and not found["rest"]))


def _end_of_comment(value: str, position: int, unclosed: set[str]) -> int:
    """Behind the comment; an unclosed one loses only its mark, and is searched for only once."""
    end = -1 if "!" in unclosed else value.find("-->", position)
    if end < 0:
        unclosed.add("!")
        return position
    return end + 3


def _end_of_element(value: str, found: re.Match[str], unclosed: set[str]) -> int:
    """Behind the tag, and for an element that is dropped behind its closing tag."""
    name = found["name"].lower()
    closing = _closing().get(name)
    if closing is None or found["close"] or found["rest"].endswith("/") or name in unclosed:
        return found.end()
    end = closing.search(value, found.end())
    if end is None:
        unclosed.add(name)
        return found.end()
    return end.end()


class _Pieces:
    """Collects what of a value is kept as it stands and what is put in place of the rest."""

    def __init__(self, value: str, *, soft_breaks: bool = False) -> None:
        self._value = value
        self._soft_breaks = soft_breaks
        self._done = 0
        self._texts: list[str] = []
        self._ranges: list[tuple[int, int, int]] = []
        """(start, end, step): step 1 for text kept as it stands, 0 for a replacement."""

    def replace(self, start: int, end: int, by: str) -> None:
        """Keep everything up to ``start``, then put ``by`` in place of ``value[start:end]``."""
        self._keep(start)
        if by:
            self._texts.append(by)
            self._ranges.append((start, end, 0))
        self._done = end

    def tag(self, start: int, end: int, name: str) -> None:
        """Take a tag out; a block leaves a line break, a table cell a space."""
        self._keep(start)
        by = "\n" if name in _BREAKS else " " if name in _CELLS else ""
        if by and self._texts and not self._texts[-1].endswith(("\n", by)):
            self.replace(start, end, by)
        self._done = end

    def joined(self, *, html: bool) -> Plain:
        """The text and its offsets; the identity where nothing was replaced."""
        self._keep(len(self._value))
        text = "".join(self._texts)
        if text == self._value:
            return Plain(text=text)
        lengths = np.fromiter(map(len, self._texts), dtype=np.int64, count=len(self._texts))
        ranges = np.array(self._ranges, dtype=np.int64).reshape(-1, 3)
        starts, ends, steps = (np.repeat(column, lengths) for column in ranges.T)
        within = np.arange(len(text)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        offsets = starts + within * steps
        return Plain(
            text=text, offsets=offsets, ends=np.where(steps == 1, offsets + 1, ends), html=html
        )

    def _keep(self, end: int) -> None:
        if end > self._done:
            text = self._value[self._done : end]
            self._texts.append(_SOFT_BREAK.sub(" ", text) if self._soft_breaks else text)
            self._ranges.append((self._done, end, 1))
            self._done = end
