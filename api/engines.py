"""Whether an encoder is there, and ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.errors import EncoderUnavailable

if TYPE_CHECKING:
    from dedupe.ports import Encoder


def missing(engine: Encoder) -> str | None:
    """Why the encoder is not on this machine; None when it is."""
    try:
        engine.name, engine.dimension  # noqa: B018 - looks for the weights, and into them
    except EncoderUnavailable as error:
        return str(error)
    return None


def warmed(engine: Encoder) -> str:
    """The encoder is loaded and has run once: "ok", or why it could not."""
    try:
        engine.encode(["The first text pays for what every later one finds ready."])
    except EncoderUnavailable as error:
        return str(error)
    return "ok"
