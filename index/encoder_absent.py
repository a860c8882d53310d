"""Stands in for an encoder that cannot be loaded, so that the rest of the service can work."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.errors import EncoderUnavailable
from dedupe.model import Floats


class AbsentEncoder:
    """Refuses every text with the reason why there is no encoder.

    It bears the name and dimension of the vectors that are stored, which stay searchable.
    """

    def __init__(self, *, reason: str, name: str, dimension: int) -> None:
        self.name = name
        self.dimension = dimension
        self._reason = reason

    def encode(self, texts: Sequence[str]) -> Floats:  # noqa: ARG002 - the port's signature
        """Never returns.

        Raises:
            EncoderUnavailable: always.
        """
        raise EncoderUnavailable(self._reason)
