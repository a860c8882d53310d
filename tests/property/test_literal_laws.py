"""What is said of every match of an expression holds of every match."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedupe.provenance.literals import Literals, plain

MARK = "\ufffc"
EXPRESSIONS = (
    rf"\b(?i:told|tells|(?:spoke|speaking) (?:to|with)) {MARK}",
    rf"^(?:[A-Z][a-z]{{2,9}} )?{MARK}(?: -|:) (?=\w)",
    r"(?i:this (?:story|article)) (?i:was|is) (?i:produced|provided) by (?P<source>[A-Z]\w{1,9})",
    rf"(?:mit|avec|con) (?:der |la )?{MARK}\)?$",
    r"[Cc]opyright ?(?:©|\(c\))? \d{4}|© ?\d{4}",
    r"(?:Pewarta|Reporter): \w{1,9}\s+(?:Editor|Uploader): \w{1,9}",
    rf"(?:{MARK}|the agency) (?:report(?:s|ed)?|said)\b",
    r"(?:ab|cd)+xyz(?:e|fg)?h{2}",
    r"(?:передает|сообщает)[^\n.]{0,9} ТАСС",
    r"(?i:kaynak|ISTANBUL|ilişkin) ?: \w+",
    r"据[^，。\n]{0,5}(?:报道|消息)",
    r"(?:one|two|(?:th|f)(?:ree|our)) (?>of)(?: them)? (?:a|an)? ?all",
)


@pytest.mark.parametrize("expr", [one for one in EXPRESSIONS if "(?>" not in one])
def test_expressions_have_matches(expr):
    """The expressions that the law is tried on are ones."""
    assert re.compile(expr, re.MULTILINE)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
def test_every_match_holds_what_is_required(data):
    """One text of each choice, the first of them not further in than it is said to be."""
    expr = data.draw(st.sampled_from(EXPRESSIONS))
    text = data.draw(st.from_regex(re.compile(expr, re.MULTILINE)))
    known = Literals.of(expr, MARK)
    for match in re.finditer(expr, text, re.MULTILINE):
        shown = plain(match[0])
        assert len(shown) == len(match[0])
        for choice in known.required:
            at = [shown.find(one) for one in choice.texts if one in shown]
            assert at, (match[0], choice)
            assert min(at) <= choice.ahead
        if known.reach is not None:
            assert MARK in match[0]
            assert match[0].index(MARK) <= known.reach


@pytest.mark.parametrize(
    ("expr", "texts", "ahead"),
    [
        (r"\w{2}(?:sent|given) out by", {"sent out by", "given out by"}, 2),
        (r"(?:report|reports|reported) of", {"report of", "reports of", "reported of"}, 0),
        (r"[^\n]{0,60}Foto(?:s)?:", {"foto:", "fotos:"}, 60),
        (r"(?:ab|c)d", set(), 0),
        (r"[a-z]+ \d+", set(), 0),
    ],
)
def test_what_is_required_is_read_off_the_expression(expr, texts, ahead):
    """Runs of letters and their alternatives are put together; short ones say nothing."""
    known = Literals.of(expr, MARK)
    assert {text for one in known.required for text in one.texts} == texts
    if texts:
        assert [one.ahead for one in known.required] == [ahead]


@pytest.mark.parametrize(
    ("expr", "reach"),
    [(rf"told {MARK}", 5), (rf"(?:a|bcd)? ?{MARK}x{{9}}", 4), (rf"(?:{MARK}|x)", None), ("x", None),
     (rf"(?=abc){MARK}", 0)],
)  # fmt: skip
def test_a_match_reaches_back_as_far_as_it_can(expr, reach):
    """The most that may stand before the mark; nothing is known where it may be missing."""
    assert Literals.of(expr, MARK).reach == reach


@given(st.text())
def test_the_plain_form_keeps_every_position(text):
    """Letters are changed one for one."""
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)
