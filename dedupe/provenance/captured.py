"""What free patterns capture, cut to the name of a source."""

from __future__ import annotations

import re

from dedupe.sources import Outlet, Outlets, comparison_key

_STOP = re.compile(
    r"[,;|(<>\n]|[.:]\s|[.]$|\s[-–—]\s|[\x27’]s\b|\shttps?:"
    r"|\s(?:under|with|as part|via|here|where|who|which)\b"
    r"|\s(?:on|in|at)\s(?=\d|[A-Z][a-z]{2,8}\.?\s\d|its\b|our\b|the\b|their\b)"
)
_WEAK_STOP = re.compile(r"\s(?:and|on|in|at|as|for|by|to|is|was|has|before|after|through)\b")
_ISSUE = re.compile(r"^.{0,40}\b(?:issue|edition|website|pages?|blog) of (?=[Tt]he |[A-Z])")
_WORK = re.compile(
    r"^[\"“‘]|[\x27’]s\b|\b(?:book|novel|memoir|monologue|newsletter|podcast|lecture|speech|episode"
    r"|testimony|remarks)\b"
)
"""Adapted from a work, not taken from a publisher: unless what it names is listed."""
_NOBODY = frozenset(
    ("agencies", "author", "facebook", "family", "her", "here", "him", "instagram", "it",
     "linkedin", "me", "ourwebsite", "photo", "photos", "print", "site", "staff", "them",
     "thissite", "twitter", "us", "video", "website", "x", "youtube")
)  # fmt: skip


def captured(raw: str, outlets: Outlets) -> tuple[str | None, Outlet | None]:
    """The source a free pattern captured, cut where the name ends, and its entry if listed."""
    strong = _STOP.split(_ISSUE.sub("", raw.strip()), maxsplit=1)[0].strip(" \"'“”’*_")
    for name in (strong, _WEAK_STOP.split(strong, maxsplit=1)[0]):
        listed = outlets.find(name)
        if listed is not None:
            return listed.name, listed
    name = name.removeprefix("the ")
    key = comparison_key(name)
    nobody = len(key) < 2 or key in _NOBODY or (name.islower() and "." not in name)
    return (None if nobody or _WORK.search(raw) else outlets.name(name)), None
