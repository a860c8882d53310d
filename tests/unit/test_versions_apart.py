"""What versions make of pairs: notices and digests are copies of nothing, updates are told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.bootstrap import HASHED_MODEL, batch, judging, open_service
from api.config import Config
from api.shipped import article_reader
from dedupe.answer import Answer
from dedupe.formats.document import article_from
from dedupe.model import COPY_RELATIONS, Match, Reading, Relation
from dedupe.requests import Request
from dedupe.settings import Settings
from dedupe.version import Version, VersionKind
from index.sqlite.codec import decode_profile, encode_profile, encode_sketch

STORY = (
    "Grain talks between the two ministries stalled on Monday after the southern ports were closed "
    "by a storm, officials said. Ships with a million tonnes of wheat wait at anchor off the coast, "
    "and insurers have raised their rates for the third time this month. A spokesman said that the "
    "talks would be resumed on Thursday in the capital, with the port authority at the table."
)
PRICES = (
    "Wheat for March delivery rose by four percent on the exchange as traders feared a long stop of "
    "shipments. Bakers asked the government to sell from its reserves, which last for nine weeks. "
    "The farmers' union said that the harvest in the north would come too late to help anybody."
)
REWRITTEN = (
    "With the storm still keeping the southern ports shut, negotiators of both ministries broke off "
    "their meeting about grain on Monday and will try again on Thursday. Insurers now ask more than "
    "ever for ships that lie off the coast with a million tonnes of wheat, according to officials."
)


def compared(ours: dict[str, str], theirs: dict[str, str]) -> Match:
    read = [
        one
        for one in article_reader().read([article_from(ours), article_from(theirs)])
        if isinstance(one, Reading)
    ]
    (match,) = judging(Settings()).compare([(read[0], read[1])])
    return match


def piece(title: str, body: str, hour: int, source: str = "Example Wire") -> dict[str, str]:
    return {
        "id": f"{source}-{hour}-{title}",
        "title": title,
        "body": body,
        "source": source,
        "published": f"2024-03-04T{hour:02d}:00:00Z",
    }


FIRST = piece("Grain talks stall as storm closes ports", STORY, 8)


def test_a_wrapup_is_no_copy_of_its_part() -> None:
    """A digest of the same outlet shares text with its part and is linked, not folded."""
    wrapup = piece("WRAPUP 1-Grain talks stall, wheat prices jump", f"{STORY}\n\n{PRICES}", 12)
    match = compared(wrapup, FIRST)
    assert match.evidence.contains > 0.9
    assert match.p_same_text < 0.5
    assert match.relation not in COPY_RELATIONS


def test_another_outlet_may_print_the_wrapup_itself() -> None:
    """A digest without its prefix is still a copy of the digest."""
    wrapup = piece("WRAPUP 1-Grain talks stall, wheat prices jump", f"{STORY}\n\n{PRICES}", 12)
    reprint = piece("Grain talks stall, wheat prices jump", f"{STORY}\n\n{PRICES}", 13, "Daily")
    assert compared(reprint, wrapup).p_same_text > 0.9


def test_a_wrapup_of_a_wrapup_is_its_update() -> None:
    """Digests of one outlet are versions of each other."""
    first = piece("WRAPUP 1-Grain talks stall, wheat prices jump", f"{STORY}\n\n{PRICES}", 12)
    second = piece(
        "WRAPUP 2-Grain talks stall, wheat prices jump", f"{STORY}\n\n{PRICES} More.", 14
    )
    assert compared(second, first).relation is Relation.UPDATE


@pytest.mark.parametrize(
    "title", ["KILL KILL KILL", "STORY WITHDRAWN-Grain talks stall as storm closes ports"]
)
def test_a_kill_is_about_nothing_in_common(title: str) -> None:
    """A notice that repeats the story it withdraws links to nothing."""
    match = compared(piece(title, f"{STORY}", 12), FIRST)
    assert (match.p_same_text, match.p_same_story) == (0.0, 0.0)
    assert match.relation is Relation.NONE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("UPDATE 1-Grain talks stall as storm closes ports", f"{STORY}\n\n{PRICES}"),
        ("UPDATE 2-Grain talks stall as storm closes ports", REWRITTEN),
        ("RPT-Grain talks stall as storm closes ports", STORY),
        ("CORRECTED-Grain talks stall as storm closes ports", STORY),
    ],
)
def test_a_newer_version_of_the_same_outlet_is_an_update(title: str, body: str) -> None:
    """Shared text or not, a version that says so is told as an update, not as a copy."""
    assert compared(piece(title, body, 10), FIRST).relation is Relation.UPDATE


def test_an_update_at_the_same_hour_is_one_all_the_same() -> None:
    """What a version says of itself needs no times."""
    update = piece("UPDATE 1-Grain talks stall as storm closes ports", STORY, 8)
    assert compared(update, FIRST).relation is Relation.UPDATE


def test_another_outlets_copy_of_an_update_is_a_copy() -> None:
    """The chain is the outlet's own."""
    other = piece("UPDATE 1-Grain talks stall as storm closes ports", STORY, 10, "Daily")
    assert compared(other, FIRST).relation is Relation.EXACT


def test_a_headline_used_again_later_is_no_update() -> None:
    """Days later the same words stand over another piece."""
    later = piece("UPDATE 1-Grain talks stall as storm closes ports", REWRITTEN, 8)
    later["published"] = "2024-03-11T08:00:00Z"
    assert compared(later, FIRST).relation is not Relation.UPDATE


def test_a_prefix_costs_no_copy() -> None:
    """The same text with and without notes is equal word by word."""
    noted = piece(
        "REFILE-Grain talks stall as storm closes ports",
        f"(Refiles to fix headline)\n\n{STORY}",
        9,
        "Daily",
    )
    match = compared(noted, FIRST)
    assert match.relation is Relation.EXACT
    assert match.p_same_text == 1.0


def rows(*pieces: dict[str, str]) -> dict[str, dict[str, object]]:
    """What ``dedupe --level copies`` writes of these, by title."""
    lines = [json.dumps(one).encode() for one in pieces]
    found = batch(Config(), stories=False, progress=lambda some, **_: some).dedupe(
        lines, level="copies"
    )
    return {one["title"]: row for one, row in zip(pieces, found, strict=True)}


def test_copies_of_a_file_follow_the_same_rules() -> None:
    """A wrap-up and a kill stand alone; an update shares the cluster; a copy is a copy."""
    both = f"{STORY}\n\n{PRICES}"
    found = rows(
        FIRST,
        piece("UPDATE 1-Grain talks stall as storm closes ports", f"(Adds quote)\n\n{STORY}", 9),
        piece("WRAPUP 1-Grain talks stall, wheat prices jump", both, 12),
        piece("STORY WITHDRAWN-Grain talks stall as storm closes ports", STORY, 13),
        piece("Grain talks at a halt", STORY, 10, "Daily"),
    )
    first, update, wrapup, kill, copy = found.values()
    assert update["cluster"] == first["cluster"] == copy["cluster"]
    assert len({first["cluster"], wrapup["cluster"], kill["cluster"]}) == 3
    assert (update["relation"], copy["relation"]) == ("update", "exact")


def test_the_service_follows_the_same_rules(tmp_path: Path) -> None:
    """One by one as in a file: also where another outlet prints the digest, or a note the story."""
    both = f"{STORY}\n\n{PRICES}"
    posted = (
        FIRST,
        piece("Grain talks at a halt", STORY, 10, "Daily"),
        piece("UPDATE 1-Grain talks stall as storm closes ports", f"(Adds quote)\n\n{STORY}", 11),
        piece("WRAPUP 1-Grain talks stall, wheat prices jump", both, 12),
        piece("Grain talks stall, wheat prices jump", both, 13, "Herald"),
        piece("ADVISORY-Coverage of grain talks", STORY, 14),
    )
    answers = []
    with open_service(Config(data=tmp_path, model=HASHED_MODEL)) as service:
        for one in posted:
            (outcome,) = service.handle([Request(articles=(article_from(one),))])
            (answer,) = outcome.results
            assert isinstance(answer, Answer)
            answers.append(answer)
        ids = [answer.article.id for answer in answers]
        last = [service.answer(one) for one in ids]
    clusters = [answer.cluster.id for answer in last if answer.cluster is not None]
    first, copy, update, wrapup, reprint, advisory = clusters
    assert first == copy == update
    assert wrapup == reprint
    assert len({first, wrapup, advisory}) == 3
    sizes = [answer.cluster.size for answer in last if answer.cluster is not None]
    assert sizes == [2, 2, 2, 2, 2, 1]
    assert answers[2].cluster is not None
    assert answers[2].cluster.relation is Relation.UPDATE
    assert answers[5].matches == () or all(not match.p_same_text for match in answers[5].matches)


def test_a_stored_profile_keeps_its_version() -> None:
    """What verdicts rest on comes back from the store; a profile of an older one has none."""
    (read,) = article_reader().read(
        [
            article_from(
                piece("CORRECTED-UPDATE 2-Grain talks stall as storm closes ports", STORY, 8)
            )
        ]
    )
    assert isinstance(read, Reading)
    profile = read.profile
    stored = decode_profile(
        profile.id, encode_profile(profile), encode_sketch(profile.sketch), None
    )
    assert stored.version == profile.version
    assert (stored.version.kind, stored.version.number) == (VersionKind.CORRECTED, 2)
    plain = replace(profile, version=Version())
    again = decode_profile(plain.id, encode_profile(plain), encode_sketch(plain.sketch), None)
    assert again.version == Version()


def test_two_alerts_under_one_keyword_are_two_pieces() -> None:
    """Only a first story or a later version replaces an alert, never another alert."""
    first = {**piece("APNewsAlert", "Storm closes all ports of the south.", 8)}
    second = {**piece("APNewsAlert", "Storm: all ports of the south closed until Friday.", 9)}
    for one in (first, second):
        one["metadata"] = {"slugline": "BC-EU--APNewsAlert", "uri": "urn:alerts"}  # type: ignore[assignment]
    assert compared(second, first).relation is not Relation.UPDATE
