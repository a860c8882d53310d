"""Names that stand alone: a byline, a sign-off or the end of a caption, by what is around them."""

from __future__ import annotations

import pytest

from dedupe.model import CreditKind
from dedupe.provenance import origin_of
from dedupe.provenance.home import Home
from dedupe.provenance.places import Places
from tests.credits import OUTLETS, read

PARAGRAPH = (
    "The dam above the town will be repaired by spring, the council said on Monday, and the road"
    " along it will stay closed until the work is done and the lake is full again."
)
STORY = "\n\n".join([PARAGRAPH] * 8)
CAPTION = "A worker looks at the dam above the town on Monday morning, Jan. 5, 2020."


def told(body: str, outlet: str | None = "Springfield Gazette") -> list[tuple[str, str, str]]:
    return [
        (one.kind.value, one.source, body[one.start : one.end]) for one in read(body, outlet=outlet)
    ]


@pytest.mark.parametrize(
    ("line", "sources"),
    [
        ("AFP", ["Agence France-Presse"]),
        ("— Reuters", ["Reuters"]),
        ("AP/Reuters", ["Associated Press", "Reuters"]),
        ("(AP, dpa)", ["Associated Press", "dpa"]),
        ("– AFP-JIJI", ["Agence France-Presse"]),
        ("PTI JD RR", ["Press Trust of India"]),
        ("IANS\njd/rr", ["IANS"]),
        ("UNB/AP", ["Associated Press", "UNB"]),
        ("— Los Angeles Times/TNS", ["Los Angeles Times", "Tribune News Service"]),
    ],
)
def test_names_alone_at_the_end_are_the_origin(line: str, sources: list[str]) -> None:
    """A last line of nothing but names and initials is a sign-off of each of them."""
    found = read(f"{STORY}\n\n{line}")
    kinds = {one.kind for one in found}
    assert kinds == {CreditKind.REPUBLICATION}
    assert {one.source for one in found} >= set(sources)


@pytest.mark.parametrize("line", ["AP/Reuters", "(AP, Reuters)", "— AP, Reuters"])
def test_of_two_names_the_first_is_the_origin(line: str) -> None:
    """Who is named first wrote it; another is believed less."""
    origin = origin_of(read(f"{STORY}\n\n{line}"))
    assert origin is not None
    assert origin.source == "Associated Press"


@pytest.mark.parametrize("line", ["AP", "(AP)", "— AP"])
def test_names_behind_a_caption_are_of_its_picture(line: str) -> None:
    """What closes the first short paragraph of a longer story is a photo credit."""
    gap = "\n" if line == "AP" else " "
    assert told(f"{CAPTION}{gap}{line}\n\n{STORY}") == [("photo", "Associated Press", line)]


@pytest.mark.parametrize(
    "line",
    ["AFP", "AFP, Springfield", "SPRINGFIELD: AFP", "AFP | Updated: Jan 5, 2020", "By AFP - Jan 5"],
)
def test_names_before_the_first_paragraph_are_a_byline(line: str) -> None:
    """A line of names, a town and a date that opens the page says whose story follows."""
    assert told(f"{line}\n\n{STORY}") == [("republication", "Agence France-Presse", line)]


def test_an_outlet_alone_needs_a_byline_before_it() -> None:
    """An outlet's name that opens the page may be furniture; behind "By Jane Doe" it is none."""
    assert told(f"The New York Times\n\n{STORY}") == []
    assert told(f"By Jane Doe\nThe New York Times\n\n{STORY}")[0][:2] == (
        "republication",
        "The New York Times",
    )


@pytest.mark.parametrize(
    "line",
    [
        "AP said so on Monday",
        "Jane Doe/AFP",
        "Photo: AFP",
        "H/T Reuters",
        "https://www.ap-dams.example",
        "— The Associated Press (@AP) January 5, 2020",
    ],
)
def test_names_among_other_words_are_no_sign_off(line: str) -> None:
    """A word that is neither name, date nor initials makes it another kind of line."""
    assert not any(kind == "republication" for kind, _, _ in told(f"{STORY}\n\n{line}\n\nMore."))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("— With AFP", "assisted"),
        ("jd/rr (AP, AFP)", "assisted"),
        ("Gazette with AFP", None),
        ("Springfield, PRNewswire", None),
    ],
)
def test_help_is_told_from_origin(line: str, kind: str | None) -> None:
    """Where the outlet's own people stand before agencies, or "with" does, these helped."""
    kinds = {one for one, _, _ in told(f"{STORY}\n\n{line}")}
    assert kinds == ({kind} if kind else kinds)
    assert "republication" not in kinds


def test_an_agency_named_with_the_outlet_itself_helped() -> None:
    """What the outlet signs together with an agency is its own, with help."""
    body = f"{STORY}\n\nThe Guardian/AFP"
    assert {one[:2] for one in told(body, "The Guardian")} == {
        ("own", "The Guardian"),
        ("assisted", "Agence France-Presse"),
    }
    assert origin_of(read(body, outlet="The Guardian"), "The Guardian") is None


@pytest.mark.parametrize("line", ["By LE QUOTIDIEN et AFP", "By Quotidien STAFF and AFP"])
def test_a_byline_of_the_outlet_and_an_agency_is_its_own(line: str) -> None:
    """Capitals and the word "staff" name the outlet too; another agency beside one does not."""
    found = read(f"{line}\n\n{STORY}", outlet="Le Quotidien")
    assert "assisted" in {one.kind.value for one in found}
    assert origin_of(found, "Le Quotidien") is None
    assert origin_of(read(f"By AP and AFP\n\n{STORY}"), "Le Quotidien") is not None


def test_a_person_and_a_town_before_brackets_are_a_byline() -> None:
    """In Turkish bylines the agency of both stands in brackets; a caption's is the picture's."""
    assert told(f"Ali DENEME/VAN, (DHA)\n\n{STORY}")[0][0] == "republication"
    assert told(f"{CAPTION} (DHA)\n\n{STORY}")[0][0] == "photo"


def test_initials_begin_a_sign_off_behind_a_photo_credit() -> None:
    """The agencies in brackets behind "jd/rr" are the story's, without them the picture's."""
    line = "Bild: Jane Doe/AA/picture alliance"
    kinds = {source: kind for kind, source, _ in told(f"{STORY}\n\n{line} jd/rr (dpa, afp)")}
    assert kinds["dpa"] == kinds["Agence France-Presse"] == "assisted"
    assert {kind for kind, _, _ in told(f"{STORY}\n\n{line} (dpa, afp)")} == {"photo"}


def test_notes_may_follow_a_sign_off_but_no_story() -> None:
    """Two paragraphs behind it are notes; with more it stands in the middle of a text."""
    line = "(AFP)"
    short = f"{STORY} {line}\n\n" + "\n\n".join([PARAGRAPH] * 2)
    long = f"{STORY} {line}\n\n" + "\n\n".join([PARAGRAPH] * 8)
    assert told(short) == [("republication", "Agence France-Presse", line)]
    assert told(long) == []


def test_places_know_opening_early_and_late() -> None:
    """Before the first long line lies the opening; early and late reach beyond head and tail."""
    body = f"By Jane Doe\n\n{STORY * 3}"
    places = Places.of("", body, [(0, len(body))])
    assert places.first_paragraph == body.index("The dam")
    assert places.early_end == 1000
    assert places.late_start == len(body) - 2000
    assert places.head_end < places.early_end < places.late_start < places.tail_start


@pytest.mark.parametrize(
    ("outlet", "source", "own"),
    [
        ("ABC News", "ABC", True),
        ("Springfield Gazette Online", "Springfield Gazette", True),
        ("Springfield Gazette", "Springfield Gazette Pro", True),
        ("The Times", "The Times of Israel", False),
        ("New York Post", "The Washington Post", False),
    ],
)
def test_a_house_tells_its_parts_by_a_word(outlet: str, source: str, *, own: bool) -> None:
    """A name with "News" or "Online" behind it is the outlet's, another paper's is not."""
    assert Home.of(outlet, None, OUTLETS).is_own(source, OUTLETS.find(source)) is own


FLAT = " ".join([PARAGRAPH] * 8)
FRENCH = (
    "Le barrage au-dessus de la ville sera réparé avant le printemps, a annoncé lundi la mairie."
)


@pytest.mark.parametrize(
    ("head", "kind", "credit"),
    [
        ("AFP", "republication", "AFP"),
        ("By Reuters May 5, 2020", "republication", "By Reuters"),
        ("EFE 05/05/2020 20:15h", "republication", "EFE"),
        ("DHA 05.05.2020 09:12", "republication", "DHA"),
        ("AFP, SPRINGFIELD", "republication", "AFP"),
        ("(CNN)", "republication", "(CNN)"),
        ("Jane Doe Associated Press SPRINGFIELD –", "republication", "Jane Doe Associated Press"),
        ("Par Le Quotidien avec AFP Publié hier à 18h02", "assisted", "Par Le Quotidien avec AFP"),
        ("Rain falls again Associated Press in Springfield Tue 5 May 2020 09.14 BST", "republication", "Associated Press"),
        ("By Jane Doe | The Washington Post", "republication", "By Jane Doe | The Washington Post"),
        ("By: PTI Springfield |", "republication", "By: PTI"),
        ("EUROPA PRESS Lima Actualizado a las 10:30", "republication", "EUROPA PRESS"),
        ("Lusa 7 de Agosto", "republication", "Lusa"),
        ("Springfield | Reuters Um", "republication", "Springfield | Reuters"),
        ("Door belga Tussen", "republication", "Door belga"),
    ],
)  # fmt: skip
def test_a_byline_may_run_into_the_story(head: str, kind: str, credit: str) -> None:
    """A date or the beginning of a sentence closes a byline whose line break is lost."""
    assert told(f"{head} {FLAT}")[0][::2] == (kind, credit)


def test_a_byline_may_name_the_town_before_the_story() -> None:
    """In "EFE Madrid El dique" the article behind the town begins the first sentence."""
    assert told(f"EFE Madrid El {FLAT}")[0][::2] == ("republication", "EFE")
    assert told(f"EFE Foto El {FLAT}")[0][0] == "photo"


@pytest.mark.parametrize(
    "head",
    [
        "AP Los Angeles bureau chief Jane Doe was named on Monday.",
        "AFP In Crisis, its reporters say.",
        "PA The machine that reads lips was shown at the fair on Monday by those who built it.",
        "A spokesman told AFP 5 May 2020 was the day.",
        "In an interview with AFP 5 May 2020 was named as the day.",
        "The Guardian 5 May 2020 The dam above the town was closed.",
        "Photo: AFP 5 May 2020 The dam above the town.",
        "Springfield | Reuters reporters were seen at the dam.",
        "By PA systems and loud bells the town was told.",
        "Lusa 7 de Agosto é uma rua da cidade.",
    ],
)
def test_a_name_in_the_first_sentence_is_no_byline(head: str) -> None:
    """What a sentence or a picture is about does not say whose story follows."""
    assert not any(kind in ("republication", "assisted") for kind, _, _ in told(f"{head} {FLAT}"))


@pytest.mark.parametrize(
    ("tail", "credit"),
    [
        ("REUTERS Join our channel and get the latest news delivered to you.", "REUTERS"),
        ("(AFP) Lire aussi : Un autre barrage fermé", "(AFP)"),
        ("AFP, BLOOMBERG Remaining Time -0:00", "AFP, BLOOMBERG"),
        ("dpa #Themen Damm", "dpa"),
        ("AFP Most recent dam stories", "AFP"),
        ("PAP Dzięki, że jesteś z nami", "PAP"),
        ("Lusa Saiba mais sobre a represa", "Lusa"),
    ],
)
def test_furniture_in_its_line_hides_no_sign_off(tail: str, credit: str) -> None:
    """Known words of the page behind names are as good as the end of the line."""
    assert {one[::2] for one in told(f"{FLAT} {tail}")} == {("republication", credit)}


@pytest.mark.parametrize(
    ("end", "source"),
    [
        ("– AF", "Agence France-Presse"),
        ("(Reuters", "Reuters"),
        ("ab/cd/dp", "dpa"),
        ("Kaynak: İH", "İhlas News Agency"),
        ("\nReuter", "Reuters"),
        ("dp", "dpa"),
    ],
)
def test_a_name_may_have_lost_its_last_letter(end: str, source: str) -> None:
    """Feeds cut to a size end within the sign-off; the agency that begins so is meant."""
    assert {one[:2] for one in told(f"{STORY} {end}")} == {("republication", source)}


@pytest.mark.parametrize("end", ["The AF", "said: at", "– An", "A", "– A", "no. AF Smith"])
def test_the_beginning_of_a_word_is_no_agency(end: str) -> None:
    """Too short a rest, or one within a sentence, may go on in any way."""
    assert told(f"{STORY} {end}") == []


@pytest.mark.parametrize(
    "title", ["A dam closes", "A dam closes\n5 May 2020", "A dam closes - Springfield Gazette"]
)
def test_a_repeat_of_the_title_is_passed_over(title: str) -> None:
    """Also one without the site's name, or of a first line; the byline stands right behind it."""
    body = f"A dam closes AFP 5 May 2020 {FLAT}"
    assert Places.of(title, body, [(0, len(body))]).begin == len("A dam closes ")


def test_a_word_alone_at_the_end_is_no_sign_off_of_an_outlet() -> None:
    """An abbreviation or a word that a paper is also called by is furniture there."""
    assert told(f"{STORY}\n\nAD") == []
