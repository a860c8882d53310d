"""The shipped patterns of credits and outlets, read once for all tests that read credits."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dedupe.provenance import CreditPatterns, Found, find_credits
from dedupe.sources import Outlets

_DATA = Path(__file__).parents[1] / "dedupe" / "data"
RAW = tomllib.loads((_DATA / "credits.toml").read_text(encoding="utf-8"))
OUTLETS = Outlets.from_data(tomllib.loads((_DATA / "sources.toml").read_text(encoding="utf-8")))
PATTERNS = CreditPatterns.from_data(RAW, OUTLETS)


def read(
    body: str,
    *,
    title: str = "",
    outlet: str | None = "Springfield Gazette",
    url: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    kept: Sequence[tuple[int, int]] | None = None,
    patterns: CreditPatterns = PATTERNS,
) -> tuple[Found, ...]:
    """The credits of an article whose body is all its own, unless ``kept`` says what is."""
    return find_credits(
        title=title,
        body=body,
        kept=[(0, len(body))] if kept is None else kept,
        metadata=metadata or {},
        outlet=outlet,
        url=url,
        patterns=patterns,
    )
