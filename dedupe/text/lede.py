"""The lede: what of an article is embedded."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from dedupe.text.lines import ends_sentence, same_words

LEDE_WORDS = 60
"""Title and 60 words are 84 to 98 tokens of all-MiniLM-L6-v2 on the seeds; it reads 128."""
_WINDOW = 4096
"""Code points of the prose that are looked at."""
_SAMPLE = 600
"""Code points in which a script without spaces shows itself."""
_HEAD_LINES = 8
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)


# Compiled when a text in such a script may come: large classes are slow to compile.
@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]")


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")


def lede(title: str, prose: str) -> str:
    """Title and first 60 words of the prose behind its leading repeats of the title."""
    title = title.strip()
    opening = _without_title(prose[:_WINDOW].lstrip(), title)
    return f"{title}\n{_first_words(opening)}".strip()


def _without_title(opening: str, title: str) -> str:
    """The opening behind its first lines that repeat the title or are scraps (a date, a place)."""
    lines = opening.split("\n", _HEAD_LINES)
    skipped = 0
    for number, line in enumerate(lines[:_HEAD_LINES], 1):
        if line.strip() and not _is_scrap(line) and not (title and same_words(line, title)):
            break
        skipped = number
    rest = "\n".join(lines[skipped:]) or opening
    while title and rest[: len(title)].casefold() == title.casefold():
        if rest[len(title) : len(title) + 1].isalnum():
            break
        rest = rest[len(title) :].lstrip(" \t\n.:;|-–—")
    return rest


def _is_scrap(line: str) -> bool:
    line = line.strip()
    return len(line) <= 30 and line.count(" ") <= 2 and not ends_sentence(line)


def _first_words(text: str) -> str:
    if text.isascii() or not _unspaced().search(text, 0, _SAMPLE):
        return " ".join(text.split(None, LEDE_WORDS)[:LEDE_WORDS])
    last = 0
    for word in islice(_word().finditer(text), LEDE_WORDS):
        last = word.end()
    return " ".join(text[:last].split())
