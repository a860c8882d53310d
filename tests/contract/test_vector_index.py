"""One suite for every vector index: the same keys and the same cosines, exactly."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.errors import IndexDamaged, VersionMismatch
from index.vectors_faiss import UNFOLDED, FaissVectorIndex, manifest_path
from index.vectors_numpy import NumpyVectorIndex

ADAPTERS = [NumpyVectorIndex, FaissVectorIndex]


@pytest.fixture(params=ADAPTERS)
def adapter(request):
    return request.param


def keys_of(*keys):
    return np.array(keys, dtype=np.int64)


def units(n, dimension=8, seed=5):
    vectors = np.random.default_rng(seed).standard_normal((n, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def rows(hits, n):
    """Keys of each query's neighbours."""
    return [hits.key[hits.query == query].tolist() for query in range(n)]


def half(*values):
    """What half precision makes of numbers."""
    return np.array(values, np.float16).astype(np.float32).tolist()


def same_hits(found, expected):
    """Same neighbours, same cosines, bit for bit."""
    np.testing.assert_array_equal(found.query, expected.query)
    np.testing.assert_array_equal(found.key, expected.key)
    np.testing.assert_array_equal(found.cosine, expected.cosine)


def test_cosines_best_first(adapter):
    """The nearest come first, with their cosines, under their keys."""
    index = adapter(2)
    index.add(keys_of(30, 10, 20), np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32))
    hits = index.search(np.array([[1, 0], [0, 1]], dtype=np.float32), 3)
    assert hits.query.tolist() == [0, 0, 0, 1, 1, 1]
    assert hits.key.tolist() == [30, 20, 10, 10, 20, 30]
    assert hits.cosine.tolist() == half(1.0, 0.6, 0.0, 1.0, 0.8, 0.0)
    assert (hits.query.dtype, hits.key.dtype) == (np.int64, np.int64)
    assert hits.cosine.dtype == np.float32


def test_never_padded(adapter):
    """Asked for more than it holds, an index gives what it holds and no padding."""
    index = adapter(8)
    index.add(keys_of(7, 9), units(2))
    hits = index.search(units(3), 10)
    assert hits.query.tolist() == [0, 0, 1, 1, 2, 2]
    assert [sorted(row) for row in rows(hits, 3)] == [[7, 9]] * 3


@pytest.mark.parametrize(("n", "k"), [(0, 5), (3, 0)])
@pytest.mark.parametrize("queries", [0, 4, 40])
def test_nothing_to_give(adapter, n, k, queries):
    """An empty index, or no neighbour asked for, gives nothing."""
    index = adapter(8)
    index.add(np.arange(1, n + 1), units(n))
    hits = index.search(units(queries), k)
    assert [len(column) for column in (hits.query, hits.key, hits.cosine)] == [0, 0, 0]


def test_no_query(adapter):
    """No query gives nothing."""
    index = adapter(8)
    index.add(keys_of(1), units(1))
    assert len(index.search(units(0), 3).key) == 0


def test_ties_by_key_even_at_the_end(adapter):
    """Of a hundred equal vectors the three smallest keys are given, whatever came first."""
    index = adapter(8)
    same = units(1)
    order = np.random.default_rng(1).permutation(np.arange(1, 101))
    index.add(order, np.repeat(same, 100, axis=0))
    index.add(keys_of(500), units(1, seed=6))
    for queries in (1, 40):
        hits = index.search(np.repeat(same, queries, axis=0), 3)
        assert rows(hits, queries) == [[1, 2, 3]] * queries
        assert len(set(hits.cosine.tolist())) == 1


def test_a_key_held_is_replaced(adapter):
    """Adding a key again leaves one entry with the newer vector and the newer time."""
    index = adapter(2)
    hours = np.array([1.0, 1.0])
    index.add(keys_of(1, 2), np.array([[1, 0], [0, 1]], dtype=np.float32), hours)
    index.add(keys_of(1), np.array([[0.6, 0.8]], dtype=np.float32), hours[:1] + 9)
    hits = index.search(np.array([[1, 0]], dtype=np.float32), 5)
    assert len(index) == 2
    assert hits.key.tolist() == [1, 2]
    assert hits.cosine.tolist() == half(0.6, 0.0)
    assert index.hours(keys_of(2, 1)).tolist() == [1.0, 10.0]


def test_the_last_of_a_key_given_twice_counts(adapter):
    """A key that stands twice in one call is held once, with its last vector."""
    index = adapter(2)
    index.add(keys_of(1, 1), np.array([[1, 0], [0, 1]], dtype=np.float32))
    assert len(index) == 1
    assert index.search(np.array([[0, 1]], dtype=np.float32), 1).cosine.tolist() == [1.0]


def test_removing(adapter):
    """A removed key is gone, the others stay; unknown keys do not matter; it may come again."""
    index = adapter(8)
    vectors = units(5)
    index.add(np.arange(1, 6), vectors)
    index.remove(keys_of(2, 5, 77, 2))
    assert len(index) == 3
    for key in (1, 3, 4):
        hits = index.search(vectors[key - 1 : key], 1)
        assert hits.key.tolist() == [key]
        assert hits.cosine[0] == pytest.approx(1.0, abs=1e-3)
    index.add(keys_of(5), vectors[:1])
    assert index.search(vectors[:1], 2).key.tolist() == [1, 5]
    index.remove(keys_of(1, 3, 4, 5))
    assert len(index) == 0
    assert len(index.search(vectors, 2).key) == 0


def test_only_what_is_inside_the_window(adapter):
    """The k nearest of those inside the window, its bounds included; unknown times are inside."""
    index = adapter(2)
    along = np.array([[1, 0]], dtype=np.float32)
    hours = np.array([100.0, 110.0, 90.0, 110.1, 89.9, np.nan])
    index.add(np.arange(1, 7), np.repeat(along, 6, axis=0), hours)
    for queries in (1, 40):
        many = np.repeat(along, queries, axis=0)

        def found(hour, k=9, many=many):
            times = np.full(len(many), hour)
            return rows(index.search(many, k, hours=times, window=10.0), len(many))

        assert found(100.0) == [[1, 2, 3, 6]] * queries
        assert found(100.0, k=2) == [[1, 2]] * queries
        assert found(np.nan) == [[1, 2, 3, 4, 5, 6]] * queries
        assert found(5000.0) == [[6]] * queries
    assert rows(index.search(along, 9, hours=np.array([100.0])), 1) == [[1, 2, 3, 4, 5, 6]]


def test_the_window_is_inside_the_search(adapter):
    """A hundred nearer articles of another year leave the neighbours of the same week their place."""
    index = adapter(8)
    query, others = units(1), units(3, seed=8)
    index.add(np.arange(1, 101), np.repeat(query, 100, axis=0), np.full(100, 9000.0))
    index.add(keys_of(201, 202, 203), others, np.full(3, 24.0))
    hits = index.search(query, 3, hours=np.array([0.0]), window=1440.0)
    assert sorted(hits.key.tolist()) == [201, 202, 203]


def test_shapes_are_refused(adapter):
    """Vectors of another dimension or number are refused and nothing is held."""
    index = adapter(8)
    with pytest.raises(ValueError, match=r"expected \(1, 8\)"):
        index.add(keys_of(1), units(1, dimension=4))
    with pytest.raises(ValueError, match=r"expected \(2, 8\)"):
        index.add(keys_of(1, 2), units(1))
    assert len(index) == 0


def test_what_is_held_can_be_read_back(adapter):
    """Keys come ascending, vectors in half precision as asked, and an unknown key is refused."""
    index, vectors = adapter(8), units(4)
    assert index.keys().tolist() == []
    assert index.vectors(keys_of()).shape == (0, 8)
    index.add(keys_of(30, 10, 20), vectors[:3])
    index.add(keys_of(10), vectors[3:])
    index.remove(keys_of(30))
    assert index.keys().tolist() == [10, 20]
    assert index.keys().dtype == np.int64
    np.testing.assert_array_equal(
        index.vectors(keys_of(20, 10)), vectors[[2, 3]].astype(np.float16).astype(np.float32)
    )
    assert index.vectors(keys_of(10)).dtype == np.float32
    assert np.isnan(index.hours(keys_of(20, 10))).all()
    with pytest.raises(KeyError):
        index.vectors(keys_of(30))
    with pytest.raises(KeyError):
        index.hours(keys_of(30))


STEPS = st.lists(
    st.tuples(st.booleans(), st.lists(st.integers(1, 12), min_size=1, max_size=6)), max_size=12
)
HOURS = np.array([0.0, 5.0, 10.0, 50.0, np.nan])


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 999), window=st.sampled_from([0.0, 5.0, 45.0, np.inf]))
def test_faiss_is_the_oracle(steps, seed, window):
    """After any adds and removes FAISS gives the keys and cosines that plain NumPy gives."""
    rng = np.random.default_rng(seed)
    pool = units(6, seed=seed)
    oracle, index = NumpyVectorIndex(8), FaissVectorIndex(8)
    for added, keys in steps:
        chosen = pool[rng.integers(0, len(pool), len(keys))]
        hours = rng.choice(HOURS, len(keys))
        for one in (oracle, index):
            if added:
                one.add(keys_of(*keys), chosen, hours)
            else:
                one.remove(keys_of(*keys))
    np.testing.assert_array_equal(index.keys(), oracle.keys())
    np.testing.assert_array_equal(index.vectors(index.keys()), oracle.vectors(oracle.keys()))
    np.testing.assert_array_equal(index.hours(index.keys()), oracle.hours(oracle.keys()))
    asked = np.repeat(pool, 5, axis=0)
    hours = np.tile(HOURS, 6)
    for k in (1, 3, 50):
        for some in (slice(0, 5), slice(None)):
            same_hits(
                index.search(asked[some], k, hours=hours[some], window=window),
                oracle.search(asked[some], k, hours=hours[some], window=window),
            )


@pytest.mark.parametrize("queries", [1, 40])
@pytest.mark.parametrize("window", [np.inf, 300.0])
def test_faiss_is_the_oracle_at_full_width(queries, window):
    """At 384 dimensions, with near-ties, one query or many, the results are exactly the oracle's."""
    vectors = units(600, dimension=384)
    close = vectors[:300] + 1e-7 * units(300, dimension=384, seed=9)
    held = np.concatenate([vectors, close.astype(np.float32)])
    hours = np.random.default_rng(3).uniform(0, 2000, len(held))
    oracle, index = NumpyVectorIndex(384), FaissVectorIndex(384)
    for one in (oracle, index):
        one.add(np.arange(1, 901), held, hours)
    asked = {"hours": hours[:queries], "window": window}
    same_hits(index.search(held[:queries], 48, **asked), oracle.search(held[:queries], 48, **asked))


def crowds(n, dimension=16, noise=4):
    """Vectors in crowds of 25 around always the same centres, as ledes are, with their hours."""
    rng = np.random.default_rng(noise)
    centres = np.repeat(units(400, dimension), 25, axis=0)[:n]
    vectors = centres + 0.15 * rng.standard_normal((n, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), rng.uniform(0, 1000, n)


@pytest.mark.parametrize("window", [np.inf, 250.0])
def test_rows_moved_and_dropped_are_the_oracle_s(window):
    """Thousands of rows added out of order, replaced and removed leave exactly what is held."""
    rng = np.random.default_rng(7)
    vectors, hours = crowds(6000)
    hours[rng.random(6000) < 0.1] = np.nan
    oracle, index = NumpyVectorIndex(16), FaissVectorIndex(16)
    for start in range(0, 6000, 500):
        keys = rng.integers(1, 4000, 500)
        gone = rng.integers(1, 4000, 200)
        for one in (oracle, index):
            one.add(keys, vectors[start : start + 500], hours[start : start + 500])
            one.remove(gone)
    assert index.keys().tolist() == oracle.keys().tolist()
    for some in (slice(0, 9), slice(100, 500)):
        asked = {"hours": hours[some], "window": window}
        same_hits(
            index.search(vectors[some], 48, **asked), oracle.search(vectors[some], 48, **asked)
        )


def recall(found, expected):
    """Share of the expected pairs (query, key) that were found."""
    wanted = set(zip(expected.query.tolist(), expected.key.tolist(), strict=True))
    return len(wanted & set(zip(found.query.tolist(), found.key.tolist(), strict=True))) / len(
        wanted
    )


def in_cells(n=4000, exact=500):
    """An index that reads cells, its oracle, and what both hold."""
    vectors, hours = crowds(n)
    oracle, index = NumpyVectorIndex(16), FaissVectorIndex(16, exact=exact)
    for one in (oracle, index):
        one.add(np.arange(1, n + 1), vectors, hours)
    return index, oracle, vectors, hours


@pytest.mark.parametrize("window", [np.inf, 400.0, 100.0])
@pytest.mark.parametrize("queries", [10, 200])
def test_cells_find_nearly_all(window, queries):
    """With more inside the window than are looked at, .97 of the 48 nearest are found."""
    index, oracle, vectors, hours = in_cells()
    some = slice(None, None, 4000 // queries)
    asked = {"hours": hours[some], "window": window}
    expected = oracle.search(vectors[some], 48, **asked)
    found = index.search(vectors[some], 48, **asked)
    assert recall(found, expected) >= 0.97
    assert found.query.tolist() == expected.query.tolist()
    # The cosines are those of the vectors held, not of a byte a dimension.
    exact = {
        (q, k): c for q, k, c in zip(expected.query, expected.key, expected.cosine, strict=True)
    }
    both = [
        (q, k, c)
        for q, k, c in zip(found.query, found.key, found.cosine, strict=True)
        if (q, k) in exact
    ]
    assert [c for _, _, c in both] == [exact[q, k] for q, k, _ in both]


@pytest.mark.parametrize("exact", [1, 2, 3, 5])
def test_the_smallest_indexes_have_cells(exact):
    """Whatever the number that is looked at, an index grown one by one finds as many as there are."""
    vectors, hours = crowds(30)
    index = FaissVectorIndex(16, exact=exact)
    for k in range(30):
        index.add(keys_of(k + 1), vectors[k : k + 1], hours[k : k + 1])
        assert len(index.search(vectors[:1], 4).key) == min(4, k + 1)
    index.remove(np.arange(1, 31))
    assert len(index.search(vectors, 4).key) == 0


def test_few_inside_the_window_are_all_looked_at():
    """With no more inside the window than are looked at, many outside it change nothing."""
    index, oracle, vectors, hours = in_cells()
    asked = {"hours": hours[:30], "window": 50.0}
    same_hits(index.search(vectors[:30], 48, **asked), oracle.search(vectors[:30], 48, **asked))


def test_cells_forget_and_replace():
    """Keys removed or replaced after the cells were made are gone from them; new ones are found."""
    index, oracle, vectors, _ = in_cells()
    index.search(vectors[:1], 48)
    more, later = crowds(3000, noise=11)
    for one in (oracle, index):
        one.remove(np.arange(1, 2001))
        one.add(np.arange(3001, 6001), more, later)
    hits = index.search(more[::30], 48)
    assert recall(hits, oracle.search(more[::30], 48)) >= 0.97
    assert hits.key.min() > 2000
    assert len(index) == len(oracle) == 4000


def test_an_index_filled_anew_finds_the_same():
    """Grown article by article and tidied, or filled at once: cells give the same neighbours."""
    index, _, vectors, hours = in_cells()
    grown = FaissVectorIndex(16, exact=500)
    for start in range(0, 4000, 250):
        some = slice(start, start + 250)
        grown.add(np.arange(start + 1, start + 251), vectors[some], hours[some])
        grown.search(vectors[:1], 48)
    same_hits(grown.search(vectors[:80], 48), index.search(vectors[:80], 48))


def test_cells_are_saved_and_loaded(tmp_path):
    """An index with cells is saved with them, and finds the same once loaded."""
    index, _, vectors, _ = in_cells()
    before = index.search(vectors[:20], 48)
    index.save(tmp_path / "v", manifest={"model": "m"})
    same_hits(index.search(vectors[:20], 48), before)
    loaded, manifest = FaissVectorIndex.load(tmp_path / "v", model="m", dimension=16, exact=500)
    assert manifest["cells"]["trained"] == 2000
    same_hits(loaded.search(vectors[:20], 48), before)


@pytest.fixture
def saved(tmp_path):
    """An index of three vectors, saved by model m."""
    index = FaissVectorIndex(8)
    index.add(keys_of(4, 2, 9), units(3), np.array([5.0, 7.0, np.nan]))
    path = tmp_path / "vectors.faiss"
    index.save(path, manifest={"model": "m", "position": 17})
    return path


def test_saved_and_loaded(saved):
    """A saved index comes back whole, with its manifest, and goes on working."""
    index, manifest = FaissVectorIndex.load(saved, model="m", dimension=8)
    assert (manifest["position"], manifest["count"], manifest["dimension"]) == (17, 3, 8)
    assert index.search(units(3), 1).key.tolist() == [4, 2, 9]
    assert index.hours(keys_of(2, 4)).tolist() == [7.0, 5.0]
    index.remove(keys_of(4))
    index.add(keys_of(5, 2), units(2, seed=8))
    assert index.search(units(2, seed=8), 1).key.tolist() == [5, 2]
    assert sorted(path.name for path in saved.parent.iterdir()) == [
        "vectors.faiss",
        "vectors.faiss.json",
    ]


def test_an_empty_index_is_saved_too(tmp_path):
    """An index of nothing is saved and loaded."""
    FaissVectorIndex(8).save(tmp_path / "v", manifest={"model": "m"})
    index, _ = FaissVectorIndex.load(tmp_path / "v", model="m", dimension=8)
    assert len(index) == 0
    index.add(keys_of(1), units(1))
    assert index.search(units(1), 1).key.tolist() == [1]


def test_another_model_is_refused(saved):
    """An index of another model is refused; the message names both and the command that mends it."""
    with pytest.raises(
        VersionMismatch, match=r"model m, settings name model n; run `samestory rebuild-index`"
    ):
        FaissVectorIndex.load(saved, model="n", dimension=8)


def test_another_dimension_is_rebuilt(saved):
    """An index of another dimension is told as damaged."""
    with pytest.raises(IndexDamaged, match="dimension"):
        FaissVectorIndex.load(saved, model="m", dimension=9)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-5])


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def spoil_manifest(path):
    manifest_path(path).write_text("{")


def another_position(path):
    manifest = json.loads(manifest_path(path).read_bytes())
    manifest_path(path).write_text(json.dumps(manifest | {"position": 71}))


def lie_in_manifest(path):
    manifest_path(path).write_text(json.dumps(["m"]))


@pytest.mark.parametrize(
    "harm",
    [
        truncate,
        flip,
        spoil_manifest,
        lie_in_manifest,
        another_position,
        lambda path: path.unlink(),
        lambda path: manifest_path(path).unlink(),
    ],
)
def test_damage_is_told(saved, harm):
    """A missing or damaged file is told as such, whatever the damage."""
    harm(saved)
    with pytest.raises(IndexDamaged):
        FaissVectorIndex.load(saved, model="m", dimension=8)


def test_a_failed_save_changes_nothing(saved, monkeypatch):
    """A save that fails half-way leaves the file that was there, and no temporary one."""
    before = saved.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("index.vectors_faiss.np.save", fail)
    with pytest.raises(OSError, match="disk full"):
        FaissVectorIndex(8).save(saved, manifest={"model": "m"})
    assert saved.read_bytes() == before
    assert len(list(saved.parent.iterdir())) == 2


def test_a_row_at_the_very_edge_of_what_is_unfolded_is_left_to_no_rounding():
    """Of queries scored in blocks, one whose window ends just past that of all is answered."""
    hours = np.full(UNFOLDED, 340546.3333333333)
    hours[0], hours[-1] = 340513.98333333334, 341655.4
    edge = 341824.4
    vectors = np.eye(4, dtype=np.float32)[np.arange(UNFOLDED + 1) % 4]
    index = FaissVectorIndex(4)
    index.add(np.arange(UNFOLDED + 1), vectors, np.append(hours, edge))
    hits = index.search(vectors[:-1], 2, hours=hours, window=168.0)
    assert set(hits.query.tolist()) == set(range(UNFOLDED))
