"""What the service is told from outside: the only reader of the environment (``SAMESTORY_*``).

``Config`` stands in ``api.checked`` and is loaded when it is first asked for: the library that
checks it takes longer to load than a file of a thousand articles to read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedupe.formats.document import MAX_BODY_BYTES
from dedupe.settings import Settings

if TYPE_CHECKING:
    from api.checked import Config

__all__ = [
    "PACKAGED_MODEL",
    "PREFIX",
    "Config",
    "Shipped",
    "plain_environment",
    "shipped",
    "stay_offline",
    "unknown_variables",
]

PREFIX = "SAMESTORY_"
PACKAGED_MODEL = "packaged"


def __getattr__(name: str) -> Any:
    if name != "Config":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from api.checked import Config  # noqa: PLC0415  loaded when it is asked for

    return Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """The settings of a job that needs no encoder and no service, where nothing is set."""

    max_body_bytes: int = MAX_BODY_BYTES

    def settings(self) -> Settings:
        """What judging runs on."""
        return Settings()


def shipped() -> Shipped | None:
    """The defaults, or None where the environment sets something."""
    return None if any(name.upper().startswith(PREFIX) for name in os.environ) else Shipped()


def unknown_variables() -> tuple[str, ...]:
    """Names in the environment that look like settings and are none, sorted."""
    given = [name for name in os.environ if name.startswith(PREFIX)]
    if not given:
        return ()
    from api.checked import Config  # noqa: PLC0415  loaded when it is asked for

    known = {PREFIX + name.upper() for name in Config.model_fields}
    return tuple(sorted(n for n in given if n.upper() not in known))


def plain_environment() -> dict[str, str]:
    """The environment of this process without our settings, for a service that ignores them."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def stay_offline() -> None:
    """No hub is asked for a model: it lies on this machine or the encoder is unavailable.

    The hub's client reads its switch from the environment when it is imported.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
