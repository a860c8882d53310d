"""What an outlet says of its own texts: its name in a line of rights, of roles or of sources.

"© «Gazette», 2025", "Gazette staff reporter", "Redacción / Gazette", "Quelle: gazette.example".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.provenance.home import Home
from dedupe.provenance.places import Places

CONFIDENCE = 0.79
_LONGEST = 110
"""Code points of the longest line that is looked at."""
_SHORTEST = 4
"""Letters of a name that hardly stands anywhere by chance."""
_RIGHTS = re.compile(
    r"(?:©|ⓒ|\([cC]\)|\b[Cc]opyright|\bCOPYRIGHT|저작권자|版权所有|版權所有|حقوق[^\n]{0,24})[\W\d]{0,12}$"
)
_ROLE = re.compile(
    r"[ ’\x27](?:s )?(?:[A-Z]?\w{1,12} ){0,2}(?i:staff(?! of)|reporters?|writers?|columnists?|correspondents?"
    r"|photographers?|news ?team|newsroom)\b"
)
_BYLINE = re.compile(r"\W{0,3}(?:[Bb][Yy] )?(?:[A-Z][\w.’\x27-]+,? ){0,4}(?:[Tt]he )?$")
_BEGINS = re.compile(r"(?:\A|\n|\b[Bb][Yy] |\b[Tt]he |[,.:;/] )\Z")
"""Before the last word of a name: no other word of a longer name ("New York Times")."""
_LABELLED = re.compile(
    r"(?:^|(?<=[.!?»”\"] ))\W{0,3}(?i:sources?|quellen?|fuentes?|font[ei]|źródł[oa]|bron|källa|kilde|zdroj"
    r"|источник|джерело|kaynak|المصدر|来源|來源|출처|redacción|redaktion|redazione|rédaction|redação"
    r"|redactie|redakcja|autor(?:in|ka|zy)?|texts?|pictures?|photos?|беседовала?|подготовила?|записала?)\b[^\n]{0,50}?[\s:：/|,]"
    r"[«\"“„]?$",
    re.MULTILINE,
)
_REST = re.compile(r"[»”\"]?(?:\W{0,3}|[,/|] ?[^\n]{0,40})$")


def own_lines(body: str, places: Places, home: Home) -> Iterator[tuple[int, int]]:
    """Where head or tail names the outlet of the article as that of its own text."""
    for begin, end in places.edges:
        for name in _names(home):
            at = body.find(name, begin, end)
            while at >= 0:
                found = _line(body, at, at + len(name))
                if found is not None and (
                    name == home.name or _BEGINS.search(body, max(0, at - 6), at)
                ):
                    yield found
                at = body.find(name, at + len(name), end)


def _names(home: Home) -> tuple[str, ...]:
    """The outlet's name, and its last word, by which papers call themselves ("the Argus")."""
    if home.name is None or len(home.name) < _SHORTEST:
        return ()
    last = home.name.rpartition(" ")[2]
    words = (last,) if len(last) >= _SHORTEST and last != home.name and last.istitle() else ()
    return (home.name, *words)


def _line(body: str, start: int, end: int) -> tuple[int, int] | None:
    """The words that make a name in a short line a credit, with it."""
    line_start = body.rfind("\n", 0, start) + 1
    stop = body.find("\n", end)
    line_end = stop if stop >= 0 else len(body)
    role = _ROLE.match(body, end, line_end)
    if role is not None and _BYLINE.fullmatch(body, line_start, start):
        return start, role.end()
    if line_end - line_start > _LONGEST:
        return None
    rights = _RIGHTS.search(body, line_start, start)
    if rights is not None:
        return rights.start(), end
    label = _LABELLED.search(body, line_start, start)
    if label is not None and _REST.match(body, end, line_end):
        return label.start(), end
    return None
