"""The words that articles are found by, as the full-text index holds them: hashes, no text.

A word is a maximal run of letters, digits and the vowel signs of Indic scripts; in scripts written
without spaces every character is one. Case, accents and forms of one letter do not count. The
index holds eight hexadecimal digits a word (CRC-32): what a caller asks for reaches SQLite as such
digits only, no word of a removed article stays readable, and one table serves every script.

The index can take an article out only by the very words it was put in with: whatever changes what
``searched`` gives comes with a migration that empties ``words`` and ``facets``. Both fill again
when the store is opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from zlib import crc32

from dedupe.errors import BadInput
from dedupe.model import Article, Furniture

MOST_WORDS = 64
"""Words looked for at once."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai and Lao, Myanmar, Khmer, Han and Kana."""
_INDIC = "\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(f"[{_UNSPACED}]|(?:[^\\W_{_UNSPACED}]+|[{_INDIC}]+)+")
_ASCII_WORD = re.compile("[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_ASKED = re.compile(r'"([^"]*)"?|([^\s"]+)')


def searched(article: Article, furniture: Sequence[Furniture]) -> tuple[str, str]:
    """The words of title and body, hashed; what belongs to the page is left out."""
    return _line(words(article.title)), _line(words(_without(article.body, furniture)))


def words(text: str) -> list[str]:
    """The words of a text in order, folded."""
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    if "&" in text:
        text = unescape(text)
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    folded = unicodedata.normalize("NFKD", text).casefold()
    return _WORD.findall(_ACCENTS.sub("", folded))


def expression(text: str) -> str:
    """What is asked of the full-text index: every word, those of one piece side by side.

    Raises:
        BadInput: there is no word in the text, or more than ``MOST_WORDS``.
    """
    pieces = [words(quoted or bare) for quoted, bare in _ASKED.findall(text)]
    count = sum(map(len, pieces))
    if not count:
        raise BadInput("q", "has no word to look for", "send a word, or a phrase", value=text)
    if count > MOST_WORDS:
        raise BadInput("q", f"has {count} words", f"send at most {MOST_WORDS}", value=text)
    return " AND ".join(f'"{_line(piece)}"' for piece in pieces if piece)


def title_phrase(text: str) -> str | None:
    """What is asked for titles that hold the first words of a text side by side; None for no word."""
    found = words(text)[:MOST_WORDS]
    return f'title : "{_line(found)}"' if found else None


def name_key(name: str | None) -> str:
    """The form under which names of one outlet are equal; "" for a name without letters.

    >>> name_key("The Al-Jazeera") == name_key("AL JAZEERA")
    True
    """
    found = words(name or "")
    return "".join(found[1:] if found[:1] == ["the"] and len(found) > 1 else found)


def language_key(lang: str | None) -> str:
    """The language of a tag, without region or script: "en" of "en-GB"."""
    return re.split(r"[-_]", (lang or "").strip(), maxsplit=1)[0].casefold()[:16]


def _line(found: Sequence[str]) -> str:
    return " ".join(map(_hashed, found))


# Most of a text are words that every text has: three of four are remembered.
@lru_cache(maxsize=1 << 14)
def _hashed(word: str) -> str:
    return f"{crc32(word.encode('utf-8', 'surrogatepass')):08x}"


def _without(body: str, furniture: Sequence[Furniture]) -> str:
    """The body with every part of the page as a space."""
    pieces, position = [], 0
    for part in sorted(
        (one.span.start, one.span.end) for one in furniture if one.span.field == "body"
    ):
        pieces.append(body[position : part[0]])
        position = max(position, part[1])
    return " ".join([*pieces, body[position:]]) if pieces else body
