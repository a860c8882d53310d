"""Which texts are notices: the mark alone, in capitals or an agency's form, and few words."""

from __future__ import annotations

import pytest

from api.shipped import article_reader
from dedupe.model import Article
from dedupe.version import Version, VersionKind

HEADLINE = "Ferry with 42 aboard runs aground in harbour"
SENTENCE = (
    "The harbour master of Norrhaven said that the pilot had asked for two tugs before noon. "
)
LONG, SHORT = SENTENCE * 12, SENTENCE * 3
CHAIN = f"headline:{HEADLINE.casefold()}"


def version(title: str = HEADLINE, body: str = SHORT, **metadata: object) -> Version:
    """The version of an article with this title and body."""
    return READER.version(Article(title=title, body=body, metadata=metadata))


READER = article_reader()


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (f"STORY WITHDRAWN-{HEADLINE.upper()}", "The story is withdrawn. No substitute follows."),
        (f"{HEADLINE}, Mandatory Kill", "Editors: do not use."),
        (f"BC-EU--{HEADLINE}, MANDATORY KILL", "Editors: do not use."),
        (f"{HEADLINE} (STORY WITHDRAWN)", "Do not use."),
        (f"KILL: {HEADLINE}", "Kill this story."),
        (f"ADVISORY: story withdrawn - {HEADLINE}", "Do not use it."),
        (f"KILL - {HEADLINE}", "Kill this story."),
        (f"Mandatory Kill: {HEADLINE}", "We ask all clients to remove it."),
        (f"Story withdrawn: {HEADLINE}", "The story has been withdrawn."),
        (f"KILL KILL KILL: {HEADLINE}", "Kill."),
        (f"KILL KILL KILL {HEADLINE}", "Kill."),
        (HEADLINE, "STORY WITHDRAWN\n\nThe story has been withdrawn because of an error."),
        (HEADLINE, "KILL KILL KILL. Do not use."),
        (f"ANULACION: {HEADLINE}", "Rogamos anulen la nota."),
    ],
)
def test_a_kill_is_read_in_any_of_its_forms(title: str, body: str) -> None:
    """However it is written it is a kill, and its headline is that of the story."""
    told = version(title, body)
    assert (told.kind, told.doubted) == (VersionKind.KILL, None)
    assert told.chain in {CHAIN, "slug:eu ferry with 42 aboard runs aground in harbour"} or (
        told.chain == f"headline:bc eu {HEADLINE.casefold()}"
    )


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("STORY WITHDRAWN: how a hoax fooled the wires", LONG),
        ("WITHDRAWN - troops leave the harbour", LONG),
        ("KILL: a film about the harbour", LONG),
        ("The hoax of the harbour", f"KILL KILL KILL\n\n{LONG}"),
        ("The hoax of the harbour", f"HOLD HOLD HOLD\n\n{LONG}"),
        ("The hoax of the harbour", f"This article has been withdrawn.\n\n{SENTENCE * 5}"),
    ],
)
def test_a_full_article_with_a_mark_is_an_article(title: str, body: str) -> None:
    """It stays an article with all its words, and says what it was nearly taken for."""
    told = version(title, body)
    assert told.kind is VersionKind.ORIGINAL
    assert told.doubted in {VersionKind.KILL, VersionKind.HOLD}
    assert told.notes == ()


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Story withdrawn after row at newspaper", f"The story was withdrawn, she said. {SHORT}"),
        ("The hoax", f"HOLD HOLD HOLD was the cry of the shareholders. {SHORT}"),
        ("The hoax", f"KILL KILL KILL, read the notice that reached its clients. {SHORT}"),
        ("The hoax", f"Mandatory kill, the notice said, and editors rushed to it. {SHORT}"),
        ("Editor quits", f"STORY WITHDRAWN is what the page said. {SHORT}"),
        ("Hold, hold, hold: shareholders cry", SHORT),
        ("Kill bill: senators vote", SHORT),
        ("Withdrawn: the drug that never worked", SHORT),
    ],
)
def test_a_mark_in_a_sentence_marks_nothing(title: str, body: str) -> None:
    """Words of a notice that go on as a sentence are an article's, however short it is."""
    told = version(title, body)
    assert (told.kind, told.doubted, told.notes) == (VersionKind.ORIGINAL, None, ())


def test_metadata_makes_a_long_text_a_notice() -> None:
    """What a field or a slug states needs no short text."""
    title = f"STORY WITHDRAWN-{HEADLINE}"
    for metadata in (
        {"pubStatus": "canceled"},
        {"ednote": "This is a mandatory kill."},
        {"slugline": "BC-EU--Ferry Aground, Kill"},
    ):
        told = version(title, LONG, **metadata)
        assert (told.kind, told.doubted) == (VersionKind.KILL, None), metadata


def test_a_labelled_headline_is_a_target() -> None:
    """A notice may name the story in a line of its own."""
    told = version("Kill", f"KILL KILL KILL\nHeadline: {HEADLINE}\n")
    assert CHAIN in told.targets
