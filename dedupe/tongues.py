"""The words by which languages name months and days, as they stand in dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MONTH_NAMES = (
    "january jan januar janvier enero ene gennaio gen janeiro januari янв января styczeń stycznia",
    "february feb februar février fév febrero febbraio fevereiro fev februari февраля фев lutego",
    "march mar märz marz mars marzo março maart марта мар marca",
    "april apr avril avr abril aprile abr апреля апр kwietnia",
    "may mai mayo maggio mag maio mei maj мая maja",
    "june jun juni juin junio giugno giu junho июня июн czerwca",
    "july jul juli juillet juil julio luglio lug julho июля июл lipca",
    "august aug août aout agosto ago augustus augusti августа авг sierpnia",
    "september sept sep septembre septiembre settembre set setembro сентября сен września",
    "october oct oktober okt octobre octubre ottobre ott outubro out октября окт października",
    "november nov novembre noviembre novembro ноября ноя listopada",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro декабря дек grudnia",
)
"""Month names as they stand in dates (English, German, French, Spanish, Italian, Portuguese,
Dutch, Swedish, Russian, Polish), short forms included; position = month - 1."""
MONTHS = {name: k + 1 for k, names in enumerate(MONTH_NAMES) for name in names.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The words by which a language names days near publication."""

    marker: str
    """Stands in nearly every text of this language and in few others; "" for every text."""
    weekdays: str
    """Monday to Sunday."""
    relative: Mapping[str, int]
    """Days from publication. "Morgen" and "mañana" are mornings too and stay out."""
    after: tuple[str, ...] = ()
    """Words before or after a weekday that make it the next one, "next Monday"."""
    before: tuple[str, ...] = ()
    """Words that make it one strictly before publication, "last Monday"."""


ENGLISH = Tongue(
    marker="",
    weekdays="Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    relative={"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1},
    after=("next", "coming"),
    before=("last", "past"),
)
TONGUES = (
    ENGLISH,
    Tongue(
        marker=" der ",
        weekdays="Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        relative={"vorgestern": -2, "gestern": -1, "heute": 0, "übermorgen": 2},
        after=("nächsten", "kommenden"),
        before=("letzten", "vergangenen"),
    ),
    Tongue(
        marker=" les ",
        weekdays="lundi mardi mercredi jeudi vendredi samedi dimanche",
        relative={"hier": -1, "aujourd'hui": 0, "aujourd’hui": 0, "demain": 1},
        after=("prochain",),
        before=("dernier",),
    ),
    Tongue(
        marker=" los ",
        weekdays="lunes martes miércoles jueves viernes sábado domingo",
        relative={"ayer": -1, "hoy": 0},
        after=("próximo",),
        before=("pasado",),
    ),
    Tongue(
        marker=" não ",
        weekdays="segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        relative={"ontem": -1, "hoje": 0, "amanhã": 1},
        after=("próxima", "próximo"),
        before=("passada", "passado"),
    ),
    Tongue(
        marker=" di ",
        weekdays="lunedì martedì mercoledì giovedì venerdì sabato domenica",
        relative={"ieri": -1, "oggi": 0, "domani": 1},
        after=("prossimo",),
        before=("scorso",),
    ),
    Tongue(
        marker=" het ",
        weekdays="maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        relative={"gisteren": -1, "vandaag": 0},
        after=("volgende", "komende"),
        before=("afgelopen",),
    ),
    Tongue(
        marker=" на ",
        weekdays="понедельник вторник среду четверг пятницу субботу воскресенье",
        relative={"вчера": -1, "сегодня": 0, "завтра": 1},
        after=("следующий", "следующую"),
        before=("прошлый", "прошлую"),
    ),
)
