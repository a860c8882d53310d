"""Texts are kept as long as the setting says, and their copies are recognised after that."""

from __future__ import annotations

import sqlite3

import pytest

from api.bootstrap import HASHED_MODEL, open_service
from api.config import Config
from dedupe.formats.document import article_from
from dedupe.requests import Request
from tests.e2e.texts import BRIDGE, HARBOUR, paragraphs

DAY = 24.0


@pytest.fixture
def kept(tmp_path):
    """A service that keeps texts for 90 days, and its clock in hours."""
    clock = [480_000.0]
    config = Config.load(data=tmp_path, model=HASHED_MODEL, keep_text="90d")
    with open_service(config) as service:
        service._clock = lambda: clock[0]
        yield service, clock, tmp_path


def post(service, name, body, **more):
    article = article_from({"id": name, "title": f"Report {name}", "body": body, **more})
    ((answer,),) = [one.results for one in service.handle([Request(articles=(article,))])]
    return answer


def test_a_text_is_removed_when_its_time_has_come(kept):
    """Not an hour before; the article, its place and its canonical stay."""
    service, clock, _ = kept
    first = post(service, "a", HARBOUR, source="Velmar Post")
    clock[0] += 89 * DAY
    assert service.due().purged == 0
    clock[0] += 2 * DAY
    assert service.due().purged == 1
    assert service.due().purged == 0
    with service.store.read() as reader:
        stored = reader.article(first.article.id)
        assert (stored.article.title, stored.article.body) == ("", "")
        assert stored.article.source == "Velmar Post"
        assert reader.verify() == []
    assert service.answer(first.article.id).cluster.id == first.cluster.id


def test_copies_of_a_removed_text_are_recognised(kept):
    """A late reprint, an excerpt and a stranger are told apart by what is left of the text."""
    service, clock, _ = kept
    first = post(service, "a", HARBOUR, source="Velmar Post")
    clock[0] += 91 * DAY
    service.due()
    reprint = post(service, "b", HARBOUR, source="Ostrand News")
    excerpt = post(service, "c", paragraphs(HARBOUR, 0, 3), source="Daily Brief")
    stranger = post(service, "d", BRIDGE, source="Asker Echo")
    assert (reprint.cluster.id, reprint.cluster.of) == (first.cluster.id, first.article.id)
    assert reprint.cluster.relation == "exact"
    assert excerpt.cluster.id == first.cluster.id
    assert stranger.cluster.id != first.cluster.id


def test_of_a_revised_article_each_text_has_its_own_time(kept):
    """The old revision goes first; the article's own text when that has been here for so long."""
    service, clock, _ = kept
    first = post(service, "a", HARBOUR, source="Velmar Post")
    clock[0] += 60 * DAY
    post(service, "a", HARBOUR + "\nThe port opened again on Friday.", source="Velmar Post")
    clock[0] += 31 * DAY
    assert service.due().purged == 1
    with service.store.read() as reader:
        assert reader.article(first.article.id).article.body.startswith(HARBOUR)
        assert list(reader.revision_texts(first.article.id, [1, 2])) == [2]
    clock[0] += 60 * DAY
    assert service.due().purged == 1
    with service.store.read() as reader:
        assert not reader.revision_texts(first.article.id, [1, 2])


def test_nothing_of_a_removed_text_is_left_in_the_files(kept):
    """Words that stood in it alone are in no file of the store."""
    service, clock, path = kept
    text = HARBOUR.replace("grain", "quagzorb")
    assert "quagzorb" in text
    post(service, "a", text, source="Velmar Post", metadata={"byline": "Wexlamp"})
    post(service, "a", text + " More.", source="Velmar Post", metadata={"byline": "Wexlamp"})
    clock[0] += 91 * DAY
    assert service.due().purged == 1
    service.store.close()
    for file in path.iterdir():
        if file.suffix in {".db", ".sqlite"} or "samestory" in file.name:
            with sqlite3.connect(file) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    assert b"Velmar Post" in data
    for word in (b"quagzorb", b"Wexlamp"):
        assert word not in data


def test_without_the_setting_texts_are_kept(tmp_path):
    """Ten years later they are still there."""
    clock = [480_000.0]
    with open_service(Config.load(data=tmp_path, model=HASHED_MODEL)) as service:
        service._clock = lambda: clock[0]
        first = post(service, "a", HARBOUR, source="Velmar Post")
        clock[0] += 3650 * DAY
        assert service.due().purged == 0
        with service.store.read() as reader:
            assert reader.article(first.article.id).article.body == HARBOUR
