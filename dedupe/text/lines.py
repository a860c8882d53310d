"""What a line of text looks like: a sentence, a paragraph, the title again."""

from __future__ import annotations

import re

_SENTENCE_ENDS = tuple(".!?。！？؟।")
_CLOSERS = "'\"”’»)]」』"
_PROSE_LENGTH = 60
"""Code points from which a line that ends like a sentence is taken for the article's text."""


def ends_sentence(line: str) -> bool:
    """The line ends in a full stop or its like, closing quotes aside."""
    return line[-8:].rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def is_prose(line: str) -> bool:
    """The line is as long as a sentence and ends like one."""
    return len(line) >= _PROSE_LENGTH and ends_sentence(line)


def same_words(line: str, title: str) -> bool:
    """Both hold the same words, whatever stands between them."""
    return abs(len(line) - len(title)) <= 20 and _words(line) == _words(title)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
