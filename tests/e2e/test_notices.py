"""Notices find what they name, in any order, and nothing else: targets, templates, lines, words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.test_withheld import BODY, FILLER, HOURS, House, opened, rfc

WIRE = "Norrhaven Wire"
HEADLINE = "Island ferries to end night crossings"
OTHER_STORY = (
    "Bakers in Tremolo Bay want to sell bread on Sundays. The council hears them in June, and the church "
    "has asked to be heard before it. Nobody has sold bread there on a Sunday since 1911."
)


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    yield from opened(tmp_path)


def story(**told):
    """A story of the agency, filed at nine o'clock."""
    return {"id": "w-10417", "source": WIRE, "title": HEADLINE, "body": BODY, **told}


def notice(title, body="Do not use it.", **told):
    return {"id": "n-1", "source": WIRE, "title": title, "body": body, **told}


def state(house, external_id="w-10417"):
    (article,) = house.get("/v1/articles", external_id=external_id)["items"]
    return house.status(article["id"])


def sent(house, article, order, *, first):
    """Both are posted, the order before the article or after it; the answer to the order."""
    if first:
        told = house.post(**order)
        house.post(**article)
        return told
    house.post(**article)
    return house.post(**order)


SLUGGED = {"metadata": {"slug": "BC-EU--Night Ferries"}}
FORMS = {
    "headline": notice(f"STORY WITHDRAWN-{HEADLINE}"),
    "headline in capitals": notice(f"STORY WITHDRAWN-{HEADLINE.upper()}"),
    "headline at the end": notice(f"KILL KILL KILL: {HEADLINE}"),
    "slug of a headline": notice(f"{HEADLINE}, Mandatory Kill"),
    "marked slug of a headline": notice(f"BC-{HEADLINE}, Mandatory Kill"),
    "quoted headline": notice("Kill", f'Mandatory kill of the story "{HEADLINE}".'),
    "quoted in capitals": notice("KILL KILL KILL", f'Kill "{HEADLINE.upper()}".'),
    "headline in a line": notice("KILL KILL KILL", f"Headline: {HEADLINE}\nDo not use."),
    "slug": notice("Kill of a story", "MANDATORY KILL", metadata={"slug": "BC-EU--Night Ferries"}),
    "id in a line": notice("KILL KILL KILL", "ID: w-10417"),
    "id in a sentence": notice("KILL KILL KILL", "Mandatory kill of W-10417. Do not use."),
    "id that nothing announces": notice("KILL KILL KILL", "Please remove (w-10417) at once."),
    "id in metadata": notice("KILL KILL KILL", metadata={"supersedes": "W-10417"}),
}


@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
@pytest.mark.parametrize("form", FORMS)
def test_a_notice_finds_its_target_by_every_name(house, form, first):
    """Headline, slug and id each lead to an article with a slug, whichever of the two comes first."""
    sent(house, story(**SLUGGED), FORMS[form], first=first)
    assert state(house) == "canceled"


def test_a_headline_of_many_words_is_found_too(house):
    """Only its first words are kept, and those lead to it."""
    title = (
        f"{HEADLINE} after the assembly of the islands has refused to pay for the passages which "
        * 2
    )
    house.post(**story(title=title.strip(), **SLUGGED))
    house.post(**notice(f"STORY WITHDRAWN-{title.strip()}"))
    assert state(house) == "canceled"


@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
@pytest.mark.parametrize("days", [0, 3, 5, 30])
def test_an_archive_is_loaded_in_any_order(house, days, first):
    """By the dates of both: what was filed before the notice dies however long ago that was."""
    at = -24 * days
    old = story(published=rfc(at - 2))
    sent(house, old, notice(f"STORY WITHDRAWN-{HEADLINE}", published=rfc(at - 1)), first=first)
    assert state(house) == "canceled"


@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
@pytest.mark.parametrize("hours", [1, -98])
def test_what_was_filed_after_a_notice_or_long_before_it_lives(house, hours, first):
    """A substitute, and another day's story under the headline, are not meant, in either order."""
    other = story(published=rfc(-240 + hours))
    order = notice(f"STORY WITHDRAWN-{HEADLINE}", published=rfc(-240))
    sent(house, other, order, first=first)
    assert state(house) == "usable"


@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
def test_a_notice_known_by_its_day_means_what_was_filed_that_day(house, first):
    """Where a notice tells no hour, its day counts to its end."""
    house.clock.hours = HOURS + 240
    order = notice(f"STORY WITHDRAWN-{HEADLINE}", published="2026-03-02")
    sent(house, story(published="2026-03-02T16:00:00Z"), order, first=first)
    assert state(house) == "canceled"


def test_ids_of_several_pieces_in_a_text_kill_none(house):
    """A notice that names the killed and its substitute by id, without a word which is which."""
    house.post(**story())
    house.post(**story(id="w-10500", title="Bread on Sundays in Tremolo Bay", body=OTHER_STORY))
    told = house.post(**notice("KILL KILL KILL", "Pieces w-10417 and w-10500 were mixed up."))
    assert (state(house), state(house, "w-10500")) == ("usable", "usable")
    assert any("several different pieces" in each["action"] for each in told["warnings"])


def test_a_headline_decides_where_a_slug_is_used_again(house):
    """Of two pieces under one slug the notice means the one whose headline it has."""
    house.post(**story(**SLUGGED))
    bread = {"title": "Bread on Sundays in Tremolo Bay", "body": OTHER_STORY}
    house.post(**story(id="w-10500", **bread, **SLUGGED))
    house.post(**notice(f"STORY WITHDRAWN-{HEADLINE}", **SLUGGED))
    assert (state(house), state(house, "w-10500")) == ("canceled", "usable")


def test_an_id_of_another_source_in_a_text_is_nobodys(house):
    """Words of a notice that are an id elsewhere do nothing there."""
    house.post(**story(source="Island Herald"))
    house.post(**notice("KILL KILL KILL", "ID: w-10417"))
    assert state(house) == "usable"


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        ("HOLD LIFTED: ", "usable"),
        ("HOLD RELEASED - ", "usable"),
        ("RELEASE RELEASE RELEASE - ", "usable"),
        ("WITHHOLD LIFTED: ", "usable"),
        ("SPERRE AUFGEHOBEN: ", "usable"),
        ("RELEASED: ", "withheld"),
    ],
)
def test_a_release_notice_names_its_target_like_a_hold(house, mark, status):
    """By the headline behind its mark; "RELEASED:" alone is no mark."""
    house.post(**story())
    house.post(**notice(f"HOLD HOLD HOLD - {HEADLINE}"))
    assert state(house) == "withheld"
    house.post(**notice(f"{mark}{HEADLINE}", "The story may be used.", id="n-2"))
    assert state(house) == status


STATED = {
    "pubStatus": "canceled",
    "status": "Cancelled",
    "itemStatus": "KILLED",
    "publicationStatus": "withdrawn",
    "managementStatus": "retracted",
}


def test_a_status_kills_by_any_of_its_words(house):
    """The fields and values of the formats that state a status."""
    for field, value in STATED.items():
        house.post(**story(id=field, title=f"{HEADLINE}, {field} says", body=f"{field} {BODY}"))
        house.post(id=field, source=WIRE, title="Withdrawn", metadata={field: value})
        assert state(house, field) == "canceled", field


def test_a_field_names_the_target(house):
    """The fields that say which article a notice is about."""
    for field in ("supersedes", "replaces", "kills", "evolvedfrom", "previousversion"):
        house.post(**story(id=f"of-{field}", title=f"{field} in two words", body=OTHER_STORY))
        order = notice("KILL KILL KILL", id=f"kill-{field}", metadata={field: f"of-{field}"})
        house.post(**order)
        assert state(house, f"of-{field}") == "canceled", field


def test_a_link_to_something_else_names_nothing(house):
    """An association is no target."""
    house.post(**story())
    link = {"rel": "seeAlso", "href": "w-10417"}
    house.post(**notice("KILL KILL KILL", metadata={"link": link, "associations": ["w-10417"]}))
    assert state(house) == "usable"


def issue(day, draw, prize, hours):
    return {
        "id": f"draw-{day}",
        "source": "Harbour Post",
        "title": "Results of the island draw",
        "published": rfc(hours),
        "body": (
            f"Results of the island draw on {day}. The numbers that were drawn on {day} at the northern pier are {draw}. "
            f"The first prize stands at {prize} thousand crowns. Tickets are sold until noon in all kiosks of the islands, "
            "and who has won may call for the prize within ninety days at the office of the ferry company. Players have "
            "to be of age. The next draw is held in three days, and what it brings is told here."
        ),
    }


DRAWS = [
    issue("Monday", "3 14 15 92 65", 12, 0),
    issue("Thursday", "27 18 28 45 90", 14, 168),
    issue("Sunday", "16 18 33 98 87", 16, 336),
    issue("Tuesday", "11 23 58 13 21", 19, 504),
]


def test_a_kill_spares_what_shares_a_template(house):
    """Another issue of a column is no copy of the killed one, before it or after it."""
    house.clock.hours += 600
    known = [house.post(**each)["article"]["id"] for each in DRAWS[:3]]
    with house.service.store.read() as reader:
        shares = [max(link.a_in_b, link.b_in_a) for link in reader.links([known[1]])]
    assert max(shares) > 0.5
    assert house.kill(known[1])["carriers"] == []
    house.post(**DRAWS[3])
    for day in ("Monday", "Sunday", "Tuesday"):
        assert state(house, f"draw-{day}") == "usable"


@pytest.mark.parametrize(
    ("source", "status"), [("Island Herald", "upstream_killed"), (WIRE, "usable")]
)
def test_half_of_a_killed_text_in_another_house_is_a_copy(house, source, status):
    """Too little for the verdict on the text: elsewhere it was taken over, in one's own house repeated."""
    half = BODY[: len(BODY) * 6 // 10]
    own = " ".join(
        f"In item {n} the clerk of Tremolo Bay wrote down {n * 37} loaves and {n * 11} eggs for day {n}."
        for n in range(1, 16)
    )
    killed = house.post(**story())["article"]["id"]
    other = house.post(id="half", source=source, title="A fair in May", body=f"{half} {own}")
    assert other["cluster"]["size"] == 1
    house.kill(killed)
    assert state(house, "half") == status


ALERT = "Elin to raise boat tax by five percent from May, minister says."


@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
def test_a_killed_line_flags_its_copies_and_nobody_who_quotes_it(house, first):
    """An article that holds a killed alert is its outlet's own; the same line elsewhere is not."""
    article = {
        "id": "long",
        "source": "Island Herald",
        "title": "Boat tax",
        "body": f"{ALERT} {FILLER}",
    }
    copy = {"id": "copy", "source": "Harbour Post", "title": "Tax up", "body": ALERT}
    alert = house.post(id="alert", source=WIRE, title="Tax up", body=ALERT)["article"]["id"]
    if first:
        house.kill(alert)
    for each in (article, copy):
        house.post(**each)
    if not first:
        house.kill(alert)
    assert (state(house, "long"), state(house, "copy")) == ("usable", "upstream_killed")
    with house.service.store.read() as reader:
        assert reader.verify() == []


@pytest.mark.parametrize("more", ["", FILLER], ids=["short", "long"])
def test_the_words_of_a_notice_flag_nobody(house, more):
    """Who tells its readers what the agency wrote about the withdrawal carries no killed text."""
    words = (
        "The story has been withdrawn because it contained an error. A corrected version of the story will "
        "follow. Editors are asked to remove it from all sites."
    )
    house.post(**story())
    house.post(**notice(f"STORY WITHDRAWN-{HEADLINE}", words))
    house.post(
        id="sorry",
        source="Island Herald",
        title="An apology to our readers",
        body=f"We carried a report that its agency withdrew. {words} {more}",
    )
    assert state(house, "sorry") == "usable"
    with house.service.store.read() as reader:
        assert reader.verify() == []
    assert state(house) == "canceled"


def test_an_article_that_reads_like_a_notice_is_shown_with_a_warning(house):
    """A full article under the mark of a kill kills nothing and is told what would."""
    house.post(**story())
    told = house.post(**story(id="hoax", title=f"STORY WITHDRAWN: {HEADLINE}", body=BODY * 3))
    assert told["article"]["pub_status"]["status"] != "canceled"
    assert any("pubStatus" in each["action"] for each in told["warnings"])
    assert state(house) == "usable"
