"""Verdicts on one event taken apart: what each kind of evidence adds, and what would turn them."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import attribution
from dedupe.attribution import contributions, group_of, grouped, row_of
from dedupe.counterfactual import why as taken_apart
from dedupe.evidence.event import FEATURE_NAMES
from dedupe.logistic import sigmoid
from dedupe.moves import GAPS, Move, steps_of
from dedupe.verdict import Verdicts

SAME_FROM = 0.5


def why(model, features, **given):
    """The verdict taken apart where one event begins at a half."""
    return taken_apart(model, features, same_from=SAME_FROM, **given)


class Linear:
    """Weighted features through the logistic function."""

    def __init__(self, weights=(), bias=0.0, **named):
        self.weights = np.zeros(len(FEATURE_NAMES))
        self.weights[: len(weights)] = weights
        for name, weight in named.items():
            self.weights[FEATURE_NAMES.index(name)] = weight
        self.bias = bias

    def p_same_story(self, features):
        return sigmoid(features @ self.weights + self.bias)


class Steps(Linear):
    """Jumps like a tree: neither smooth nor monotone."""

    def p_same_story(self, features):
        return 0.5 + 0.5 * np.sin(np.floor(4 * (features @ self.weights + self.bias)))


class Guarded(Linear):
    """Pairs with unlike ledes stay open, whatever else they have in common."""

    def p_same_story(self, features):
        unlike = features[:, FEATURE_NAMES.index("lede_cosine")] < 0.25
        p = super().p_same_story(features)
        return np.where(unlike, np.minimum(p, 0.35), p)


@pytest.fixture(scope="module")
def shipped():
    """The verdicts that are shipped."""
    data = resources.files("dedupe").joinpath("data/verdicts.json").read_text("utf-8")
    return Verdicts.from_data(json.loads(data))


def pair(**given):
    """Features of two ordinary reports that share nothing, but for these."""
    usual = {"has_ledes": 1.0, "has_names": 1.0, "has_words": 1.0, "has_titles": 1.0, "length": 6.0}
    return dict.fromkeys(FEATURE_NAMES, 0.0) | {
        name: value for name, value in {**usual, **given}.items() if name in FEATURE_NAMES
    }


def value(name):
    """Any value that evidence may have in a column."""
    if name.startswith(("has_", "same_")) or name.endswith(("_shared", "_conflict", "_apart")):
        return st.sampled_from([0.0, 1.0])
    if name.endswith("_mass"):
        return st.floats(0.0, 8.0)
    if name.endswith("_gap"):
        return st.floats(0.0, 4.5)
    if name.startswith("length"):
        return st.floats(0.0, 8.0)
    return st.floats(0.0, 1.0)


pairs = st.fixed_dictionaries({name: value(name) for name in FEATURE_NAMES})
weights = st.lists(st.floats(-4.0, 4.0), min_size=len(FEATURE_NAMES), max_size=len(FEATURE_NAMES))
models = st.builds(
    lambda kind, weights, bias: kind(weights, bias),
    st.sampled_from([Linear, Steps, Guarded]),
    weights,
    st.floats(-6.0, 6.0),
)


def after(features, change):
    """The features with a change made."""
    return {**features, **change.columns}


def asked(model, features):
    return float(model.p_same_story(row_of(features))[0])


def test_every_column_has_one_group():
    """Each column of the evidence lies in exactly one group, and none is left over."""
    at = [k for columns in grouped().values() for k in columns]
    assert sorted(at) == list(range(len(FEATURE_NAMES)))
    left_over = [name for name in FEATURE_NAMES if group_of(name) == attribution.OTHER]
    assert left_over == []


@pytest.mark.parametrize(
    ("column", "group"),
    [
        ("lede_cosine", "ledes"),
        ("has_ledes", "ledes"),
        ("lede_name_cosine", "names"),
        ("has_lede_names", "names"),
        ("name_mass", "names"),
        ("day_gap", "days"),
        ("weekday_shared", "weekdays"),
        ("containment", "text"),
        ("surprise", "other"),
    ],
)
def test_the_longest_prefix_names_the_group(column, group):
    """A column belongs to the group of the longest prefix that its name begins with."""
    assert group_of(column) == group


@given(pairs, weights)
def test_contributions_to_a_linear_model_are_its_terms(features, weights):
    """Where evidence adds up, a group adds exactly what its columns do beyond their neutral value."""
    weights = np.array(weights) / 40  # within what the logistic function does not cut off
    row = row_of(features)
    found = contributions(Linear(weights), row)
    for group, at in grouped().items():
        neutral = [attribution.NEUTRAL.get(FEATURE_NAMES[k], 0.0) for k in at]
        wanted = float((row[0, list(at)] - neutral) @ weights[list(at)])
        assert found[group][0] == pytest.approx(wanted, abs=1e-6)


def test_contributions_of_many_pairs_are_those_of_each():
    """Pairs asked about together have the contributions that each has alone."""
    model = Guarded(lede_cosine=2.0, name_cosine=3.0, time_gap=-1.0)
    rows = [row_of(pair(lede_cosine=x, name_cosine=1 - x)) for x in (0.1, 0.4, 0.9)]
    together = contributions(model, np.concatenate(rows))
    for k, row in enumerate(rows):
        alone = contributions(model, row)
        assert {group: odds[k] for group, odds in together.items()} == {
            group: odds[0] for group, odds in alone.items()
        }


@settings(max_examples=60)
@given(models, pairs, st.sampled_from([0.0, 0.3, 0.9]))
def test_every_stated_change_turns_the_verdict(model, features, p_same_text):
    """Each change that is told, made to the evidence, gives the other verdict with the told p."""
    found = why(model, features, p_same_text=p_same_text)
    p_same_text = p_same_text if p_same_text >= 0.5 else 0.0  # less is no copy and proves nothing
    assert found.p == max(asked(model, features), p_same_text)
    for change in found.changes:
        p = max(asked(model, after(features, change)), p_same_text)
        assert p == pytest.approx(change.p)
        assert (p >= SAME_FROM) is not found.same
    if found.together:
        one, other = found.together
        assert one.group != other.group
        both = after(after(features, one), other)
        assert (max(asked(model, both), p_same_text) >= SAME_FROM) is not found.same
    assert not (found.changes and (found.nearest or found.together))
    if found.nearest:
        p = max(asked(model, after(features, found.nearest)), p_same_text)
        assert (p >= SAME_FROM) is found.same
        assert p < found.p if found.same else p > found.p


@settings(max_examples=40)
@given(features=pairs)
def test_the_shipped_model_keeps_its_word(shipped, features):
    """What is told of the shipped verdicts holds when they are asked again."""
    found = why(shipped, features)
    for change in found.changes:
        assert (asked(shipped, after(features, change)) >= SAME_FROM) is not found.same


@given(pairs, st.booleans())
def test_a_change_touches_its_own_group_alone(features, same):
    """The columns of a change are columns of its group."""
    row = row_of(features)[0]
    for group, at in grouped().items():
        names = {FEATURE_NAMES[k] for k in at}
        for change in steps_of(group, row, same=same):
            assert change.group == group
            assert set(change.columns) <= names
            assert 0.0 <= change.size <= 1.0


def test_the_smallest_step_that_does_is_told():
    """Of names in common the least round share is told from which the verdict turns."""
    model = Linear(name_cosine=10.0, bias=-5.9)
    (change,) = why(model, pair(name_cosine=0.42, name_mass=3.0)).changes
    assert (change.group, change.move, change.before, change.after) == (
        "names",
        Move.MORE,
        0.42,
        0.6,
    )
    scale = np.expm1(3.0) / 0.42
    assert change.columns["name_mass"] == pytest.approx(np.log1p(scale * 0.6))
    (change,) = why(model, pair(name_cosine=0.82)).changes
    assert (change.move, change.after) == (Move.LESS, 0.55)
    assert change.size == pytest.approx(0.82 - 0.55)


def test_changes_come_smallest_first():
    """Of two kinds of evidence that could turn the verdict the one that moves less is first."""
    model = Linear(lede_cosine=4.0, name_cosine=8.0, bias=-4.0)
    found = why(model, pair(lede_cosine=0.6, name_cosine=0.1))
    assert [change.group for change in found.changes] == ["names", "ledes"]
    assert found.changes[0].size < found.changes[1].size


def test_days_apart_are_told_in_days():
    """A dated pair may be nearer, or its dates unknown; an undated one may get dates."""
    model = Linear(time_gap=-2.0, has_times=1.0, bias=0.5)
    found = why(model, pair(has_times=1.0, time_gap=np.log1p(9.0)))
    assert [(c.move, c.after) for c in found.changes] == [(Move.NEARER, 1.0), (Move.UNKNOWN, None)]
    assert found.changes[0].before == pytest.approx(9.0)
    undated = why(model, pair())
    assert [(c.move, c.before, c.after) for c in undated.changes] == [(Move.KNOWN, None, 1.5)]
    assert {c.after for c in undated.changes} <= set(GAPS)


def test_evidence_that_holds_the_verdict_is_named():
    """Under a guard nothing but the guarded evidence turns the verdict, and that is said."""
    model = Guarded(lede_cosine=1.0, name_cosine=9.0, word_cosine=9.0, bias=-1.0)
    held = why(model, pair(lede_cosine=0.1, name_cosine=0.8, word_cosine=0.8))
    assert held.p == pytest.approx(0.35)
    assert held.held_by == ("ledes",)
    assert [(c.group, c.after) for c in held.changes] == [("ledes", 0.25)]
    free = why(model, pair(lede_cosine=0.5, name_cosine=0.0))
    assert free.held_by == ()


def test_where_no_single_change_does_two_may():
    """No single change is made up: what comes nearest is told, and two that do together."""
    model = Linear(name_cosine=3.0, word_cosine=3.0, bias=-5.0)
    found = why(model, pair())
    assert found.changes == ()
    assert {change.group for change in found.together} == {"names", "words"}
    assert found.nearest.p == pytest.approx(float(sigmoid(np.array(-2.0))))
    stubborn = why(Linear(bias=-5.0), pair())
    assert (stubborn.changes, stubborn.nearest, stubborn.together, stubborn.held_by) == (
        (),
        None,
        (),
        (),
    )


def test_copies_are_one_story_whatever_else_is_known():
    """While the text is the same no change of the other evidence is said to part the two."""
    model = Linear(name_cosine=9.0, bias=-4.0)
    found = why(model, pair(name_cosine=0.9), p_same_text=0.97)
    assert found.same
    assert (found.changes, found.nearest, found.together) == ((), None, ())
