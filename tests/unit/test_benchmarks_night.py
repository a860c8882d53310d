"""The benchmark of nights: filled stores, growth, who changed their name, tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import articles, bootstrap
from api.config import Config
from benchmarks import corpus, filling, night, night_board, night_runs
from benchmarks.filling import Filler
from benchmarks.story_sets import made_up
from dedupe.formats.document import MAX_BODY_BYTES
from dedupe.service import Request
from index.encoder_hashed import HashedEncoder


@pytest.fixture(scope="module")
def rows():
    """Made-up articles without labels."""
    return [{name: row.get(name) for name in corpus.FIELDS} for row in made_up(3, 40)]


def config(folder):
    return Config(data=folder, model=bootstrap.HASHED_MODEL)


def members(folder):
    with (
        bootstrap.open_service(config(folder), HashedEncoder()) as service,
        service.store.read() as reader,
    ):
        ids = reader.article_ids(after=None, limit=10**6)
        return {one.profile.id: one for one in reader.members(ids)}


def comparable(profile):
    """A profile whose arrays are compared by value."""
    return repr(replace(profile, vector=None)), profile.vector.tobytes()


def test_filling_stores_what_posting_stores(tmp_path, rows):
    """Profiles and vectors of a filled store are, bit by bit, those of the same articles posted."""
    assert Filler(config(tmp_path / "a"), HashedEncoder(), rows).fill(
        filling.grown(rows, len(rows))
    ) == len(rows)
    posted = tuple(articles.article(row, max_body_bytes=MAX_BODY_BYTES) for row in rows)
    with bootstrap.open_service(config(tmp_path / "b"), HashedEncoder()) as service:
        service.handle([Request(articles=posted)])
    with np.printoptions(threshold=10**9):
        filled, other = (
            {name: comparable(one.profile) for name, one in members(tmp_path / part).items()}
            for part in "ab"
        )
    assert len(filled) == len(rows)
    assert filled == other


def test_everything_in_a_filled_store_lies_alone(tmp_path, rows):
    """No two articles share a cluster or a story, and the store keeps all its promises."""
    Filler(config(tmp_path), HashedEncoder(), rows).fill(filling.grown(rows, 60))
    found = night_runs.groups(tmp_path)
    assert len({cluster for cluster, _ in found.values()}) == 60
    assert len({story for _, story in found.values()}) == 60
    assert list(bootstrap.verify(config(tmp_path))) == []


def test_filling_twice_changes_nothing(tmp_path, rows):
    """What is there already is left as it is."""
    filler = Filler(config(tmp_path), HashedEncoder(), rows)
    filler.fill(filling.grown(rows, 10))
    before = night_runs.snapshot(tmp_path)
    filler.fill(filling.grown(rows, 10))
    assert night_runs.snapshot(tmp_path) == before
    filler.fill(filling.grown(rows, 11))
    assert {
        name for name, digest in night_runs.snapshot(tmp_path).items() if before[name] != digest
    } >= {"articles", "clusters", "stories", "events"}


def test_replicas_follow_each_other_in_time(tmp_path, rows):
    """A replica lies one span of dates after the one before it, with vectors of the same cosines."""
    Filler(config(tmp_path), HashedEncoder(), rows).fill(filling.grown(rows, 80))
    found = members(tmp_path)
    of = [articles.article(row, max_body_bytes=MAX_BODY_BYTES) for row in rows]
    first = [one.published.value for one in of]
    span = timedelta(days=(max(first) - min(first)).days + 1)
    dates = sorted(one.profile.published for one in found.values())
    assert dates[-1] - dates[0] == pytest.approx(
        (max(first) - min(first) + span).total_seconds() / 3600.0
    )
    vectors = np.stack([one.profile.vector for one in found.values()])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)


def test_turning_keeps_cosines_inside_a_replica():
    """Within a replica every cosine stays; another replica is another place altogether."""
    vectors = HashedEncoder().encode(["a storm on the coast", "a storm at the coast", "a vote"])
    again = np.stack([filling.turned(one, 1) for one in vectors])
    assert np.allclose(vectors @ vectors.T, again @ again.T, atol=1e-6)
    other = np.stack([filling.turned(one, 2) for one in vectors])
    assert np.abs(again @ other.T).max() < 0.5


def test_one_in_twenty_comes_later(rows):
    """Those there at first and those that come later are all, and are one to twenty."""
    stream = filling.grown(rows, filling.streamed(100))
    there, late = list(filling.earlier(stream)), list(filling.later(stream))
    assert (len(there), len(late)) == (100, 5)
    assert {one.row["id"] for one in there}.isdisjoint(one.row["id"] for one in late)
    assert [one.row["id"] for one in filling.earlier(filling.grown(rows, 42))] == [
        one.row["id"] for one in there[:40]
    ]


@given(st.floats(0.5, 2.0), st.floats(0.01, 10.0))
def test_the_exponent_of_a_power_is_its_power(power, factor):
    """Costs that grow as a power of the size have that power, whatever they begin with."""
    cost = {size: factor * size**power for size in (10_000, 20_000, 100_000)}
    assert night.exponent(cost) == pytest.approx(power, abs=1e-3)


def test_there_is_no_exponent_of_one_size():
    """A line needs two points."""
    assert night.exponent({}) is None
    assert night.exponent({10_000: 3.0}) is None


def test_an_old_group_is_where_most_of_it_lies():
    """A group has another identifier where more of it lies elsewhere than stayed."""
    old = {"a": "g", "b": "g", "c": "g", "d": "h", "e": "h", "f": "i"}
    assert night_runs.changed(old, old)["changed"] == 0
    now = {**old, "a": "x", "b": "x", "d": "y", "new": "z"}
    told = night_runs.changed(old, now)
    assert (told["groups"], told["changed"], told["share"]) == (3, 1, 0.33333)
    assert (told["of_many"], told["changed_of_many"], told["share_of_many"]) == (2, 1, 0.5)
    merged = night_runs.changed(old, {**old, "f": "h"})
    assert (merged["changed"], merged["changed_of_many"]) == (1, 0)


def cost(seconds, **more):
    told = {"cpu_seconds": seconds, "seconds": seconds, "peak_mib": 100.0 * seconds}
    return told | {"articles_per_cpu_second": 900, "folder_mib": 12.0} | more


def test_tables_tell_costs_and_exponents():
    """A row a night and a peer; a peer that was not given so many articles has an empty cell."""
    level = {"share": 0.004, "share_of_many": 0.02}
    sizes = {
        str(size): {
            "articles": size,
            "first": cost(size / 1e3),
            "second": cost(size / 2e3),
            "third": cost(size / 1e3, new=size // 20, clusters=level, stories=level),
            "store_mib": 30.0,
            "peers": {"p": {"label": "peer", "cpu_seconds": 2.0, "peak_mib": 9.0}}
            if size < 50_000
            else {},
        }
        for size in (10_000, 20_000, 100_000)
    }
    figures = {"sizes": sizes, "exponents": night.exponents(sizes)}
    lines = night_board.everything(figures).splitlines()
    assert lines[2] == (
        "| first night: copies, stories, canonicals, ids | 10.0 / 1,000 | 20.0 / 2,000 | "
        "100.0 / 10,000 | 1.00 | 1.00 | 1.00 |"
    )
    assert lines[5] == "| peer: copies only | 2.0 / 9 | 2.0 / 9 |  | 0.00 |  | 0.00 |"
    assert lines[-1] == (
        "| 100,000 | 900 | 100.0 | 12 | 30 | 5,000 | 0.40 % | 0.40 % | 2.00 %, 2.00 % |"
    )
