"""What kind of word each is: a number, a name, inside quotation marks.

Only words of texts that are compared need it, so it is no part of ``words.split``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from dedupe.model import Bools, Int64s, UInt8s
from dedupe.words import Words

NUMBER = 1
"""It begins with a digit."""
NAME = 2
"""It begins with an upper-case letter where no sentence does."""
QUOTED = 4
"""It stands within quotation marks."""

_OPENING, _CLOSING, _EITHER, _LINE = 4, 8, 16, 32
_SENTENCE, _SPACE = 64, 128
"""What may stand before the first word of a sentence: its end or a mark, and white space."""
_MARKS = _OPENING | _CLOSING | _EITHER | _LINE
_CLASSES = {
    **dict.fromkeys(map(ord, "‘’'([*•.!?:;…-–—。।؟"), _SENTENCE),
    **dict.fromkeys(map(ord, "«„「『"), _OPENING | _SENTENCE),
    ord("“"): _OPENING | _CLOSING | _SENTENCE,  # it closes what „ has opened
    **dict.fromkeys(map(ord, "”»」』"), _CLOSING | _SENTENCE),
    **dict.fromkeys(map(ord, " \t\r\u00a0\u2009\u3000"), _SPACE),
    ord('"'): _EITHER | _SENTENCE,
    ord("\n"): _LINE | _SENTENCE,
}
_OPENS, _STANDS = np.uint8(NUMBER), np.uint8(NUMBER | NAME)
"""What a word may be that opens a sentence, and one within."""
_TABLE = 0x3100
"""Code points that are looked up in a table; what lies above is asked for one by one."""


def kinds(texts: Sequence[str], words: Words) -> UInt8s:
    """The kind of every word of the texts that ``words`` was split from, shape = (n_words,).

    A quotation opens and closes within a line, by opening and closing marks or by straight ones
    in turn.
    """
    if not len(words.hashes):
        return np.empty(0, np.uint8)
    # Two lines before each text, so that every word has two places before it.
    joined = "\n\n" + "\n\n".join(texts)
    lengths = np.fromiter((len(text) + 2 for text in texts), np.int64, len(texts))
    origin = lengths.cumsum() - lengths + 2
    bounds = words.bounds
    at = np.repeat(origin, bounds[1:] - bounds[:-1])
    at += words.start
    classes = _classes(joined)
    found = classes.take(at)
    found &= np.where(_opens_sentence(classes, at), _OPENS, _STANDS)
    found |= _quoted(classes, at)
    return found


def _classes(text: str) -> UInt8s:
    """What each code point is, by the constants above."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii").translate(_table()[:256].tobytes()), np.uint8)
    code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    classes: UInt8s = _table()[np.minimum(code_points, _TABLE)]
    beyond = np.flatnonzero(code_points >= _TABLE)
    if len(beyond):
        known, inverse = np.unique(code_points[beyond], return_inverse=True)
        classes[beyond] = np.array([_class(c) for c in known.tolist()], np.uint8)[inverse]
    return classes


@cache
def _table() -> UInt8s:
    table = np.array([_class(c) for c in range(_TABLE + 1)], np.uint8)
    table.flags.writeable = False
    return table


def _class(code_point: int) -> int:
    if code_point in _CLASSES:
        return _CLASSES[code_point]
    letter = chr(code_point)
    return NUMBER if letter.isdigit() else NAME if letter.isupper() or letter.istitle() else 0


def _opens_sentence(classes: UInt8s, at: Int64s) -> Bools:
    before, earlier = classes.take(at - 1), classes.take(at - 2)
    # Behind a mark, or behind a space that stands behind one or behind another space.
    earlier &= np.uint8(_SENTENCE | _SPACE)
    spaced = ((before & np.uint8(_SPACE)) > 0) & (earlier > 0)
    before &= np.uint8(_SENTENCE)
    opens: Bools = spaced | (before > 0)
    return opens


def _quoted(classes: UInt8s, at: Int64s) -> UInt8s:
    """QUOTED where the last quotation mark before a place, in its line, has opened a quotation."""
    marks = ((classes & np.uint8(_MARKS)) > 0).nonzero()[0]
    kind = classes.take(marks)
    straight = ((kind & _EITHER) > 0).cumsum()
    line = np.maximum.accumulate(np.where(kind & _LINE, np.arange(len(marks)), 0))
    in_turn = ((straight - straight.take(line)) & 1) > 0
    both = kind & (_OPENING | _CLOSING)
    opens = both == _OPENING
    opens[1:] |= (both[1:] == _OPENING | _CLOSING) & ~opens[:-1]
    inside = np.where(kind & _EITHER, in_turn, opens)
    opened: UInt8s = np.where(inside, np.uint8(QUOTED), np.uint8(0))
    return opened.take(marks.searchsorted(at) - 1)
