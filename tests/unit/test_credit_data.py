"""The data that credits are read with: every pattern is complete and reads what it says."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import pytest

from dedupe.model import CreditKind
from dedupe.provenance import Found, Pattern
from dedupe.provenance.patterns import MENTION
from dedupe.provenance.places import LATE
from dedupe.provenance.tried import BEFORE
from tests.credits import OUTLETS, PATTERNS, RAW, read

DEMANDED = {"id", "kind", "lang", "where", "expr", "confidence", "example", "trap"}
ALLOWED = DEMANDED | {
    "of", "only", "before", "after", "needs", "beside", "source", "at_edge", "weak", "own_feed",
}  # fmt: skip
NAMED_ONLY = {"of", "only", "before", "after", "weak"}
LOOSE_ONLY = {"beside", "source", "own_feed"}
LANGUAGE = re.compile(r"any|[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")


def texts(entry: Mapping[str, Any], key: str) -> list[str]:
    """The examples or the traps of a pattern."""
    given = entry[key]
    return [given] if isinstance(given, str) else list(given)


def found_in(entry: Mapping[str, Any], text: str) -> tuple[Found, ...]:
    """The credits of the text where the pattern looks."""
    return read("", title=text) if entry["where"] == ["title"] else read(text)


def all_texts(key: str) -> list[Any]:
    return [
        pytest.param(entry, text, id=f"{entry['id']}-{number}")
        for entry in RAW["pattern"]
        for number, text in enumerate(texts(entry, key))
    ]


def wanted(entry: Mapping[str, Any]) -> set[CreditKind]:
    return {CreditKind(entry["kind"]), CreditKind(entry.get("at_edge", entry["kind"]))}


@pytest.mark.parametrize(("entry", "text"), all_texts("example"))
def test_every_pattern_reads_its_examples(entry: dict[str, Any], text: str) -> None:
    """Each example in the data file is read as what it is given for."""
    found = found_in(entry, text)
    assert any(one.kind in wanted(entry) for one in found), found


@pytest.mark.parametrize(("entry", "text"), all_texts("trap"))
def test_no_pattern_falls_for_its_traps(entry: dict[str, Any], text: str) -> None:
    """Each near miss in the data file is not read as what it looks like."""
    found = found_in(entry, text)
    assert not any(one.kind in wanted(entry) for one in found), found


@pytest.mark.parametrize("entry", RAW["pattern"], ids=lambda entry: entry["id"])
def test_every_pattern_says_what_it_is_for(entry: dict[str, Any]) -> None:
    """Kind, language, place, sources, an example and a trap are given, and no other field."""
    named = "{name}" in entry["expr"]
    assert entry.keys() >= DEMANDED
    assert entry.keys() <= ALLOWED - (LOOSE_ONLY if named else NAMED_ONLY)
    assert all(map(LANGUAGE.fullmatch, entry["lang"]))
    assert entry["lang"]
    assert "any" not in entry["lang"] or entry["lang"] == ["any"]
    assert not named or ("of" in entry) is not ("only" in entry)
    assert texts(entry, "example")
    assert texts(entry, "trap")
    assert 0 < entry["confidence"] < 1
    for key in ("before", "after", "needs", "beside"):
        assert all(text == text.lower() for text in entry.get(key, ())), key


def test_a_name_is_given_to_one_pattern_and_one_source_only() -> None:
    """Ids are unique, and so are the names and domains of sources (``from_data`` refuses others)."""
    ids = [entry["id"] for entry in RAW["pattern"]]
    assert sorted(set(ids)) == sorted(ids)
    names = [outlet.name for outlet in OUTLETS.listed]
    assert sorted(set(names)) == sorted(names)


def test_sources_that_patterns_name_are_listed() -> None:
    """A fixed pattern stands for a listed source, and ``only`` holds listed names."""
    for entry in RAW["pattern"]:
        for name in (*entry.get("only", ()), *filter(None, [entry.get("source")])):
            assert name == "agencies" or name in {one.name for one in OUTLETS.listed}, entry["id"]


@pytest.mark.parametrize("pattern", PATTERNS.every, ids=lambda pattern: pattern.id)
def test_no_text_keeps_a_pattern_busy(pattern: Pattern) -> None:
    """Texts made of what patterns look for, over and over, cost no pattern half a second."""
    began = time.process_time()
    for unit in ("a ", "A. ", "Ab ", "a/b ", "(a) ", "- ", "A, ", "\n ", "“a” ", "ab/", " ",
                 "By A and ", "l'a ", "© 2024 "):  # fmt: skip
        around = (unit * BEFORE)[:BEFORE]
        text = f"{around}{MENTION}{around}" if pattern.is_named else (unit * LATE)[:LATE]
        assert sum(1 for _ in pattern.expr.finditer(text)) < LATE
    assert time.process_time() - began < 0.5
