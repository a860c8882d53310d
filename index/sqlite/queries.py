"""The named queries of ``queries.sql``, each under its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_HEAD = re.compile(r"^-- (\w+) --\n", re.MULTILINE)


def load_queries() -> Mapping[str, str]:
    """Every statement of ``queries.sql`` by the name in its head line ``-- name --``."""
    text = files("index.sqlite").joinpath("queries.sql").read_text(encoding="utf-8")
    _, *parts = _HEAD.split(text)
    names, bodies = parts[::2], parts[1::2]
    if len(set(names)) != len(names):
        raise ValueError("queries.sql names a query twice")
    return {name: body.strip() for name, body in zip(names, bodies, strict=True)}
