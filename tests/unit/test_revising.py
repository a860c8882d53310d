"""The order of revisions, and the one that represents the article."""

from itertools import permutations

import pytest

from dedupe.model import Article
from dedupe.revisions.filing import filing
from dedupe.revisions.order import (
    Filed,
    KeptRevision,
    article_digest,
    masked,
    order,
    representing,
    usable,
)
from dedupe.version import PubStatus, Version, VersionKind

USABLE, WITHHELD = PubStatus.USABLE, PubStatus.WITHHELD
EMBARGOED, CANCELED = PubStatus.EMBARGOED, PubStatus.CANCELED


def filed(name="", **version):
    return Filed(version=Version(**version), digest=name.encode())


def names(revisions):
    """The digests from the oldest revision to the newest."""
    return "".join(revisions[k].digest.decode() for k in order(revisions))


def newest(revisions, **now):
    return revisions[representing(revisions, **now)].digest.decode()


STATED = {
    "numbers": [filed(str(n), number=n) for n in (1, 2, 3, 4)],
    "numbers of the item itself": [
        filed("1", revision=1, number=9),
        filed("2", revision=2, number=1),
        filed("3", revision=3),
        filed("4", revision=11),
    ],
    "dates": [filed(str(n), created=float(n)) for n in (1, 2, 3, 4)],
    "numbers and dates": [
        filed("1", number=1, created=9.0),
        filed("2", number=2, created=3.0),
        filed("3", number=2, created=4.0),
        filed("4", created=5.0),
    ],
    "one number, corrected": [
        filed("1", number=2, kind=VersionKind.UPDATE),
        filed("2", number=2, kind=VersionKind.REPEAT),
        filed("3", number=2, kind=VersionKind.REFILE),
        filed("4", number=2, kind=VersionKind.CORRECTED),
    ],
    "one number and date": [filed(str(n), number=1, created=1.0) for n in (1, 2, 3, 4)],
    "alerts before the first number": [
        filed("1", kind=VersionKind.ALERT),
        filed("2", number=1),
        filed("3", number=2),
        filed("4", number=3),
    ],
}


@pytest.mark.parametrize("what", STATED)
def test_what_is_stated_goes_before_arrival(what):
    """Versions that state their place have one order, in whichever of 24 orders they arrive."""
    for arrived in permutations(STATED[what]):
        assert names(arrived) == "1234"
        assert newest(arrived) == "4"


@pytest.mark.parametrize("held", [WITHHELD, CANCELED, PubStatus.UPSTREAM_KILLED, EMBARGOED])
def test_the_newest_usable_revision_represents(held):
    """What may not be used represents nothing while something usable is there, in any order."""
    revisions = [
        filed("1", number=1),
        filed("2", number=2),
        filed("3", number=3, status=held),
        filed("4", number=4, kind=VersionKind.KILL),
    ]
    for arrived in permutations(revisions):
        assert newest(arrived) == "2"
        assert newest([one for one in arrived if one.digest in b"34"]) == "4"


def test_without_numbers_and_dates_arrival_decides():
    """Texts that say nothing of their version stand in order of arrival."""
    assert names([filed("b"), filed("a"), filed("c")]) == "bac"


def test_a_text_that_says_nothing_follows_what_had_arrived():
    """It is newer than all before it, whatever they state, and older than a higher number."""
    arrived = [filed("a", number=2), filed("b"), filed("c", number=1), filed("d", number=3)]
    assert names(arrived) == "cabd"
    assert newest(arrived[:3]) == "b"


def test_equal_numbers_without_dates_stand_in_order_of_arrival():
    """A feed that never counts up its version still brings newer texts."""
    assert names([filed("b", revision=1), filed("a", revision=1)]) == "ba"


def test_an_embargo_ends_at_its_hour():
    """A version under embargo represents nothing before its hour, and the article from then on."""
    arrived = [filed("a", number=1), filed("b", number=2, status=EMBARGOED, embargo=100.0)]
    assert [newest(arrived, now=now) for now in (None, 99.0, 100.0)] == ["a", "a", "b"]


@pytest.mark.parametrize(
    ("version", "hidden"),
    [
        (Version(), None),
        (Version(status=EMBARGOED), EMBARGOED),
        (Version(embargo=11.0), EMBARGOED),
        (Version(embargo=10.0, status=EMBARGOED), None),
        (Version(status=CANCELED, embargo=1.0), CANCELED),
    ],
)
def test_what_may_not_be_shown_says_why(version, hidden):
    """At ten o'clock an embargo until ten has ended and one until eleven has not."""
    assert masked(version, now=10.0) is hidden
    assert usable(version, now=10.0) is (hidden is None)


def test_an_article_without_revisions_is_refused():
    """Nothing represents what has no text."""
    with pytest.raises(ValueError, match="without a revision"):
        representing([])


def kept(place, body, *, represents=False, **version):
    return KeptRevision(
        number=place,
        received=None,
        version=Version(**version),
        digest=article_digest(Article(body=body)),
        represents=represents,
        replaced_by=None,
        purged=None,
        source=None,
        at=None,
    )


class Posted:
    """The two things of a reading that its place rests on."""

    def __init__(self, body, **version):
        self.article, self.version = Article(body=body), Version(**version)


HISTORY = [kept(1, "one", number=1), kept(2, "three", number=3, represents=True)]


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        (Posted("four", number=4), (3, False, True, None)),
        (Posted("three and a half"), (3, False, True, None)),
        (Posted("one", number=1), (1, True, False, None)),
        (
            Posted("two", number=2),
            (
                3,
                False,
                False,
                "older than revision 2: kept in the history as revision 3, 2 represents the article",
            ),
        ),
        (
            Posted("four", number=4, status=WITHHELD),
            (
                3,
                False,
                False,
                "withheld: kept in the history as revision 3, 2 represents the article",
            ),
        ),
    ],
)
def test_a_posted_text_finds_its_place(posted, expected):
    """Newer usable texts represent; older and unusable ones are kept once, and the answer says why."""
    found = filing(HISTORY, posted, now=1.0)
    told = found.notice and found.notice.action
    assert (found.number, found.known, found.represents, told) == expected
