"""Numbers that are written in words: "twelve", "einundzwanzig", "treinta y dos", "十二人"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np

from dedupe.terms.page import Page
from dedupe.words import split

Spelled: TypeAlias = tuple[int, int, int]
"""First word, word behind the last, and the number."""

_UNITS: Mapping[int, str] = {
    2: "two zwei deux dos due dois duas twee два две двух två",
    3: "three drei trois tres tre três drie три трёх трех",
    4: "four vier quatre cuatro quattro quatro четыре четырёх четырех fyra",
    5: "five fünf cinq cinco cinque vijf пять пяти fem",
    6: "six sechs seis sei zes шесть шести sex",
    7: "seven sieben sept siete sette sete zeven семь семи sju",
    8: "eight acht huit ocho otto oito восемь восьми åtta",
    9: "nine neun neuf nueve nove negen девять девяти nio",
}
_ONES = "one eins un une uno una um uma один одна одного"
"""Told behind tens only: alone they are articles or pronouns."""
_TEENS: Mapping[int, str] = {
    10: "ten zehn dix diez dieci dez tien tio десять десяти",
    11: "eleven elf onze once undici elva одиннадцать одиннадцати",
    12: "twelve zwölf douze doce dodici doze twaalf tolv двенадцать двенадцати",
    13: "thirteen dreizehn treize trece tredici treze dertien тринадцать тринадцати",
    14: "fourteen vierzehn quatorze catorce quattordici catorze veertien четырнадцать",
    15: "fifteen fünfzehn quinze quince quindici vijftien пятнадцать пятнадцати",
    16: "sixteen sechzehn seize dieciséis sedici dezesseis dezasseis zestien шестнадцать",
    17: "seventeen siebzehn diecisiete diciassette dezessete dezassete zeventien семнадцать",
    18: "eighteen achtzehn dieciocho diciotto dezoito achttien восемнадцать",
    19: "nineteen neunzehn diecinueve diciannove dezenove dezanove negentien девятнадцать",
}
_TENS: Mapping[int, str] = {
    20: "twenty zwanzig vingt vingts veinte venti vinte twintig двадцать двадцати",
    30: "thirty dreißig trente treinta trenta trinta dertig тридцать тридцати",
    40: "forty vierzig quarante cuarenta quaranta quarenta veertig сорок сорока",
    50: "fifty fünfzig cinquante cincuenta cinquanta cinquenta vijftig пятьдесят пятидесяти",
    60: "sixty sechzig soixante sesenta sessanta sessenta zestig шестьдесят шестидесяти",
    70: "seventy siebzig septante setenta settanta zeventig семьдесят семидесяти",
    80: "eighty achtzig huitante ochenta ottanta oitenta tachtig восемьдесят восьмидесяти",
    90: "ninety neunzig nonante noventa novanta negentig девяносто",
}
_HUNDREDS: Mapping[int, str] = {
    100: "ciento cento сто",
    200: "doscientos doscientas duecento duzentos duzentas двести",
    300: "trescientos trescientas trecento trezentos trezentas триста",
    400: "cuatrocientos cuatrocientas quattrocento quatrocentos quatrocentas четыреста",
    500: "quinientos quinientas cinquecento quinhentos quinhentas пятьсот",
    600: "seiscientos seiscientas seicento seiscentos seiscentas шестьсот",
    700: "setecientos setecientas settecento setecentos setecentas семьсот",
    800: "ochocientos ochocientas ottocento oitocentos oitocentas восемьсот",
    900: "novecientos novecientas novecento novecentos novecentas девятьсот",
}
_SCALES: Mapping[int, str] = {
    100: "hundred hundert honderd",
    10**3: "thousand tausend mille mil mila duizend тысяч тысячи тысяча",
    10**6: "million millions millionen millón millones milioni milhões miljoen миллиона миллионов",
    10**9: "billion milliarden milliards miliardi miljard миллиарда миллиардов",
}
"""Told behind another number only: "hundreds of", "a million"."""
_JOINING = "y e et und en and"
_AMBIGUOUS = frozenset(("sex", "once", "due", "nove", "otto", "elf", "tio", "sei", "sept"))
"""Words of other languages too, or other words of theirs: told behind another number only."""
_ONE, _BOUND, _UNIT, _TEEN, _TEN, _HUNDRED, _SCALE = range(7)
"""What part of a number a word is."""
_NUMERALS = {sign: k for k, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_COUNTERS = "人名位岁歲歳个個件台臺辆輛艘架栋棟户戸戶家所间間年月日时時小元円圆欧美度次回匹头隻只枚票席倍级級公千米吨噸"
_GERMAN = ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_DUTCH = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_ITALIAN = ("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")
_TWENTIES = "uno dós trés cuatro cinco séis siete ocho nueve"


def spelled(page: Page) -> list[Spelled]:
    """The numbers in words that stand on a page, in order; of one, hundreds and millions none alone."""
    return sorted([*in_letters(page), *_in_signs(page)])


def in_letters(page: Page) -> Iterator[Spelled]:
    """Those in words of letters, without Han numerals."""
    joining = _joining()
    run: list[int] = []
    for k in _places(page, _words()):
        if run and not _follows(page, run[-1], k, joining):
            yield from _read(page, run)
            run = []
        run.append(k)
    yield from _read(page, run)


def _follows(page: Page, last: int, this: int, joining: frozenset[int]) -> bool:
    """One space or hyphen stands between the two, or a word for "and" between such."""
    if this == last + 2 and int(page.hashes[last + 1]) in joining:
        return _beside(page, last + 1) and _beside(page, this)
    return this == last + 1 and _beside(page, this)


def _beside(page: Page, word: int) -> bool:
    near = page.text[word] == page.text[word - 1] and page.start[word] == page.end[word - 1] + 1
    return bool(near and chr(int(page.codes[page.end[word - 1]])) in " -\u00a0")


def _read(page: Page, run: Sequence[int]) -> Iterator[Spelled]:
    """The numbers of words that follow each other."""
    number = _Number()
    for k in run:
        role, value = _words()[int(page.hashes[k])]
        if not number.takes(k, role, value):
            yield from number.told()
            number = _Number()
            number.takes(k, role, value)
    yield from number.told()


class _Number:
    """A number as it is put together word by word."""

    def __init__(self) -> None:
        self._total = self._part = 0
        self._places: list[int] = []

    def takes(self, place: int, role: int, value: int) -> bool:
        """The next word belongs to the number; so it has been added."""
        part = self._part
        if role == _SCALE:
            if not part and not self._total:
                return False
            if value == 100:
                if not 0 < part < 100:
                    return False
                self._part = part * 100
            elif part:
                self._total, self._part = self._total + part * value, 0
            else:
                self._total *= value
        elif role == _TEN and value == 20 and part == 4:
            self._part = 80  # "quatre-vingts"
        elif self._fits(role, value):
            self._part = part + value
        else:
            return False
        self._places.append(place)
        return True

    def _fits(self, role: int, value: int) -> bool:
        tail = self._part % 100
        if role == _HUNDRED:
            return not self._part
        if role == _TEN:
            return not tail
        if role == _TEEN:
            return tail in {0, 60, 80}  # "soixante-dix"
        if role == _ONE:
            return tail >= 20 and not tail % 10
        if role == _BOUND and not self._part:
            return False
        return tail % 10 == 0 and (tail != 10 or value >= 7)  # "dix-sept"

    def told(self) -> Iterator[Spelled]:
        """The number, if there is one."""
        if self._places:
            yield self._places[0], self._places[-1] + 1, self._total + self._part


def _in_signs(page: Page) -> Iterator[Spelled]:
    """Han numerals right before what they count."""
    if not page.unspaced.any():
        return
    values, counters = _signs()
    run: list[int] = []
    for k in [*_places(page, values), -1]:
        if run and (k < 0 or k != run[-1] + 1 or page.start[k] != page.end[k - 1]):
            behind = run[-1] + 1
            if behind < len(page.start) and page.start[behind] == page.end[behind - 1]:
                number = _han([values[int(page.hashes[one])] for one in run])
                if number and int(page.hashes[behind]) in counters:
                    yield run[0], behind, number
            run = []
        run.append(k)


def _han(signs: Sequence[tuple[int, int]]) -> int:
    """The value of Han numerals: figures one after the other, or with tens, hundreds and so on."""
    if all(role == _UNIT for role, _ in signs):
        return int("".join(str(value) for _, value in signs))
    total = part = digit = 0
    for role, value in signs:
        if role == _UNIT:
            digit = value
        elif value < 10**4:
            part, digit = part + (digit or 1) * value, 0
        else:
            total, part, digit = (total + part + digit) * value, 0, 0
    return total + part + digit


def _places(page: Page, words: Mapping[int, tuple[int, int]]) -> list[int]:
    """Where one of these words stands."""
    known = np.sort(np.array(list(words), np.uint64))
    nearest = np.minimum(np.searchsorted(known, page.hashes), len(known) - 1)
    found: list[int] = np.flatnonzero(known[nearest] == page.hashes).tolist()
    return found


@cache
def _words() -> Mapping[int, tuple[int, int]]:
    """Hashes of words for numbers, with what part of a number each is."""
    told: dict[str, tuple[int, int]] = {}
    for word, value in _compounds():
        told[word] = (_TEEN, value)
    tables = (
        (_UNIT, _UNITS),
        (_TEEN, _TEENS),
        (_TEN, _TENS),
        (_HUNDRED, _HUNDREDS),
        (_SCALE, _SCALES),
    )
    for role, table in tables:
        told |= {word: (role, value) for value, line in table.items() for word in line.split()}
    told |= dict.fromkeys(_ONES.split(), (_ONE, 1))
    told |= {word: (_BOUND, told[word][1]) for word in _AMBIGUOUS & told.keys()}
    return dict(zip(split(list(told)).hashes.tolist(), told.values(), strict=True))


def _compounds() -> Iterator[tuple[str, int]]:
    """Tens and units written as one word: German, Dutch, Italian, and the Spanish twenties."""
    for k in range(1, 10):
        yield f"veinti{_TWENTIES.split()[k - 1]}", 20 + k
        for ten, line in _TENS.items():
            german, dutch, italian = line.split()[1], _dutch(ten), _italian(ten)
            yield f"{_GERMAN[k - 1]}und{german}", ten + k
            yield f"{_DUTCH[k - 1]}{'ën' if _DUTCH[k - 1].endswith('e') else 'en'}{dutch}", ten + k
            stem = italian[:-1] if k in {1, 8} else italian
            yield f"{stem}{'tré' if k == 3 else _ITALIAN[k - 1]}", ten + k
            yield f"{stem}{_ITALIAN[k - 1]}", ten + k
    for k in range(2, 10):
        yield f"{_GERMAN[k - 1]}hundert", 100 * k
        yield f"{_DUTCH[k - 1]}honderd", 100 * k


def _dutch(ten: int) -> str:
    return ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"][
        ten // 10 - 2
    ]


def _italian(ten: int) -> str:
    tens = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta"
    return tens.split()[ten // 10 - 2]


@cache
def _joining() -> frozenset[int]:
    return frozenset(split([_JOINING]).hashes.tolist())


@cache
def _signs() -> tuple[Mapping[int, tuple[int, int]], frozenset[int]]:
    """Hashes of Han numerals with their values, and of the signs for what is counted."""
    told = {sign: (_UNIT, value) for sign, value in _NUMERALS.items()}
    told |= {sign: (_SCALE, value) for sign, value in _POWERS.items()}
    hashes = split(list(told)).hashes.tolist()
    counters = split([_COUNTERS]).hashes.tolist()
    return dict(zip(hashes, told.values(), strict=True)), frozenset(counters)
