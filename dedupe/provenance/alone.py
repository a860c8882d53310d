"""Where names stand alone: a line of its own, brackets or a dash that close a paragraph.

Every word of such a group is a listed source, initials, a date or one of a few small words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

LINE = 110
"""Code points of the longest line, and of the longest brackets, that are looked at."""
Names: TypeAlias = Mapping[int, int]
"""Where each name that stands in a text begins, and where it ends."""

_WORD = (
    r"(?i:by|with|from|via|and|the|of|in|at|on|mit|und|von|der|avec|et|par|con|de|del|la|y|e|i|com|da|do|ve|ile"
    r"|og|och|med|met|en|z|za|news|media|wires?|newswires?|services?|agency|agencies|agencias|agências|agenturen"
    r"|agences|agenzie|ajanslar|haber|merkezi|servisi|kaynak|kaynağı|staff|desk|bureau|reporters?|writers?|correspondents?|team|newsroom|online"
    r"|updated|posted|published|last|modified|created|report|red|redacción|redazione|redaktion|rédaction|redação|redakce"
    r"|redakcja|redactie|agencia|agência|agence|agenzia|agentur|autor|auteur|autore|door|av|af|publié|publicado|le"
    r"|el|il|am|vom|à|uhr|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin"
    r"|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto"
    r"|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre"
    r"|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|stycznia|lutego|marca"
    r"|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
    r"|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
    r"|january|february|march|april|august|september|october|november|december"
    r"|am|pm|a\.m|p\.m|ist|est|edt|e[ts]|pst|pdt|gmt|utc|cet|bst|hrs?)(?!\w)"
)
_FILLER = re.compile(
    rf"[^\w\s@:]+|:(?!//)|\s+|{_WORD}|\d[\d:.,]*(?:st|nd|rd|th|h)?(?!\w)"
    r"|(?!(?:H/T|THE|GET|FOR|OUR|YOUR|NEW|ALL|NOT|YOU|HOW|WHY|WHO)\b)[A-ZÀ-Þ]{1,4}(?!\w)"
    r"|(?!(?:the|for|was|its|has|had|his|her|who|not|are|but|she|you|all|can|out|one|new|may|is|it|he|we"
    r"|so|no|as|an|or|if|be|go|up|my|me|us|to|pic|pix|img)\b)[a-zß-ÿ]{2,3}(?!\w)|[a-z]{4}(?=/)|(?<=/)[a-z]{4}(?!\w)"
)
_STRANGER = re.compile(
    r"(?!(?:Photo|Image|File|Video|Courtesy|Credit|Source|Quelle|Fuente|Fonte|Kaynak|Bron|Kilde|Autor|Text|Tekst|Texte|Topics|Tags|Illustration|Graphic|Caption|Watch|Read|More|Latest|Live"
    r"|Foto|Bild|Breaking|Opinion|Analysis)\b)[A-ZÀ-Þ][\w.’'-]*[\w’'](?: [A-ZÀ-Þ][\w.’'-]*[\w’']){0,2}(?= ?(?:[,|·•.:–—-]|$))"
)
"""A town or a person, before a sign or the end of the line."""
_LIKE_A_TOWN = re.compile(
    r"[\w’'-]+|(?:New|San|Santa|Los|Las|Abu|Hong|Kuala|Tel|Buenos|Mexico|Kuwait|Cape|Addis|St|Saint|Phnom|Ho"
    r"|Rio|Sao|São|Santo|La|El|Port|Panama|Guatemala|Vatican|Quezon|Cebu|Salt|Kansas|Sri|Dar|The) .+"
)
_SIGNS = ",|·•.:–—-/ "
_DATED_LINE = re.compile(r"\b(?:Updated|Posted|Published)\b|\b\d{4}\b|\d:\d", re.IGNORECASE)
_BARRED = re.compile(r"\||·|\b(?:Updated|Posted|Published)\b|\d:\d", re.IGNORECASE)
_TOWN_BEFORE = re.compile(
    r"\s*(?!SOURCE|FONTE|FUENTE|QUELLE|KAYNAK)[A-ZÀ-Þ]{3,}(?: [A-ZÀ-Þ]{3,})?: ?"
)
_OPEN = re.compile(r"[(（\[【][^()（）\[\]【】\n]{0,80}$")
_INITIALS = re.compile(r"(?<![\w/])[a-z]{2,4}/[a-z]{2,4} $")
_CLOSE = re.compile(r"[^()（）\[\]【】\n]{0,80}(?:[)）\]】]|\Z)")
_RULE_OFF = re.compile(r"[^\w:]{0,4}$", re.MULTILINE)
_DASH = re.compile(
    r"(?:(?<=[.!?…。”\"’'»)\]])[ \u00a0]*(?:--?|[–—−]|/{1,2})|(?<=\s)(?:--?|[–—−])"
    r"|(?<=[.!?…”\"’»])(?=[ \u00a0]))[ \u00a0]?(?=\S)"
)
_BARE = re.compile(r"[^\W\d][^\d|—–\n]{0,40}")
"""What may stand behind a sentence without a dash."""
_CITED = re.compile(r", ?\d{4}\W*$")
_PERSON = re.compile(r"[A-ZÀ-Þ][\w’\x27.-]* [A-ZÀ-Þ][\w’\x27-]+\s*$")
_DATED = re.compile(r"\d{1,2}(?:[ /][a-zà-ž]{3,10}\.?)?(?: \d{4})? $", re.IGNORECASE)
_PICTURE = re.compile(
    r"\bfot\.\s|\b\w{0,12}?(?:photo|foto|image|imagen|picture|pic|bild|video|credit|crédit|photograph|zdjęcie|fot|kuva|beeld|kép|snímek|immagine|фото|снимка|світлина|görsel|görüntü|ảnh|hình|צילום)\w*(?: (?:d[\x27’]archiv\w*|de archivo|archiwaln\w|de arquivo|di repertorio|d[\x27’]illustration))?\s*[:/|(]"
    r"|(?:صورة|تصوير|عکس|فوٹو|फोटो|图|圖|写真|摄影|攝影|사진|ภาพ)\s*[:/|(：／＝=]|\[[^\]\n=]{2,20}=[^\]\n]{2,20}\]\W*$",
    re.IGNORECASE,
)
_ROLES = 200
"""Code points of the longest line that names who wrote, who took the picture and whose page it is."""
_ROLE = re.compile(
    r"\b(?:photo|foto|image|picture|bild|grafik|graphic|video)\w*\s?(?::|by\b)", re.IGNORECASE
)
_PART = re.compile(
    r"\s*(?:[;|•·]|\.(?=\s)|,(?=\s*(?:photo|foto|image|picture|bild|text|video|©)))\s*|(?<=[)\]]) ",
    re.IGNORECASE,
)
_TEXT_BY = re.compile(
    r"(?:text|story|report|tekst|texte|texto|testo)(?: by)?\s?:?\s?", re.IGNORECASE
)
_FURNISHED = re.compile(
    r"[)\]）】.]{0,2}(?:[,/|] ?[\w.’ -]{2,40}?)?[)\]）】]?\s{1,3}(?=#\w|©|Join |Read (?:more|also|next)|Related\b|Subscribe|Sign [Uu]p"
    r"|Follow (?:us|@)|Share\b|Tags?\b|Topics?\b|Remaining Time|Photos?(?: by\b|:)|View [Cc]omments|Comments\b|Copyright|Get the |Click "
    r"|Watch:|Listen|More (?:from|on|stories)|Also [Rr]ead|Advertise|First [Pp]ublished|Published|Updated|Last [Uu]pdated"
    r"|Lire aussi|À lire|Suivez|Abonne|Partager|Leer más|Lea también|Síguenos|Suscr|Vea también|Temas|Etiquetas|Leia|Siga "
    r"|Compartilhe|Mehr zum|Themen\b|Schlagw|Lesen Sie|Folgen Sie|Zur Startseite|Leggi|Seguici|Condividi|Riproduzione|Czytaj|Zobacz"
    r"|Udostępnij|Źródło zdj|Lees ook|Läs mer|Les også|Læs også|Etiketler|İlgili [Hh]aber|Bizi |Читайте|Подпис|Подпиш|Теги"
    r"|Most [Rr]ecent |Dzięki, że |Recibe (?:todos|cada|las|los|en)|Saiba [Mm]ais|Gostou d|Te puede interesar|Ver más"
    r"|Ämnen i artikeln|Haber Giriş|Napisz do nas"
    r"|Фото|اقرأ|تابع|شارك|责任编辑|責任編輯|编辑|編輯|関連|관련기사)"
)
"""Where furniture of the page stands behind names in the same line, its line breaks lost."""
_LABEL = re.compile(
    r"(?:المصدر|منبع|источник|джерело|kaynak|来源|來源|출처|sumber)\s?[:：]", re.IGNORECASE
)
"""Names behind it are its sources, however they are parted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Where names stand alone, and how they are set off."""

    start: int
    end: int
    line: tuple[int, int]
    """The line it stands in."""
    shape: str
    """``line``, ``town`` (a line with the town they report from), ``part`` (of a line with photo
    credits), ``brackets``, ``dash`` or ``bare`` (behind a sentence)."""


def may_be_alone(body: str, span: tuple[int, int]) -> bool:
    """Whether ``names_alone`` may find a group: nearly all mentions are too far from a line's end."""
    start, end = span
    if end + LINE >= len(body) or body.find("\n", end, end + LINE + 1) >= 0:
        return True
    if _FURNISHED.match(body, end):
        return True
    # Only a short line with roles may go on so far behind its names.
    begin = body.rfind("\n", max(0, start - _ROLES), start) + 1
    begin = begin or max(0, start - _ROLES)
    return body.find("\n", end, begin + _ROLES + 1) >= 0 or begin + _ROLES >= len(body)


def names_alone(body: str, span: tuple[int, int], names: Names) -> Group | None:
    """The names that close a paragraph or fill a line, if nothing but names does."""
    start, end = span
    line_start = body.rfind("\n", 0, start) + 1
    stop = body.find("\n", end)
    line_end = stop if stop >= 0 else len(body)
    furniture = _FURNISHED.match(body, end, line_end)
    line_end = furniture.end() if furniture else line_end
    found: tuple[int, int, str] | None = None
    if line_end - line_start <= LINE:
        found = _whole_line(body, line_start, line_end, names)
    found = (
        found
        or _segment(body, span, (line_start, line_end), names)
        or _brackets(body, span, (line_start, line_end), names)
        or _behind_dash(body, span, (line_start, line_end), names)
    )
    if found is None:
        return None
    begin, stop, shape = found
    text = body[begin:stop]
    begin, stop = begin + len(text) - len(text.lstrip()), stop - len(text) + len(text.rstrip())
    return Group(start=begin, end=stop, line=(line_start, line_end), shape=shape)


def _whole_line(body: str, start: int, end: int, names: Names) -> tuple[int, int, str] | None:
    """The line, if it holds nothing but names, or these and the town they report from."""
    if _PICTURE.search(body, start, end) or "©" in body[start:end]:
        return None
    if _only_names(body, start, end, names):
        return start, end, "line"
    town = _TOWN_BEFORE.match(body, start, end)
    if town is not None and _only_names(body, town.end(), end, names):
        return start, end, "town"
    return (start, end, "town") if _with_strangers(body, start, end, names) else None


def _segment(
    body: str, span: tuple[int, int], line: tuple[int, int], names: Names
) -> tuple[int, int, str] | None:
    """The names between two signs in a line that also credits a picture or states rights."""
    if line[1] - line[0] > _ROLES or _ROLE.search(body, *line) is None:
        return None
    start = max((one.end() for one in _PART.finditer(body, line[0], span[0])), default=line[0])
    part = _PART.search(body, span[1], line[1])
    end = part.start() if part else line[1]
    text = _TEXT_BY.match(body, start, end)
    begin = text.end() if text else start
    if _PICTURE.search(body, start, end) or not _only_names(body, begin, end, names):
        return None
    return start, end, "part"


def _with_strangers(body: str, start: int, end: int, names: Names) -> bool:
    """Names and, set off from them, a town or a person; two of these beside a date or a bar."""
    position, named, strangers = start, False, 0
    while position < end:
        word = None if position in names else _FILLER.match(body, position, end)
        if position in names:
            position, named = names[position], True
        elif word is not None:
            position = word.end()
        else:
            stranger = _STRANGER.match(body, position, end)
            if stranger is None or not _set_off(body, stranger, (start, end), names):
                return False
            position, strangers = stranger.end(), strangers + 1
    return named and strangers <= (2 if _BARRED.search(body, start, end) else 1)


def _set_off(body: str, stranger: re.Match[str], line: tuple[int, int], names: Names) -> bool:
    """Signs part it from what stands beside it, and right behind a name it is no photographer."""
    before = body[line[0] : stranger.start()].rstrip()
    bare = line[0] + len(before.rstrip(_SIGNS))
    follows = before.endswith("/") or (
        bare in names.values() and _DATED_LINE.search(body, *line) is None
    )
    if follows and _LIKE_A_TOWN.fullmatch(stranger[0]) is None:
        return False
    return not before or before[-1] in _SIGNS or before.lower().endswith((" by", " in"))


def _brackets(
    body: str, span: tuple[int, int], line: tuple[int, int], names: Names
) -> tuple[int, int, str] | None:
    """Brackets around names, if they close the line."""
    closed = _CLOSE.match(body, span[1])
    if closed is None or _RULE_OFF.match(body, closed.end(), line[1]) is None:
        return None
    opened = _OPEN.search(body, max(line[0], span[0] - LINE), span[0])
    if opened is None:
        return None
    # Behind a photo credit the initials of the outlet's own people begin the sign-off.
    staff = _INITIALS.search(body, line[0], opened.start())
    if _PICTURE.search(body, line[0], opened.start() + 1) and staff is None:
        return None
    if _CITED.search(body, span[1], closed.end()) or _DATED.search(body, line[0], opened.start()):
        return None
    begin, stop = opened.start(), closed.end()
    return (begin, stop, "brackets") if _only_names(body, begin, stop, names) else None


def _behind_dash(
    body: str, span: tuple[int, int], line: tuple[int, int], names: Names
) -> tuple[int, int, str] | None:
    """A dash or the end of a sentence, and names, if they close the line."""
    if line[1] - span[1] > LINE:
        return None
    for dash in _DASH.finditer(body, max(line[0], span[0] - LINE), span[0] + 1):
        bare = not dash[0].strip()
        if bare and _BARE.fullmatch(body, dash.end(), line[1]) is None:
            continue
        person = "/" in dash[0] and _PERSON.search(body, line[0], dash.start())
        if not person and _only_names(body, dash.end(), line[1], names):
            break
    else:
        return None
    if _PICTURE.search(body, line[0], span[0]) or _LABEL.search(body, line[0], span[0]):
        return None
    return dash.end() - len(dash[0].lstrip()), line[1], "bare" if bare else "dash"


def _only_names(body: str, start: int, end: int, names: Names) -> bool:
    """Sources, initials, dates and small words fill the range, with one source at least."""
    position, named = start, False
    while position < end:
        name = names.get(position)
        if name is None:
            word = _FILLER.match(body, position, end)
            if word is None:
                return False
            position = word.end()
        else:
            position, named = name, True
    return named
