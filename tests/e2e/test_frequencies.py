"""The store's own frequencies: counted from its texts, used by every process, shown on the command line."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pytest

from api.bootstrap import HASHED_MODEL, open_service, rebuild_index
from api.cli import main
from api.config import Config
from dedupe import rarity
from dedupe.errors import StoreBusy
from dedupe.service import Request
from dedupe.words import mix, split
from tests import outlets

EVERYWHERE = "ferry"
OFTEN = "vessels"


def texts(count):
    """Unrelated articles; all say one word, every second one another."""
    for seed in range(count):
        often = f" {OFTEN}" if seed % 2 else ""
        yield outlets.article(
            seed, text=f"{outlets.body(seed, 2)} {EVERYWHERE}{often} {EVERYWHERE}"
        )


@pytest.fixture
def few(monkeypatch):
    """Small numbers in the place of the large ones."""
    monkeypatch.setattr(rarity, "FIRST", 24)
    monkeypatch.setattr(rarity, "LEAST", 3)


@pytest.fixture
def config(tmp_path):
    return Config.load(data=tmp_path / "var", model=HASHED_MODEL)


def post(service, articles):
    outcomes = service.handle([Request(articles=(one,)) for one in articles])
    return [answer for outcome in outcomes for answer in outcome.results]


def count(service):
    return service.rarity.count(service.store, lambda items, **_: iter(items))


def stored(service):
    with service.store.read() as reader:
        return reader.frequencies()


def by_hand(service):
    """Words by the number of stories whose first article by id holds them."""
    with service.store.read() as reader:
        first = {}
        for name in sorted(reader.article_ids(after=None, limit=10_000)):
            first.setdefault(reader.article(name).placement.story, name)
        articles = [reader.article(name).article for name in first.values()]
    told = [set(re.findall(r"\w\w+", f"{one.title} {one.body}".casefold())) for one in articles]
    counts = Counter(word for words in told for word in words)
    listed = {word: n for word, n in counts.items() if n >= rarity.LEAST}
    keys = mix(split(list(listed)).hashes.copy()).tolist()
    return len(first), dict(sorted(zip(keys, listed.values(), strict=True)))


def plain(found):
    return found.stories, dict(zip(found.keys.tolist(), found.counts.tolist(), strict=True))


def weight(service, word):
    return float(service.rarity.background.idf(split([word]).hashes)[0])


@pytest.mark.usefixtures("few")
def test_a_store_is_counted_while_articles_come_in(config):
    """The count begins when it is due and is done some articles later; verdicts rest on it then."""
    articles = list(texts(60))
    with open_service(config) as service:
        before = weight(service, EVERYWHERE)
        for one in articles[:31]:
            post(service, [one])
        assert stored(service) is None
        for one in articles[31:59]:
            post(service, [one])
        found = stored(service)
        everywhere, often = found.counted(split([EVERYWHERE, OFTEN]).hashes)
        assert 24 <= everywhere == found.stories <= 60
        assert found.added == 32
        assert 0 < often < everywhere
        post(service, articles[59:])
        assert weight(service, EVERYWHERE) < before
        assert service.rarity.background.version.startswith(f"1+n{found.stories}-")
        assert service.store.versions()["background"] == service.rarity.background.version
        assert service.readiness()["background"] == f"ok ({service.rarity.background.version})"


@pytest.mark.usefixtures("few")
def test_counts_are_those_of_the_set(config, tmp_path):
    """After adds, revisions and deletions a count is what plain counting gives, in any order."""
    articles = list(texts(20))
    with open_service(config) as service:
        names = [answer.article.id for answer in post(service, articles)]
        newer = outlets.article(3, text=f"{outlets.body(303, 2)} anchor {EVERYWHERE}")
        post(service, [newer])
        service.delete(names[5])
        found = count(service)
        assert plain(found) == by_hand(service)
        assert found.stories == 19
    left = [newer, *(one for k, one in enumerate(articles) if k not in (3, 5))]
    other = Config.load(data=tmp_path / "other", model=HASHED_MODEL)
    with open_service(other) as service:
        for one in reversed(left):
            post(service, [one])
        assert count(service).name == found.name


@pytest.mark.usefixtures("few")
def test_one_article_speaks_for_a_story(config):
    """Ten copies of one text count once: what they have in common is not common."""
    with open_service(config) as service:
        post(service, texts(4))
        text = f"{outlets.body(700, 3)} {OFTEN}"
        post(service, [outlets.article(700 + k, text=text, title="", source=f"Paper {k}")
                       for k in range(10)])  # fmt: skip
        found = count(service)
        assert found.stories == 5
        assert found.counted(split([OFTEN]).hashes).tolist() == [3]
        assert plain(found) == by_hand(service)


@pytest.mark.usefixtures("few")
def test_a_restart_judges_the_same(config):
    """A verdict explained before a restart is the same after it, under the same background."""
    with open_service(config) as service:
        names = [answer.article.id for answer in post(service, texts(12))]
        at_large = service.explain(names[0], names[1])
        count(service)
        told = service.explain(names[0], names[1])
        version = service.rarity.background.version
    assert told != at_large
    with open_service(config) as service:
        assert service.explain(names[0], names[1]) == told
        assert service.rarity.background.version == version != service.rarity.shipped.version


@pytest.mark.usefixtures("few")
def test_every_process_judges_by_the_newest_count(config):
    """What another process counted is in force with the next article, asked about or stored."""
    with open_service(config) as service, open_service(config) as other:
        post(service, texts(12))
        count(other)
        (one, two) = list(texts(14))[12:]
        service.handle([Request(articles=(one,), store=False)])
        assert service.rarity.background.version == other.store.versions()["background"]
        count(other)
        post(service, [two])
        assert service.rarity.background.version == other.store.versions()["background"]


@pytest.mark.usefixtures("few")
def test_a_store_is_counted_once(config):
    """A count under way is given up when another process has counted meanwhile."""
    articles = list(texts(60))
    with open_service(config) as service, open_service(config) as other:
        for one in articles[:34]:
            post(service, [one])
        count(other)
        with service.store.read() as reader:
            number = reader.frequencies_known()[0]
        for one in articles[34:]:
            post(service, [one])
        with service.store.read() as reader:
            assert reader.frequencies_known() == (number, 34)


@pytest.mark.usefixtures("few")
def test_a_count_that_fails_costs_no_answer(config, monkeypatch):
    """Where the counts cannot be stored the articles are stored all the same; it is tried again."""
    articles = list(texts(80))
    with open_service(config) as service:
        with monkeypatch.context() as broken:

            def busy(*_, **__):
                raise StoreBusy("another writer")

            broken.setattr(rarity.LiveRarity, "_finish", busy)
            answers = post(service, articles[:30]) + post(service, articles[30:50])
            assert [answer.article.status for answer in answers] == ["created"] * 50
            assert stored(service) is None
        post(service, articles[50:70])
        post(service, articles[70:])
        assert stored(service).stories >= 50


def test_an_interrupted_count_changes_nothing(config):
    """Nothing is stored before all is counted; the next count begins anew."""

    def stopped(items, **_):
        yield from list(items)[:1]
        raise KeyboardInterrupt

    with open_service(config) as service:
        post(service, texts(3))
        with pytest.raises(KeyboardInterrupt):
            service.rarity.count(service.store, stopped)
        assert stored(service) is None
        assert count(service).stories == 3


@pytest.mark.usefixtures("few")
def test_rebuilding_counts_anew(config):
    """``rebuild-index`` counts a store that was counted before, and no other."""
    with open_service(config) as service:
        post(service, texts(5))
    rebuild_index(config, progress=lambda items, **_: items)
    with open_service(config) as service:
        assert stored(service) is None
        count(service)
        post(service, list(texts(9))[5:])
    rebuild_index(config, progress=lambda items, **_: items)
    with open_service(config) as service:
        assert stored(service).stories == 9


@pytest.mark.usefixtures("few")
def test_the_command_shows_and_counts(config, capsys, monkeypatch):
    """``samestory frequencies`` tells what was counted and what words weigh, as text and JSON."""
    with open_service(config) as service:
        post(service, texts(10))
    monkeypatch.setenv("SAMESTORY_MODEL", HASHED_MODEL)

    def run(*more):
        with pytest.raises(SystemExit) as left:
            main.main(["frequencies", "--data", str(config.data), *more])
        return left.value.code, capsys.readouterr().out

    assert "store: not counted yet" in run("--of", EVERYWHERE)[1]
    told = json.loads(run("--json")[1])
    assert (told["background"], told["store"], told["items"]) == ("1", None, [])
    code, shown = run("--update", "--of", EVERYWHERE, "--of", "...")
    assert code == 0
    assert "store: 10 stories" in shown
    assert "...: holds no term" in shown
    assert "tell less here than at large:\nferry: 64 of the shipped articles, 10 of" in shown
    told = json.loads(run("--json", "--of", OFTEN, "--of", "harbour", "--of", "3,000")[1])
    assert told["store"]["stories"] == told["store"]["articles_then"] == 10
    assert [(one["word"], one["store"]) for one in told["items"]] == [
        (OFTEN, 5),
        ("harbour", 0),
        ("3,000", 0),
    ]
    assert [one["word"] for one in told["changed"]] == [EVERYWHERE, OFTEN]
    often, _, number = told["items"]
    assert often["weight"]["now"] < often["weight"]["shipped"]
    assert number["shipped"] > 0
    assert np.isclose(number["weight"]["now"], number["weight"]["shipped"], atol=0.01)
