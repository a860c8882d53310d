"""What free patterns capture, cut to the name of a source."""

from __future__ import annotations

import re

from dedupe.sources import Outlet, Outlets, comparison_key

_STOP = re.compile(
    r"[,;|()<>\n]|(?<!\b[A-Z])(?<!\b(?:St|Mt|Ft|Dr))[.]\s|:\s|[.]$|\s[-–—/]\s|[\x27’]s\b|\shttps?:"
    r"|\s(?:under|with|as part|via|here|where|who|which)\b"
    r"|\s(?:19|20)\d\d\b|\s(?:sous|unter|bajo|sob|sotto|erschienen|veröffentlicht|publiziert|und (?:ist|wird|wurde)"
    r"|et (?:est|a)|y (?:se|fue|es)|e (?:foi|é|è)|(?:am|vom|le|du|el|del|em|il|dal|den|dne|van) (?=\d))\b"
    r"|\s(?:on|in|at)\s(?=\d|[A-Z][a-z]{2,8}\.?\s\d|its\b|our\b|the\b|their\b)"
)
_WEAK_STOP = re.compile(
    r"\s(?:and|on|in|at|as|for(?! [A-Z])|by|to|is|was|has|before|after|through)\b"
)
_SOFT_STOP = re.compile(
    r"\s(?:and(?! [A-Z])|on|in|at|as|for(?! [A-Z])|by|to|is|was|has|before|after|through)\b"
)
"""The name of a source that is not listed may hold an "and"."""
_AGENCIES_TOO = re.compile(r"\s+(?:and|&)\s+(?:news\s+)?agencies$", re.IGNORECASE)
_TWO = re.compile(r"(.+?) and (?:the )?([A-Z].+)")
_PERSON_ON = re.compile(r"^(?:[A-Z][\w.’'-]+ ){2,3}(?:on|for) (?=[A-Z])")
_ISSUE = re.compile(r"^.{0,40}\b(?:issue|edition|website|pages?|blog) of (?=[Tt]he |[A-Z])")
_WORK = re.compile(
    r"^[\"“‘]|[\x27’]s\b|\b(?:book|novel|memoir|monologue|newsletter|podcast|lecture|speech|episode"
    r"|testimony|remarks)\b"
)
"""Adapted from a work, not taken from a publisher: unless what it names is listed."""
_PERSON_OF = re.compile(r"^(?:[A-Z][\w.’'-]+ ){1,4}(?:of|at|for|from|with|in) (?=the |[A-Z])")
_COMPANY = re.compile(
    r"(?:[\s,]+(?:company|co|limited|ltd|llc|inc|l\.?p|plc|corp|corporation|gmbh|ag|s\.?a|newspapers?"
    r"|media|group|network|news|all rights reserved|\d{4}(?:\s?[-–—]\s?\d{4})?)\.?)+$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[\s,]+\d{4}$")
_IN_QUOTES = re.compile(
    r"^(?:[^«\"“„‘\n]{0,60}\b(?:agency|magazine|newspaper|website|site|portal|journal|газет\w|журнал\w?"
    r"|сайт\w?|портал\w?|агентств\w) ?)?[«\"“„‘]([^«»\"“”„’\n]{2,60})[»\"”“’]"
)
"""A name in quotes is all that stands between them."""
_DESCRIBED = re.compile(r"^(?:[a-zà-žа-яё-]{4,} )+(?=[A-ZÀ-ŽА-ЯЁ])")
"""Words that say what a source is: "britannico The Guardian"."""
_POLISH = (
    (re.compile(r"^Gaze(?:ty|cie|tę|tą) (\w+[kg])iej\b"), r"Gazeta \1a"),
    (re.compile(r"^Gaze(?:ty|cie|tę|tą) (\w+)ej\b"), r"Gazeta \1a"),
    (
        re.compile(
            r"^(Dziennik|Głos|Kurier|Tygodnik|Express)(?:a|u|owi|iem|em|ie|ze)? (\w+)(?:iego|im|iemu)\b"
        ),
        r"\1 \2i",
    ),
    (re.compile(r"^(Rzecz|Rzeczy)pospolit(?:ej|ą)\b"), "Rzeczpospolita"),
)
"""Names of papers as they stand behind "w" and "z", and as they are."""
_GERMAN_ARTICLE = re.compile(r"^(?:der|die|das|dem|den|des) (?=[A-ZÄÖÜ])")
_INFLECTED = re.compile(
    r"\b(\w*(?:isch|lich|gemein|deutsch|haupt|Neu|Neuest|Frei|Jung|Unabhängig)e)n"
    r"(?= \w*(?:[Zz]eitung|[Pp]ost|[Pp]resse|[Rr]undschau|[Ss]timme|[Ww]oche|[Ww]elt|Allgemein"
    r"|Nachrichten|Neueste|Zürcher)|$)"
)
"""An adjective in a German name as it stands behind "in der": it ends in -e where it is named."""
_NOBODY = frozenset(
    ("newsagencies", "newsagency", "wireservices", "agencias", "agences", "agencies", "agencje", "agenturen", "agenzie", "archiv", "archivo", "cortesia",
     "elaboracionpropia", "privat", "redaccion", "redaction", "redaktion", "redazione", "symbolbild", "author", "facebook", "family", "her", "here", "him", "instagram", "it", "medium", "substack", "patreon", "youtubechannel",
     "linkedin", "me", "ourwebsite", "photo", "photos", "print", "site", "staff", "them",
     "thissite", "twitter", "us", "video", "website", "x", "youtube")
)  # fmt: skip


def captured(raw: str, outlets: Outlets) -> tuple[str | None, Outlet | None]:
    """The source a free pattern captured, cut where the name ends, and its entry if listed."""
    quoted = _IN_QUOTES.match(raw.strip())
    raw = quoted[1] if quoted else raw
    strong = _STOP.split(_ISSUE.sub("", raw.strip()), maxsplit=1)[0].strip(" \"'“”’«»„*_")
    weak = _WEAK_STOP.split(strong, maxsplit=1)[0]
    strong = _GERMAN_ARTICLE.sub("", _DESCRIBED.sub("", strong))
    for inflected, named in _POLISH:
        strong = inflected.sub(named, strong)
    plain = _INFLECTED.sub(r"\1", strong)
    for name in (strong, plain, _COMPANY.sub("", strong), _PERSON_OF.sub("", strong), weak):
        listed = outlets.find(name)
        if listed is not None:
            return listed.name, listed
    strong = _AGENCIES_TOO.sub("", strong)
    strong = _INFLECTED.sub(r"\1", strong)
    both = _TWO.fullmatch(strong)
    whole = both[1] if both and outlets.find(both[2]) else _PERSON_ON.sub("", strong)
    name = _SOFT_STOP.split(whole, maxsplit=1)[0]
    name = _YEAR.sub("", name.removeprefix("the "))
    key = comparison_key(name)
    nobody = len(key) < 2 or key in _NOBODY or (name.islower() and "." not in name)
    return (None if nobody or _WORK.search(raw) else outlets.name(name)), None
