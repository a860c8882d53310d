"""The name that ends a text whose last letter is lost, as in feeds cut to a size: "– AF".

Only an agency that is set off is read so, and only where no other begins that way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dedupe.provenance.names import Mention, Mentioned, evened
from dedupe.sources import SourceKind

_SHORTEST = 2
"""So many letters must be left: one is the beginning of any word."""
_SET_OFF = re.compile(
    r"(?:(?:[\w.] ?[/:：] ?| /|[.!?”\"’»)] ?[-–—] ?|\n)(?P<name>(?<![:：] )(?<![:：])[^\W\d][^\n:/()]{1,30}|[^\W\da-z][^\n:/()]{1,30})"
    r"|[.!?”\"»] (?P<bare>dp|af|kn))\Z"
)
"""A sign-off at the very end: behind a slash, a colon, a dash that follows a sentence, or alone.

Behind a colon small letters go on with the sentence; behind a sentence they never do.
"""
_REACH = 40


def shortened(forms: Mapping[str, Mentioned]) -> dict[str, Mentioned]:
    """The agencies by their names without the last letter, where that tells which is meant."""
    short: dict[str, Mentioned | None] = {}
    for form, mentioned in forms.items():
        if mentioned.outlet.kind is not SourceKind.AGENCY or len(form) <= _SHORTEST:
            continue
        other = short.setdefault(form[:-1], mentioned)
        if other is not None and other.outlet is not mentioned.outlet:
            short[form[:-1]] = None
    return {form: one for form, one in short.items() if one is not None and form not in forms}


def cut_off(body: str, short: Mapping[str, Mentioned], behind: int) -> Iterable[Mention]:
    """The agency whose name without its last letter ends the body behind all others, if one does."""
    found = _SET_OFF.search(body, max(0, len(body) - _REACH))
    if found is None:
        return
    group = "name" if found["name"] else "bare"
    mentioned = short.get(evened(found[group]))
    if mentioned is not None and found.start(group) >= behind:
        yield found.span(group), mentioned
