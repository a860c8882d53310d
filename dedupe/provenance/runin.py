"""A byline that runs into the story because its line breaks are lost: "AFP 2 April 2024 The dam …".

Behind the names stands a date, or a word that only begins a sentence stands there in capitals.
"""

from __future__ import annotations

import re

from dedupe.provenance.alone import Group, Names
from dedupe.provenance.places import Places

LONGEST = 90
"""Code points that may stand before a name in a byline that opens a text."""
_TOWN = (
    r"(?:(?:,| ?[/|·•–-]| (?:in|à|a|en|aus|da|em)) ?| (?=[A-ZÀ-Þ]{3}))"
    r"[A-ZÀ-ÞĀ-ŽÇĞİÖŞÜ][\w’\x27.-]{2,20}(?: [A-ZÀ-Þ][\w’\x27.-]{2,20}(?=,| [A-ZÀ-Þ]))?(?:, [A-ZÀ-Þ][\w’\x27.-]{2,20})?"
)
_POSTED = (
    r"(?:(?=[A-ZÀ-ÞÖ])(?i:publi\w{1,8}|posted|updated|modified|created|actualizado|atualizado|mis à jour|aktualisiert"
    r"|veröffentlicht|aggiornato|opublikowano|giriş|güncelleme|geplaatst|bijgewerkt|publicerad)|publié le|publicado el|mis à jour le)"
)
_DAY = (
    r"(?:(?:[^\W\d]{2,10}\.?,? )?(?:\d{1,2}(?:\.|er|st|nd|rd|th)?[ ./-]{1,2}(?:\d{1,2}|[^\W\d]{3,10})\.?,?[ ./-]{1,2}"
    r"(?:19|20)\d\d|[^\W\d]{3,10}\.? \d{1,2},? (?:19|20)\d\d|\d{1,2}[:h]\d\d)(?!\d))"
)
_DATE = rf"(?:{_DAY}|{_POSTED}[^\n.]{{0,16}}?\d)"
_ENGLISH = "A|An|The|In|On|At|As|After|According|Early|For|From|It|Its|There|This|These|When|While|With|Two|Three|More"
_STARTS = (
    "Un|Une|Le|La|Les|L['’]\\w+|Des|Du|Au|Aux|Dans|En|À|Après|Selon|Pour|Plus|Près|Deux|Trois|Ce|Cette|C['’]est|Il|Elle"
    "|Una|El|Los|Las|Al|Del|Según|Tras|Por|Con|Más|Este|Esta|Dos|Tres|O|Os|As|Um|Uma|No|Na|Nos|Nas|Após|Segundo|Pelo"
    "|Lo|Gli|I|Nel|Nella|Dopo|Secondo|Sono|È|Der|Die|Das|Ein|Eine|Einen|Einem|Einer|Bei|Nach|Im|Am|Mit|Für|Auf|Vor|Zwei|Drei|Mehr|Wegen"
    "|De|Het|Een|Bij|Na|Volgens|Op|Met|Voor|Van|Tussen|Twee|Drie|Ett|Den|Det|Efter|I|På|För|Två|Tre|Et|Etter|Ved|To"
    "|Po|We|W|Na|Z|Ze|Do|Według|Dwóch|Bir|Bu|İlçede|Ve|Kentte|Ülkede|В|На|По|После|У|За|При|Как"
)
_STORY = (
    rf"[ –—:-]{{1,3}}[“\"«]?(?=(?:{_ENGLISH}|{_STARTS})(?![\w’\x27-])[^\n]{{30}})"
    r"(?!(?:A|I|As|O|No|To|We|Do|In|On|At|For) [A-ZÀ-Þ]|(?:Los|Las|San|El|La|Le|The) (?:Angeles|Vegas|Paz|Paso|Mans|Hague)\b)"
)
_BY = re.compile(r"(?:By|BY|Par|PAR|Por|POR|Von|VON|Door|Av|Af):? ")
_UNDER_BY = re.compile(
    r" (?!(?i:photos?|images?|video|graphics?|news|radio|tv)\b)(?=[“\"A-ZÀ-ÞĞİŞ][\w’\x27“]*,? [^\n]{30})"
)
_UNDER_BAR = re.compile(rf" (?=(?:{_ENGLISH}|{_STARTS}) [^\n]{{30}})")
"""Only a word that begins sentences: behind a town and a bar, or a name that is also a word."""
_LEAD = re.compile(
    r"[^\w(]{0,3}(?:(?i:by|from|par|por|von|di|da|door|av|af|sources?|quelle|fuente|fonte|auteur|autor|agencia"
    r"|agence|agenzia|agência|text|texte) ?:? ?)?"
)
_BEFORE = re.compile(
    r"(?:la |the |The |l['’])|(?:[\w’\x27.-]{2,20} |(?:[A-ZÀ-Þ][\w’\x27.-]{0,20} ){2,4})(?:(?i:avec|with|con|mit|et|and|und|y|e|com|for)(?: la| the| l['’])? )"
    r"|[A-ZÀ-Þ][\w’\x27.-]{2,20}(?: [A-ZÀ-Þ][\w’\x27.-]{2,20})? ?\| ?"
    r"|(?:[A-ZÀ-Þ][\w’\x27.-]{1,20}(?: ?[,/|–-] ?| )){2,4}(?:The |the )?|(?i:reda[ckç]\w{2,7}|staff|agencias?|agências?) ?/ ?"
)
_JOIN = re.compile(
    r" ?[,/|&+–-]{1,2} ?|,? (?:and|et|e|y|und|i|en|och|og|ve|avec|with|con|mit|com)(?: la| the)? |, (?:la|the) "
)
_OWN = re.compile(
    r"(?: (?i:staff(?: writers?| reporters?)?|reporters?|writers?|correspondents?)\b| (?:and|et|e|y|und|i|en) [\w’\x27]{2,16} (?i:staff|reporters?|agencies))"
)
_BESIDE = re.compile(
    r" (?:(?:Periódico|Diario|Journal|Jornal|Radio|Redacción|Redação|La|Le|El|The) ){0,2}"
)
_BETWEEN = rf"(?:{_TOWN}| [A-ZÀ-Þ][a-zà-ÿ]{{2,15}}(?= (?:Actualizado|Publicado|Mis à jour|Publié|Updated|Posted)\b))?[ \t\u00a0,|•·:–/-]{{1,5}}(?:[A-ZÁÉÍÓÚ]{{3,10}} {{1,2}})?"
_DATED = re.compile(_BETWEEN.replace(r"\t", r"\s") + _DATE)
_ON_A_DAY = re.compile(_BETWEEN + _DAY)
_MONTH = (
    "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|enero|febrero|marzo|mayo|junio"
    "|julio|septiembre|octubre|noviembre|diciembre"
)
_LEADS_UP = re.compile(
    r"(?:(?<![\w’\x27])[^\W\dA-ZÀ-Þ][\w’\x27]{1,24}[.!?:]?|[.!?:”\"»]|\b(?:By|Par|Por|Von|From|Di)) {1,3}\Z|[ (][a-z]{2,4}/\Z"
)
"""No photographer, nor a word that goes on with the name."""
_STARTED = re.compile(
    rf"(?:{_TOWN}\.?)?{_STORY}"
    r"|[ ,/–-]{1,3}(?!PHOTO|FOTO|IMAGE|FILE|VIDEO|POOL|FORUM|NEWS|LIVE|EXCLUSIVE)[A-ZÀ-ÞĞİŞ]{4,}(?: [A-ZÀ-ÞĞİŞ]{2,})?"
    r"(?:, ?[A-ZÀ-Þ][\w’-]+)?[:,.]?(?: [–—-]{1,2})? (?=[A-ZÀ-ÞĞİŞ][a-zà-ÿçğıöşü][^\n]{30})"
    r"| [A-ZÀ-Þ][\w’\x27-]{2,20}(?: [A-ZÀ-Þ][\w’\x27-]{2,20})? ?\| ?(?=[“\"«]?[A-ZÀ-Þ][^\n]{30})"
    rf"| \d{{1,2}} (?:de )?(?i:{_MONTH}) (?=[“\"«]?[A-ZÀ-Þ][^\n]{{30}})"
    rf"| (?!Photo|Foto|Image|Video|News|Bild)[A-ZÀ-Þ][a-zà-ÿ]{{3,14}}\.? (?=(?:{_STARTS}) [a-zà-ÿA-Z][^\n]{{30}})"
)
"""A town in capitals tells as much as the first word of a sentence."""
_WORDY = re.compile(rf" (?:{_ENGLISH}) ")
"""In English names like "PA" and "TT" are more often what a sentence is about."""
_BRACKETED = re.compile(r"\) ?[–—:-]{0,2} ?(?=[“\"«A-ZÀ-ÞĞİŞ\u0590-\u06ff][^\n]{60})")
_DASHES = ("-", "–", "—", ":")
_TOLD = re.compile(
    r"(?i:photo|foto|image|bild|video|picture|credit|caption|file|©|\([cC]\)|\b(?:to|by|from|the|of|told|via|and|with|for"
    r"|der|die|das|an|von|laut|la|le|el|à|par|avec|selon|de|del|según|a|na|do|przez|dla|z)) ?[:/]?\s?$"
)


def run_in(
    body: str, span: tuple[int, int], names: Names, places: Places, *, weak: bool
) -> Group | None:
    """The byline around a mention in the head of a text, if the story follows in the same line.

    With ``weak`` the name is also a word or part of a person's.
    """
    if span[0] >= places.head_end:
        return None
    if span[0] - places.begin <= LONGEST:
        found = _opening(body, places.begin, names, weak=weak)
        if found is not None and found.start <= span[0] < found.end:
            return found
    # In the middle of a line only a full date tells a byline from a sentence or a photo credit.
    low = max(places.begin, span[0] - 30)
    if _LEADS_UP.search(body, low, span[0]) is None or _TOLD.search(body, low, span[0]):
        return None
    stop = _joined(body, span[0], names)
    return _group(body, span[0], stop) if _ON_A_DAY.match(body, stop) else None


def _opening(body: str, begin: int, names: Names, *, weak: bool) -> Group | None:
    """The names with which a text opens, and who stands with them."""
    if body.startswith("(", begin) and begin + 1 in names:
        stop = names[begin + 1]
        return _group(body, begin, stop + 1) if _BRACKETED.match(body, stop) else None
    lead = _LEAD.match(body, begin)
    start = lead.end() if lead else begin
    if begin in names:
        start = begin
    first = min((one for one in names if one >= start), default=start + LONGEST + 1)
    if first - start > LONGEST or (first > start and not _BEFORE.fullmatch(body, start, first)):
        return None
    stop = _joined(body, first, names)
    # A state stands behind its town as an agency does behind a person.
    if first > start and body[stop : stop + 3].lstrip()[:1] in _DASHES:
        return None
    ends = _DATED.match(body, stop) or _STARTED.match(body, stop)
    if ends is None and first > start and body[:first].rstrip().endswith("|"):
        ends = _UNDER_BAR.match(body, stop)
    if ends is not None and weak and begin == first and _WORDY.match(body, stop):
        return None
    if ends is None and _BY.match(body, begin):
        ends = (_UNDER_BAR if weak else _UNDER_BY).match(body, stop)
    if ends is None:
        return None
    return _group(body, begin, stop)


def _joined(body: str, start: int, names: Names) -> int:
    """Where the last of the names ends that are joined to the one here."""
    stop = names[start]
    join = _JOIN.match(body, stop)
    while join is not None and join.end() in names:
        stop = names[join.end()]
        join = _JOIN.match(body, stop)
    own = _OWN.match(body, stop)
    if own is not None:
        return own.end()
    beside = _BESIDE.match(body, stop)
    return names[beside.end()] if beside is not None and beside.end() in names else stop


def _group(body: str, start: int, stop: int) -> Group:
    end = body.find("\n", stop)
    line = (body.rfind("\n", 0, start) + 1, end if end >= 0 else len(body))
    return Group(start=start, end=stop, line=line, shape="run-in")
