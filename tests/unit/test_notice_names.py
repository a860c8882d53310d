"""What a notice calls the article it means, and by what an article could be known."""

from __future__ import annotations

import pytest

from api.shipped import article_reader
from dedupe.model import Article, Reading
from dedupe.withheld.names import headline, id_key, keys_of, named
from dedupe.withheld.records import target_key

HEADLINE = "Ferry with 42 aboard runs aground in harbour"
CHAIN = f"headline:{HEADLINE.casefold()}"


def reading(title: str, body: str = "Do not use it.", **told: object) -> Reading:
    """The reading of an article of an agency."""
    article = Article(title=title, body=body, source="Norrhaven Wire", **told)  # type: ignore[arg-type]
    (read,) = article_reader().read([article])
    assert isinstance(read, Reading)
    return read


@pytest.mark.parametrize(
    ("text", "announced", "loose"),
    [
        ("ID: a1", ("a1",), ()),
        ("id = ferrystory.", ("ferrystory",), ()),
        ("Mandatory kill of x-17.", ("x-17",), ()),
        ("Kill item id 4711", ("4711",), ()),
        ("Story no. 4711 is gone.", ("4711",), ()),
        ("Remove (w-10417) at once.", (), ("w-10417",)),
        ("Remove 10048123, 2026-03-02 and 10417 at 11:30.", (), ("10048123",)),
        ("The story is withdrawn at once, editors.", (), ()),
        ("See https://wire.example/a?b=1.", (), ("https://wire.example/a?b=1",)),
    ],
)
def test_ids_in_a_notice(text, announced, loose):
    """What is announced as an id, and what looks like one; neither days nor words nor counts."""
    names = named(reading("KILL KILL KILL", text))
    assert (names.ids, names.loose) == (announced, loose)


def test_the_notice_itself_is_not_what_it_names():
    """Its own id in its text is no target."""
    names = named(reading("KILL KILL KILL", "ID: n-10417", external_id="n-10417"))
    assert (names.ids, names.loose) == ((), ())


def test_a_notice_is_of_its_headline_and_of_its_slug():
    """The headline comes first: slugs are used for several pieces."""
    slug = {"slug": "BC-EU--Ferry Aground, Kill"}
    names = named(reading(f"STORY WITHDRAWN-{HEADLINE}", metadata=slug))
    assert names.own == (CHAIN, "slug:eu ferry aground")
    assert CHAIN in named(reading(f"BC-EU--{HEADLINE}, Mandatory Kill")).own


def test_words_of_a_canceled_version_name_nothing():
    """It is the article itself: only identifiers that it states mean others."""
    told = {"pubStatus": "canceled", "supersedes": "w-1"}
    names = named(reading(HEADLINE, "ID: w-10417", metadata=told))
    assert (names.ids, names.loose, names.own, names.chains) == (("w-1",), (), (), ())


def test_an_article_is_known_by_headline_slug_and_ids():
    """Each of its names is a key, whatever prefix its title has and in whatever case."""
    read = reading(
        f"UPDATE 2-<b>{HEADLINE.upper()}</b>",
        external_id="W-10417",
        url="https://wire.example/ferry",
        metadata={"slug": "BC-EU--Ferry Aground, 2nd Ld-Writethru"},
    )
    assert headline(read.article, read.version) == CHAIN
    keys = keys_of(read.id, read.article, read.version)
    assert set(keys) >= {
        target_key("article", read.id),
        target_key("chain", CHAIN),
        target_key("chain", "slug:eu ferry aground"),
        id_key("w-10417"),
        id_key("https://wire.example/ferry"),
    }
    assert len(set(keys)) == len(keys)
