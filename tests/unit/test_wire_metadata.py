"""What metadata states of a version, in the shapes of the formats and of plain JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from api.shipped import article_reader
from dedupe.model import Article
from dedupe.version import PubStatus, Version, VersionKind

MADE = "2024-03-04T10:30:00Z"
HOURS = datetime(2024, 3, 4, 10, 30, tzinfo=UTC).timestamp() / 3600


def version(metadata: dict[str, Any], **fields: Any) -> Version:
    article = Article(
        title="Ferry with 42 aboard runs aground",
        body="A ferry with 42 people aboard ran aground in the harbour on Monday.",
        source="Outlet",
        metadata=metadata,
        **fields,
    )
    return article_reader().version(article)


SHAPES = {
    "newsml-g2": {
        "newsItem": {
            "@guid": "urn:newsml:agency.example:1",
            "@version": "3",
            "itemMeta": {
                "versionCreated": {"#text": MADE},
                "pubStatus": {"@qcode": "stat:withheld"},
                "embargoed": MADE,
                "edNote": "Text revised throughout",
                "signal": [{"@qcode": "sig:correction"}],
                "link": [
                    {"@rel": "irel:previousVersion", "@residref": "urn:newsml:agency.example:0"}
                ],
            },
        }
    },
    "ninjs 1": {
        "uri": "urn:newsml:agency.example:1",
        "version": "3",
        "versioncreated": MADE,
        "pubstatus": "withheld",
        "embargoed": MADE,
        "ednote": "Text revised throughout",
        "evolvedfrom": "urn:newsml:agency.example:0",
        "correction": "yes",
    },
    "ninjs 3": {
        "uri": "urn:newsml:agency.example:1",
        "version": "3",
        "versionCreated": MADE,
        "pubStatus": "withheld",
        "embargoedUntil": MADE,
        "edNote": "Text revised throughout",
        "correction": {"text": "name"},
        "replaces": ["urn:newsml:agency.example:0"],
    },
    "newsml 1": {
        "NewsItem": {
            "Identification": {
                "NewsIdentifier": {
                    "NewsItemId": "1",
                    "RevisionId": {"@PreviousRevision": "2", "@Update": "N", "#text": "3"},
                }
            },
            "NewsManagement": {
                "ThisRevisionCreated": "20240304T103000Z",
                "Status": {"@FormalName": "Withheld"},
                "Instructions": "Text revised throughout",
                "Embargo": MADE,
                "PreviousVersion": "urn:newsml:agency.example:0",
                "Correction": "name",
            },
        }
    },
    "plain": {
        "Revision": 3,
        "date_modified": MADE,
        "publication-status": "on hold",
        "embargo_until": MADE,
        "Editor's note": "Text revised throughout",
        "previous_version": "urn:newsml:agency.example:0",
        "correction": "name",
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_format_states_the_same(shape: str) -> None:
    """One piece is read alike whatever format its metadata comes in."""
    told = version(SHAPES[shape])
    assert told.revision == 3
    assert told.created == HOURS
    assert told.status is PubStatus.WITHHELD
    assert told.embargo == HOURS
    assert told.kind is VersionKind.CORRECTED
    assert told.targets == ("urn:newsml:agency.example:0",)
    assert "Text revised throughout" in [note.text for note in told.notes]


def test_a_note_in_metadata_has_its_path() -> None:
    """The span of a note to editors counts in the value that it stands in."""
    (note,) = version({"itemMeta": {"edNote": [{"#text": "Adds a map"}]}}).notes
    assert note.span.field == "metadata.itemMeta.edNote.0.#text"
    assert (note.span.start, note.span.end) == (0, 10)


@pytest.mark.parametrize(
    ("metadata", "kind", "number", "chain"),
    [
        ({"slugline": "BC-EU--Ferry Aground"}, VersionKind.ORIGINAL, None, "slug:eu ferry aground"),
        (
            {"slugline": "BC-EU--Ferry Aground,1st Ld-Writethru"},
            VersionKind.UPDATE,
            1,
            "slug:eu ferry aground",
        ),
        (
            {"slugline": "AP-EU--Ferry Aground, 11th Ld"},
            VersionKind.UPDATE,
            11,
            "slug:eu ferry aground",
        ),
        (
            {"slugline": "BC-EU--Ferry Aground,Kill"},
            VersionKind.KILL,
            None,
            "slug:eu ferry aground",
        ),
        (
            {"slugline": "BC-EU--Ferry Aground,Advisory"},
            VersionKind.ADVISORY,
            None,
            "slug:eu ferry aground",
        ),
        (
            {"slugline": "BC-EU--Ferry Aground, Withhold"},
            VersionKind.HOLD,
            None,
            "slug:eu ferry aground",
        ),
        (
            {"slugline": "BC-EU--APNewsAlert"},
            VersionKind.ALERT,
            None,
            "headline:ferry with 42 aboard runs aground",
        ),
        (
            {"slugline": "NORWAY-FERRY/ (UPDATE 2, PIX, TV)"},
            VersionKind.UPDATE,
            2,
            "slug:norway ferry",
        ),
        ({"slugline": "NORWAY-FERRY/ (WRAPUP 1)"}, VersionKind.WRAPUP, 1, "slug:norway ferry"),
        (
            {"slugline": "ferry-norway"},
            VersionKind.ORIGINAL,
            None,
            "headline:ferry with 42 aboard runs aground",
        ),
        (
            {
                "altids": {"itemid": "abc", "etag": "abc_1"},
                "version": 2,
                "signals": ["newscontent"],
            },
            VersionKind.UPDATE,
            None,
            "id:abc",
        ),
        (
            {"altids": {"itemid": "abc"}, "signals": ["apsig:updated"]},
            VersionKind.ADVISORY,
            None,
            "id:abc",
        ),
        ({"editorialtypes": ["Lead"]}, VersionKind.UPDATE, None, None),
        ({"editorialtypes": ["Kill"]}, VersionKind.KILL, None, None),
        ({"signal": "sig:update"}, VersionKind.UPDATE, None, None),
        ({"NewsItemType": {"FormalName": "Alert"}}, VersionKind.ALERT, None, None),
        ({"ednote": "Eds: UPDATES: Adds comment."}, VersionKind.UPDATE, None, None),
        (
            {"ednote": "Eds: UPDATES: With AP Photos.", "version": 0},
            VersionKind.ORIGINAL,
            None,
            None,
        ),
        ({"ednote": "CORRECTS name in paragraph 2"}, VersionKind.CORRECTED, None, None),
        ({"ednote": "This is a mandatory kill."}, VersionKind.KILL, None, None),
        (
            {"docdata": {"du-key": {"@key": "Ferry", "@generation": "4"}}},
            VersionKind.ORIGINAL,
            4,
            "id:ferry",
        ),
        ({"docdata": {"ed-msg": {"@info": "HOLD HOLD HOLD"}}}, VersionKind.HOLD, None, None),
    ],
)
def test_slugs_signals_and_notes_tell_the_version(
    metadata: dict[str, Any], kind: VersionKind, number: int | None, chain: str | None
) -> None:
    """Conventions of the agencies are read from metadata as from the text."""
    told = version(metadata)
    assert (told.kind, told.number) == (kind, number)
    if chain is not None:
        assert told.chain == chain


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("usable", PubStatus.USABLE),
        ("stat:usable", PubStatus.USABLE),
        ({"@qcode": "stat:canceled"}, PubStatus.CANCELED),
        ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", PubStatus.CANCELED),
        ("cancelled", PubStatus.CANCELED),
        ("Embargoed", PubStatus.EMBARGOED),
        ("killed", PubStatus.CANCELED),
        ("draft", PubStatus.USABLE),
        ({"code": "10"}, PubStatus.USABLE),
        (None, PubStatus.USABLE),
    ],
)
def test_a_status_is_one_of_the_known(value: Any, status: PubStatus) -> None:
    """What is no status of the formats leaves the piece usable."""
    assert version({"pubStatus": value}).status is status


def test_nitf_embargoes_by_its_release() -> None:
    """The date of release counts where the status says that the piece is not free."""
    release = {"date.release": {"@norm": MADE}}
    assert version({"docdata": {"@management-status": "embargoed", **release}}).embargo == HOURS
    assert version({"docdata": release}).embargo is None


@pytest.mark.parametrize(
    "value", ["2.1-beta", "", None, True, [], {}, "ninjs", float("nan"), 10**400]
)
def test_what_is_no_number_is_no_version(value: Any) -> None:
    """Odd values are passed over; nothing raises."""
    told = version({"version": value, "versionCreated": value, "embargoed": value, "links": value})
    assert (told.revision, told.created, told.targets) == (None, None, ())


def test_versions_of_other_records_are_not_the_articles() -> None:
    """Only the records of the formats are entered: a rendition has a version of its own."""
    assert version({"renditions": {"version": 9}, "standard": {"version": "3.0"}}) == version({})


def test_a_story_number_in_the_address_is_the_chain() -> None:
    """Reuters' address keeps the number of the story under other words and days."""
    first = version({}, url="http://reuters.example/article/us-ferry-idUSN1234567820240304")
    later = version({}, url="http://reuters.example/article/us-harbour-idUSN1234567820240305")
    assert first.chain == later.chain == "reuters:usn12345678"


def test_the_identity_itself_is_no_chain() -> None:
    """A guid that is the article's own id tells nothing of other articles."""
    assert version({"guid": "urn:x:1"}, external_id="urn:x:1").chain == version({}).chain
    assert version({"guid": "urn:x:1"}, external_id="urn:x:1:v2").chain == "id:urn:x:1"


def test_deep_and_long_values_are_given_up() -> None:
    """Metadata that is nested or long beyond reason costs nothing and raises nothing."""
    deep: Any = "3"
    for _ in range(900):
        deep = [deep]
    told = version({"version": deep, "slugline": "a,b" * 5000, "ednote": ["x"] * 5000})
    assert told.revision is None
    assert len(told.notes) <= 32
