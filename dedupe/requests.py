"""What is asked of the service, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dedupe.answer import Answer
from dedupe.errors import Conflict, SamestoryError
from dedupe.model import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """A request that must have its effect, and its answer, only once."""

    key: str
    digest: bytes
    """Of the whole request: the same key with another digest is a conflict."""
    render: Callable[[Sequence[Answer | SamestoryError]], bytes]
    """Makes the response that is kept and replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Articles that came together; ``store=False`` only asks."""

    articles: tuple[Article | SamestoryError, ...]
    store: bool = True
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One result for each article of a request, in order; ``replay`` is a response kept before."""

    results: tuple[Answer | SamestoryError, ...] = ()
    replay: bytes | None = None


def replayed(kept: tuple[bytes, bytes], once: Idempotency, n: int) -> Outcome:
    """The response kept under a key, or a conflict for each of the n articles asked about now."""
    digest, response = kept
    if digest == once.digest and response:
        return Outcome(replay=response)
    problem = (
        "the answer kept under this key spoke of an article that was deleted or withheld since"
        if digest == once.digest
        else "this key was used before with another request"
    )
    conflict = Conflict("Idempotency-Key", problem, "send a new key with a new request")
    return Outcome(results=(conflict,) * max(n, 1))
