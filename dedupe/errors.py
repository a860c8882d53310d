"""What can go wrong, as one tree. A message carries both sides and the fix.

SamestoryError
├── BadInput                 the caller's data cannot be used
│   ├── TooLarge             a size limit was passed
│   └── Conflict             the same idempotency key came with another request
├── NotFound                 no such article, cluster or story
├── Contradiction            an order cannot be obeyed together with those in force
├── Untold                   the text is known and is not given
│   ├── TextPurged           it was removed
│   └── TextWithheld         it may not be shown
├── VersionMismatch          stored data was made by another version or model
├── StoreError               the store cannot be read or written
│   ├── StoreBusy            another process has held the lock for too long
│   └── IndexDamaged         a saved index cannot be used; the store can rebuild it
├── NightBusy                another night is running
├── StoreMoved               the store is not what a plan was made for any more
├── NightOverran             the night took longer than it may
└── EncoderUnavailable       the sentence encoder cannot be loaded or failed
"""

from __future__ import annotations

from typing import Any

KEY_SHOWN = 100
"""Characters of an id that is not known which its message has: it may be as long as a body."""


class SamestoryError(Exception):
    """Base of everything Samestory raises on purpose."""


class BadInput(SamestoryError):
    """The caller's data cannot be used; names the field, what was wrong and the fix."""

    def __init__(self, field: str, problem: str, fix: str, *, value: object = None) -> None:
        self.field = field
        self.problem = problem
        self.fix = fix
        self.value = value
        super().__init__(f"{field}: {problem}; {fix}")

    def __reduce__(self) -> tuple[Any, ...]:
        """How another process of ours makes it anew: by default that needs the message alone."""
        return _bad_input, (type(self), self.field, self.problem, self.fix, self.value)


def _bad_input(kind: type[BadInput], field: str, problem: str, fix: str, value: object) -> BadInput:
    return kind(field, problem, fix, value=value)


class TooLarge(BadInput):
    """A size limit was passed."""


class Conflict(BadInput):
    """The same idempotency key came with another request."""


class NotFound(SamestoryError):
    """There is no article, cluster or story of that id."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        shown = key if len(key) <= KEY_SHOWN else key[:KEY_SHOWN] + "…"
        super().__init__(f"there is no {kind} {shown!r}")


class Contradiction(SamestoryError):
    """An order cannot be obeyed together with those in force; names the chain that contradicts."""

    def __init__(
        self, message: str, *, constraints: tuple[str, ...], articles: tuple[str, ...]
    ) -> None:
        self.constraints = constraints
        """Ids of the orders in force that the new one contradicts."""
        self.articles = articles
        """Ids of the articles along the chain."""
        super().__init__(message)


class Untold(SamestoryError):
    """The text of a revision is not given; says of which, and why."""

    def __init__(self, article_id: str, number: int, why: str) -> None:
        self.article_id = article_id
        self.number = number
        self.why = why
        super().__init__(f"the text of revision {number} of article {article_id!r} {why}")


class TextPurged(Untold):
    """The text was removed, by a kill or when the time that texts are kept had passed."""


class TextWithheld(Untold):
    """The text is under embargo, withheld, or was killed."""


class VersionMismatch(SamestoryError):
    """Stored data was made by another version or model; names the command that mends it."""


class StoreError(SamestoryError):
    """The store cannot be read or written."""


class StoreBusy(StoreError):
    """Another process has held the judge's lock for too long."""


class IndexDamaged(StoreError):
    """A saved index is missing, unfinished or damaged; it has to be rebuilt from the store."""


class NightBusy(SamestoryError):
    """Another night is running on the same store; nothing was changed."""


class StoreMoved(SamestoryError):
    """The store is not what a plan was made for any more; nothing was changed."""


class NightOverran(SamestoryError):
    """The night took longer than it may; the day's state is intact."""


class EncoderUnavailable(SamestoryError):
    """The sentence encoder cannot be loaded or failed."""
