"""Pages that are no single article: lists of headlines, digests of links, live blogs."""

from __future__ import annotations

import re
from functools import cache

from dedupe.text.clean import CleanText
from dedupe.text.lines import ends_sentence

_FEWEST_LINES = 8
_ENTRIES = 5
"""Time-stamped entries that make a live blog of a text whose title says so."""
_ENTRIES_UNTITLED = 20


# Compiled when a text of many lines comes.
@cache
def _live_title() -> re.Pattern[str]:
    return re.compile(
        r"\blive\b|live-?blog|live-?ticker|minute[ -]by[ -]minute|as it happened|\ben vivo\b|\ben direct\b"
        r"|\bao vivo\b|\bin diretta\b|онлайн-трансляция|مباشر|直播",
        re.IGNORECASE,
    )


@cache
def _time_stamp() -> re.Pattern[str]:
    return re.compile(
        r"(?:\d{1,2}[:.]\d{2}\s*(?:[ap]\.?m\b\.?|uhr\b|h\b|gmt\b|utc\b|e[sd]?t\b|bst\b|cet\b|ist\b)?"
        r"|\d{1,2}h\d{2}|\d{1,2}\s*[ap]\.?m\b\.?)(?:\s*(?:gmt|utc|e[sd]?t|bst|cet|ist)\b)?"
        r"(?=$|\s*[:–—|-]|\s+[A-Z\"“])",
        re.IGNORECASE,
    )


def is_headline_page(clean: CleanText) -> bool:
    """The text is a list of headlines or a live blog; in doubt it is an article."""
    if clean.prose.count("\n") < _FEWEST_LINES - 1:
        return False
    lines = [line for line in map(str.strip, clean.prose.split("\n")) if line]
    if len(lines) < _FEWEST_LINES:
        return False
    return _is_list(lines) or _is_live_blog(clean.title.text, lines)


def _is_list(lines: list[str]) -> bool:
    """Nearly every line is a headline, hardly any a sentence."""
    if 10 * sum(map(ends_sentence, lines)) > len(lines):
        return False
    return 10 * sum(map(_is_headline, lines)) >= 8 * len(lines)


def _is_headline(line: str) -> bool:
    """Some words, few numbers, no full stop; no part of a table or of a text wrapped by hand."""
    if not 10 <= len(line) <= 160 or line[0].islower() or line[-1] == "," or ". " in line:
        return False
    digits = sum(map(line.count, "0123456789"))
    spaced = line.count(" ") >= 4
    return 8 * digits <= len(line) and (spaced or not line.isascii()) and not ends_sentence(line)


def _is_live_blog(title: str, lines: list[str]) -> bool:
    """Entries with a time of day at their head run through the whole text."""
    match = _time_stamp().match
    # A time begins with a digit: asked first, it spares most lines the expression.
    stamped = [k for k, line in enumerate(lines) if line[0].isdecimal() and match(line)]
    fewest = _ENTRIES if _live_title().search(title) else _ENTRIES_UNTITLED
    if len(stamped) < fewest or 2 * (stamped[-1] - stamped[0]) < len(lines):
        return False
    return 5 * len(stamped) >= len(lines)
