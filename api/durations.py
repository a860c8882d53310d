"""Lengths of time as people write them in settings: ``24h``, ``90d``, ``30m``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

_UNITS = {"s": 1 / 3600, "m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0}
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")


def hours(value: object) -> object:
    """The hours that a text means; what is no such text is left to the validation that follows.

    >>> hours("90d"), hours("30m"), hours("0")
    (2160.0, 0.5, 0.0)

    Raises:
        ValueError: no number, or an unknown unit behind it.
    """
    if not isinstance(value, str):
        return value
    told = value.strip().lower()
    if told == "0":
        return 0.0
    if (found := _FORM.fullmatch(told)) is None:
        raise ValueError("a length of time is a number with s, m, h, d or w behind it, such as 90d")
    return float(found[1]) * _UNITS[found[2]]


Hours = Annotated[float, BeforeValidator(hours), Field(ge=0)]
"""Hours; in text a unit stands behind the number: what is removed too early is gone."""
