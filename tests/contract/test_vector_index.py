"""One suite for every vector index: the same keys and the same cosines, exactly."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.errors import IndexDamaged, VersionMismatch
from index.vectors_faiss import FaissVectorIndex, manifest_path
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


def test_cosines_best_first(adapter):
    """The nearest come first, with their cosines, under their keys."""
    index = adapter(2)
    index.add(keys_of(30, 10, 20), np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32))
    keys, cosines = index.search(np.array([[1, 0], [0, 1]], dtype=np.float32), 3)
    assert keys.tolist() == [[30, 20, 10], [10, 20, 30]]
    assert cosines.tolist() == [[1.0, np.float32(0.6), 0.0], [1.0, np.float32(0.8), 0.0]]
    assert (keys.dtype, cosines.dtype) == (np.int64, np.float32)


def test_never_padded(adapter):
    """Asked for more than it holds, an index gives what it holds and no padding."""
    index = adapter(8)
    index.add(keys_of(7, 9), units(2))
    keys, cosines = index.search(units(3), 10)
    assert keys.shape == cosines.shape == (3, 2)
    assert set(keys.ravel().tolist()) == {7, 9}


@pytest.mark.parametrize(("n", "k"), [(0, 5), (3, 0)])
def test_nothing_to_give(adapter, n, k):
    """An empty index, or no neighbour asked for, gives rows of no width."""
    index = adapter(8)
    index.add(np.arange(1, n + 1), units(n))
    keys, cosines = index.search(units(4), k)
    assert keys.shape == cosines.shape == (4, 0)


def test_no_query(adapter):
    """No query gives no row."""
    index = adapter(8)
    index.add(keys_of(1), units(1))
    assert index.search(units(0), 3)[0].shape == (0, 1)


def test_ties_by_key_even_at_the_end(adapter):
    """Of a hundred equal vectors the three smallest keys are given, whatever came first."""
    index = adapter(8)
    same = units(1)
    order = np.random.default_rng(1).permutation(np.arange(1, 101))
    index.add(order, np.repeat(same, 100, axis=0))
    index.add(keys_of(500), units(1, seed=6))
    keys, cosines = index.search(same, 3)
    assert keys.tolist() == [[1, 2, 3]]
    assert len(set(cosines[0].tolist())) == 1


def test_a_key_held_is_replaced(adapter):
    """Adding a key again leaves one entry with the newer vector."""
    index = adapter(2)
    index.add(keys_of(1, 2), np.array([[1, 0], [0, 1]], dtype=np.float32))
    index.add(keys_of(1), np.array([[0.6, 0.8]], dtype=np.float32))
    keys, cosines = index.search(np.array([[1, 0]], dtype=np.float32), 5)
    assert len(index) == 2
    assert keys.tolist() == [[1, 2]]
    assert cosines.tolist() == [[np.float32(0.6), 0.0]]


def test_the_last_of_a_key_given_twice_counts(adapter):
    """A key that stands twice in one call is held once, with its last vector."""
    index = adapter(2)
    index.add(keys_of(1, 1), np.array([[1, 0], [0, 1]], dtype=np.float32))
    assert len(index) == 1
    assert index.search(np.array([[0, 1]], dtype=np.float32), 1)[1].tolist() == [[1.0]]


def test_removing(adapter):
    """A removed key is gone, the others stay where they were; unknown keys do not matter."""
    index = adapter(8)
    vectors = units(5)
    index.add(np.arange(1, 6), vectors)
    index.remove(keys_of(2, 5, 77, 2))
    assert len(index) == 3
    for key in (1, 3, 4):
        keys, cosines = index.search(vectors[key - 1 : key], 1)
        assert keys.tolist() == [[key]]
        assert cosines[0, 0] == pytest.approx(1.0, abs=1e-6)
    index.remove(keys_of(1, 3, 4))
    assert len(index) == 0
    assert index.search(vectors, 2)[0].shape == (5, 0)


def test_shapes_are_refused(adapter):
    """Vectors of another dimension or number are refused and nothing is held."""
    index = adapter(8)
    with pytest.raises(ValueError, match=r"expected \(1, 8\)"):
        index.add(keys_of(1), units(1, dimension=4))
    with pytest.raises(ValueError, match=r"expected \(2, 8\)"):
        index.add(keys_of(1, 2), units(1))
    assert len(index) == 0


def test_what_is_held_can_be_read_back(adapter):
    """Keys come ascending, vectors bit for bit in the order asked, and an unknown key is refused."""
    index, vectors = adapter(8), units(4)
    assert index.keys().tolist() == []
    assert index.vectors(keys_of()).shape == (0, 8)
    index.add(keys_of(30, 10, 20), vectors[:3])
    index.add(keys_of(10), vectors[3:])
    index.remove(keys_of(30))
    assert index.keys().tolist() == [10, 20]
    assert index.keys().dtype == np.int64
    np.testing.assert_array_equal(index.vectors(keys_of(20, 10)), vectors[[2, 3]])
    with pytest.raises(KeyError):
        index.vectors(keys_of(30))


STEPS = st.lists(
    st.tuples(st.booleans(), st.lists(st.integers(1, 12), min_size=1, max_size=6)), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 999))
def test_faiss_is_the_oracle(steps, seed):
    """After any adds and removes FAISS gives the keys and cosines that plain NumPy gives."""
    rng = np.random.default_rng(seed)
    pool = units(6, seed=seed)
    oracle, index = NumpyVectorIndex(8), FaissVectorIndex(8)
    for added, keys in steps:
        chosen = pool[rng.integers(0, len(pool), len(keys))]
        for one in (oracle, index):
            if added:
                one.add(keys_of(*keys), chosen)
            else:
                one.remove(keys_of(*keys))
    np.testing.assert_array_equal(index.keys(), oracle.keys())
    np.testing.assert_array_equal(index.vectors(index.keys()), oracle.vectors(oracle.keys()))
    for k in (1, 3, 50):
        expected, found = oracle.search(pool, k), index.search(pool, k)
        np.testing.assert_array_equal(found[0], expected[0])
        np.testing.assert_array_equal(found[1], expected[1])


@pytest.mark.parametrize("queries", [1, 40])
def test_faiss_is_the_oracle_at_full_width(queries):
    """At 384 dimensions, with near-ties, one query or many, the results are exactly the oracle's."""
    vectors = units(600, dimension=384)
    close = vectors[:300] + 1e-7 * units(300, dimension=384, seed=9)
    held = np.concatenate([vectors, close.astype(np.float32)])
    oracle, index = NumpyVectorIndex(384), FaissVectorIndex(384)
    for one in (oracle, index):
        one.add(np.arange(1, 901), held)
    expected, found = oracle.search(held[:queries], 48), index.search(held[:queries], 48)
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


@pytest.fixture
def saved(tmp_path):
    """An index of three vectors, saved by model m."""
    index = FaissVectorIndex(8)
    index.add(keys_of(4, 2, 9), units(3))
    path = tmp_path / "vectors.faiss"
    index.save(path, manifest={"model": "m", "position": 17})
    return path


def test_saved_and_loaded(saved):
    """A saved index comes back whole, with its manifest, and goes on working."""
    index, manifest = FaissVectorIndex.load(saved, model="m", dimension=8)
    assert (manifest["position"], manifest["count"], manifest["dimension"]) == (17, 3, 8)
    assert index.search(units(3), 1)[0].ravel().tolist() == [4, 2, 9]
    index.remove(keys_of(4))
    index.add(keys_of(5, 2), units(2, seed=8))
    assert index.search(units(2, seed=8), 1)[0].ravel().tolist() == [5, 2]
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
    assert index.search(units(1), 1)[0].tolist() == [[1]]


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

    monkeypatch.setattr("index.vectors_faiss.faiss.write_index", fail)
    with pytest.raises(OSError, match="disk full"):
        FaissVectorIndex(8).save(saved, manifest={"model": "m"})
    assert saved.read_bytes() == before
    assert len(list(saved.parent.iterdir())) == 2
