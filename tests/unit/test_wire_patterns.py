"""The table of version notes: every pattern finds its own example and leaves the other alone."""

from __future__ import annotations

import pkgutil
import re
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.wire import WirePatterns
from dedupe.wire.patterns import Convention, Conventions


def _table() -> dict[str, Any]:
    data = pkgutil.get_data("dedupe", "data/wire.toml")
    assert data is not None
    return tomllib.loads(data.decode())


TABLE = _table()
PATTERNS = TABLE["pattern"]
WIRE = WirePatterns.from_mapping(TABLE)


def _written(pattern: dict[str, Any], where: str, text: str) -> tuple[Conventions, str, int]:
    """The conventions of a place, the text as it is written there, and where it begins."""
    if where == "title_end":
        return WIRE.title_end, f"Ferry runs aground ({text.strip('()')})", 20
    if where == "bracket":
        return WIRE.bracket, text, 1
    if where == "title" and "headline" not in pattern:
        known = WIRE.title
        return known, text if known.at(text) else f"{text}: Ferry runs aground", 0
    places = {"slug": WIRE.slug, "head": WIRE.head, "line": WIRE.head, "tail": WIRE.tail}
    return {**places, "ednote": WIRE.ednote}[where], text, 0


def _found(pattern: dict[str, Any], where: str, text: str) -> Convention | None:
    conventions, written, at = _written(pattern, where, text)
    by_marks = where in ("head", "line", "tail")
    hit = (
        conventions.after_marks(written, at, len(written))
        if by_marks
        else conventions.at(written, at)
    )
    return None if hit is None else hit.convention


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: one["id"])
def test_a_pattern_finds_its_example(pattern: dict[str, Any]) -> None:
    """The example of a pattern is found by it in the first place it may stand."""
    found = _found(pattern, pattern["where"][0], pattern["match"])
    assert found is not None
    assert found.id == pattern["id"]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: one["id"])
def test_a_pattern_leaves_the_other_example(pattern: dict[str, Any]) -> None:
    """What a pattern must not find it finds in no place it may stand."""
    for where in pattern["where"]:
        conventions, _, at = _written(pattern, where, pattern["match"])
        written = f"Ferry ({pattern['other']})" if where == "title_end" else pattern["other"]
        start = 7 if where == "title_end" else at
        hit = conventions.at(written, start)
        assert hit is None or hit.convention.id != pattern["id"]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: one["id"])
def test_every_expression_compiles(pattern: dict[str, Any]) -> None:
    """No expression is broken: they are compiled only when a text begins like them."""
    assert re.compile(pattern["expr"], re.MULTILINE)


def test_no_two_patterns_share_a_name() -> None:
    """A note names one convention."""
    names = [pattern["id"] for pattern in PATTERNS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wher": ["head"]}, "unknown keys"),
        ({"kind": "no_kind"}, "no_kind"),
        ({"where": ["somewhere"]}, "somewhere"),
        ({"starts": []}, "how it starts"),
    ],
)
def test_a_table_that_means_nothing_is_refused(change: dict[str, Any], message: str) -> None:
    """A mistake in the data file is named when it is read."""
    pattern = {
        "id": "a.b",
        "kind": "update",
        "where": ["head"],
        "starts": ["Adds"],
        "expr": "Adds",
        "match": "Adds",
        "other": "-",
    }
    with pytest.raises(ValueError, match=message):
        WirePatterns.from_mapping({"pattern": [{**pattern, **change}]})


STARTED = [pattern for pattern in PATTERNS if "starts" in pattern]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_every_beginning_is_listed(data: st.DataObject) -> None:
    """Whatever an expression matches begins with one of its ``starts``: none is dead."""
    pattern = data.draw(st.sampled_from(STARTED))
    text = data.draw(st.from_regex(pattern["expr"], fullmatch=True).filter(str.strip))
    first = text[:1]
    sign = "#" if first.isdecimal() else first
    assert {text[:3], text[:7], sign} & set(pattern["starts"]), (pattern["id"], text)
