"""What keeps an article from being shown, and whom a kill reaches."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.durations import hours
from dedupe.errors import BadInput, TooLarge
from dedupe.formats.quiet import quiet
from dedupe.model import Canonical, Claim, Reason, Span
from dedupe.ports import Reader
from dedupe.version import PubStatus, Version, VersionKind
from dedupe.withheld.disclosure import TELLS_NOTHING, Disclosed, disclosed, shown_canonical
from dedupe.withheld.records import By, Withholding, ordered, target_key, visibility
from dedupe.withheld.upstream import Fate, Piece, fate, same_source

NOT_TOLD = frozenset(
    {
        "aged",
        "all_constraints",
        "all_links",
        "all_related",
        "any_withheld",
        "cached_vectors",
        "cluster_states",
        "constraint",
        "constraints",
        "constraints_after",
        "due",
        "frequencies",
        "headlined",
        "index_changes",
        "learned",
        "members_after",
        "night",
        "nights",
        "ordered_in",
        "orders",
        "paged_sources",
        "pages",
        "placements",
        "received_since",
        "remembered",
        "sketches",
        "stamps",
        "story_states",
        "undo",
        "unflagged",
        "vectors",
        "waking",
        "withheld_in",
    }
)
"""What nobody outside needs of a reader, or may not have."""

RECORD = Withholding(article_id="a", status=PubStatus.WITHHELD, since=10.0)
TIMES = st.floats(0, 100)
RECORDS = st.builds(
    Withholding,
    article_id=st.just("a"),
    status=st.sampled_from(
        [PubStatus.CANCELED, PubStatus.UPSTREAM_KILLED, PubStatus.WITHHELD, PubStatus.EMBARGOED]
    ),
    since=TIMES,
    until=st.none() | TIMES,
    released=st.none() | TIMES,
)


def test_every_method_of_a_reader_is_thought_of():
    """A disclosed reader masks a method, passes it on on purpose, or does not have it."""
    methods = {name for name in dir(Reader) if not name.startswith("_")}
    written = {name for name in vars(Disclosed) if not name.startswith("_")}
    assert methods - written - TELLS_NOTHING == NOT_TOLD
    assert not written & TELLS_NOTHING
    reader = disclosed(object(), 0.0)
    for name in NOT_TOLD:
        with pytest.raises(AttributeError, match=r"dedupe\.withheld\.disclosure"):
            getattr(reader, name)


@pytest.mark.parametrize(
    ("record", "status"),
    [
        (RECORD, PubStatus.WITHHELD),
        (replace(RECORD, released=11.0), PubStatus.USABLE),
        (replace(RECORD, until=50.0), PubStatus.USABLE),
        (replace(RECORD, until=50.1), PubStatus.WITHHELD),
    ],
)
def test_a_record_is_in_force_until_it_is_released_or_its_hour_comes(record, status):
    """At the very hour an embargo has ended."""
    assert visibility([record], 50.0).status is status


@given(st.lists(RECORDS, max_size=6), TIMES, st.randoms())
def test_what_is_told_does_not_depend_on_the_order_of_records(rows, now, shuffled):
    """One record in force hides; the status told is the gravest; no order matters."""
    seen = visibility(rows, now)
    assert seen.usable is not any(row.in_force(now) for row in rows)
    other = list(rows)
    shuffled.shuffle(other)
    assert visibility(other, now).status is seen.status
    if any(r.status is PubStatus.CANCELED and r.in_force(now) for r in rows):
        assert seen.status is PubStatus.CANCELED


@given(st.lists(RECORDS, min_size=1, max_size=6), TIMES)
def test_more_records_never_show_more(rows, now):
    """Adding a record cannot make an article usable."""
    if not visibility(rows[:-1], now).usable:
        assert not visibility(rows, now).usable


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        (Version(), None),
        (Version(kind=VersionKind.UPDATE), None),
        (Version(kind=VersionKind.ADVISORY), None),
        (Version(status=PubStatus.EMBARGOED), None),
        (Version(kind=VersionKind.KILL), PubStatus.CANCELED),
        (Version(kind=VersionKind.HOLD), PubStatus.WITHHELD),
        (Version(kind=VersionKind.RELEASE), PubStatus.USABLE),
        (Version(status=PubStatus.CANCELED), PubStatus.CANCELED),
        (Version(kind=VersionKind.UPDATE, status=PubStatus.WITHHELD), PubStatus.WITHHELD),
    ],
)
def test_what_a_version_orders(version, wanted):
    """Notices order by their kind, other versions by a status that forbids use."""
    assert ordered(version) is wanted


def piece(name, **told):
    given = {
        "id": name,
        "source": name,
        "outlet": None,
        "arrival": 1,
        "filed": None,
        "filed_precisely": True,
        "chain": None,
        "origin": None,
        "credits": frozenset(),
    }
    return Piece(**{**given, **told})


KILLED = piece("wire", outlet="Wire", arrival=5, chain="id:1")
WIRE = Canonical(
    article_id="wire",
    source="Wire",
    url=None,
    in_index=True,
    confidence=1.0,
    reasons=(Reason(rule="first_seen"),),
)
OTHERS = replace(
    WIRE, article_id=None, source="Agency", reasons=(Reason(rule="credit.republication"),)
)


@pytest.mark.parametrize(
    ("other", "canonical", "by", "outcome"),
    [
        (piece("b", arrival=6), WIRE, By.NOTICE, Fate.FLAGGED),
        (piece("b", arrival=4), WIRE, By.NOTICE, Fate.SPARED),
        (piece("b", arrival=4), WIRE, By.ADMIN, Fate.FLAGGED),
        (piece("b", arrival=4, credits=frozenset({"Wire"})), WIRE, By.NOTICE, Fate.FLAGGED),
        (piece("b", arrival=4, origin="Wire"), OTHERS, By.NOTICE, Fate.FLAGGED),
        (piece("b", arrival=6), OTHERS, By.NOTICE, Fate.SPARED),
        (piece("b", arrival=6), OTHERS, By.ADMIN, Fate.FLAGGED),
        (piece("b", arrival=6), None, By.SOURCE, Fate.FLAGGED),
        (piece("wire", arrival=6, chain="id:1"), WIRE, By.NOTICE, Fate.KILLED),
        (piece("w2", outlet="Wire", arrival=4, chain="id:1"), WIRE, By.NOTICE, Fate.KILLED),
        (piece("wire", arrival=6, chain="id:2"), WIRE, By.NOTICE, Fate.FLAGGED),
        (piece("wire", arrival=6, chain="id:1", filed=51.0), WIRE, By.NOTICE, Fate.SPARED),
        (piece("wire", arrival=6, chain="id:1", filed=49.0), WIRE, By.NOTICE, Fate.KILLED),
        (
            piece("wire", chain="id:1", filed=51.0, filed_precisely=False),
            WIRE,
            By.NOTICE,
            Fate.KILLED,
        ),
    ],
)
def test_whom_a_kill_at_hour_50_reaches(other, canonical, by, outcome):
    """Copies are flagged, versions of the piece die too; the older, the others' and the newer are spared."""
    assert fate(KILLED, other, canonical=canonical, by=by, at=50.0)[0] is outcome


def test_nobody_is_of_one_source_with_who_has_none():
    """Two articles without a source have no source in common."""
    assert not same_source("", None, "", None)
    assert same_source("wire", None, "wire", "Wire")
    assert same_source("ap", "Associated Press", "associated press", "Associated Press")


def test_a_notice_is_kept_without_its_words():
    """What a kill is remembered by is a digest, another for each kind of name."""
    assert target_key("chain", "x") != target_key("id", "x")
    assert b"quandrifol" not in target_key("chain", "headline:quandrifol")


PHRASE = Reason(
    rule="credit.republication",
    text="(Agency)",
    span=Span(field="body", start=0, end=8),
    article_id="secret",
)


@pytest.mark.parametrize(
    ("credited", "source"), [(frozenset(), None), (frozenset({"Agency"}), "Agency")]
)
def test_a_source_that_only_hidden_articles_credit_is_not_named(credited, source):
    """The phrase goes in any case, the phantom's name unless somebody else gives it too."""
    claim = Claim(source="Agency", articles=1, reason=PHRASE)
    told = shown_canonical(
        replace(OTHERS, reasons=(PHRASE,), claims=(claim,)),
        lambda name: name != "secret",
        lambda: credited,
    )
    assert (told.source, told.reasons[0].text, told.reasons[0].span) == (source, None, None)
    assert [each.source for each in told.claims] == sorted(credited)


def test_a_hidden_canonical_is_named_without_its_address():
    """Its id and source are told, its address is not."""
    told = shown_canonical(replace(WIRE, url="https://x"), lambda _: False, frozenset)
    assert (told.article_id, told.source, told.url) == ("wire", "Wire", None)


def test_complaints_about_secrets_do_not_repeat_them():
    """What is wrong with an embargoed document is told without the value."""
    error = TooLarge("body", "too long", "send less", value="secret words")
    assert quiet(error, {"title": "x"}) is error
    for told in ({"embargoed": "2027-01-01T00:00:00Z"}, {"metadata": {"pubStatus": "canceled"}}):
        hushed = quiet(error, told)
        assert (type(hushed), hushed.field, hushed.value) == (TooLarge, "body", None)
    assert isinstance(quiet(BadInput("a", "b", "c"), [1]), BadInput)


@pytest.mark.parametrize(
    ("text", "value"),
    [("24h", 24.0), ("90d", 2160.0), ("30m", 0.5), ("0", 0.0), ("1.5h", 1.5), (3, 3)],
)
def test_lengths_of_time(text, value):
    """Units stand behind the number; what is a number already is hours."""
    assert hours(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "h", "5y", "-1d", "1 day", "1.5"])
def test_no_length_of_time(text):
    """Anything else is refused."""
    with pytest.raises(ValueError, match="length of time"):
        hours(text)
