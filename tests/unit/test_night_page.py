"""A plan as a table in the terminal and as a page: all that matters, and no more than fits."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import click
import pytest

from api.cli.night_text import LINES, table
from api.night import words
from api.report.night import BRIEF, FULL, page
from api.report.night_charts import charts
from dedupe.constraints.records import Level
from dedupe.night.records import (
    BridgeLine,
    CanonicalLine,
    Change,
    ChangeKind,
    GroupLine,
    Guarded,
    NightRecord,
    NightState,
    PairLine,
)
from tests.night_plans import agreement, harbour, night, plan_of

HOSTILE = '<script>alert("x")</script>\'"><img src=x onerror=y>&amp;'
VOID = {"meta", "br", "img", "link", "hr", "input", "rect", "line"}


class Page(HTMLParser):
    """Every element with its attributes; ends must meet their starts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.text = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID or (tag == "rect" and not self.get_starttag_text().endswith("/>")):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def words(self):
        return " ".join(" ".join(self.text).split())


def nothing():
    """A night after which everything lies as it did."""
    around, done = night([("c", "s"), ("d", "t")], (), agreement(2, []))
    quiet = replace(done.plan, clusters=(), stories=(), placements=(), unlinked=frozenset())
    return plan_of(around, replace(done, plan=quiet))


def change(k, *, kind=ChangeKind.MERGE, level=Level.STORY, title="Harbour", parts=2):
    pair = PairLine(a=f"a{k}", b=f"b{k}", probability=0.875, overlap=0.5, a_title=title)
    return Change(
        level=level,
        kind=kind,
        before=tuple(GroupLine(id=f"g{k}-{n}", size=2, title=title) for n in range(parts)),
        after=(GroupLine(id=f"g{k}-0", size=2 * parts, title=title, canonical=title),),
        moved=2,
        strongest=pair,
        weakest=replace(pair, probability=0.25, b="other", b_title=None),
        bridges=(BridgeLine(article="a", cuts_off=3, title=title),),
    )


def guarded(title="Harbour"):
    return Guarded(
        level=Level.STORY,
        guard="span",
        value=188.5,
        limit=120.0,
        groups=(GroupLine(id="x", size=4, title=title), GroupLine(id="y", size=1)),
        agreement=0.31,
        bridge=PairLine(a="a", b="b", probability=0.62, a_title=title),
    )


def with_changes(*changes, guards=()):
    plan = harbour()
    return replace(plan, review=replace(plan.review, changes=changes, guarded=guards))


def canonical_change(title="Harbour"):
    line = CanonicalLine(
        cluster="c", was=title, now="Example Wire", was_article="a", now_article=None, rule="credit"
    )
    group = (GroupLine(id="c", size=3, title=title, canonical="Example Wire"),)
    return Change(
        level=Level.CLUSTER,
        kind=ChangeKind.CANONICAL,
        before=group,
        after=group,
        moved=0,
        strongest=None,
        weakest=None,
        canonical=(line,),
    )


def past(number, state=NightState.APPLIED, **churn):
    return NightRecord(
        number=number,
        started=float(number),
        finished=number + 0.5,
        state=state,
        since=None,
        churn=churn,
    )


def plain_table(plan, width=100):
    return click.unstyle(table(plan, width=width)).splitlines()


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_the_summary_says_what_changes_and_that_nothing_else_does():
    """Groups and articles that change of how many, in one sentence."""
    plan = harbour()
    quiet = replace(plan.plan, clusters=(), stories=(), unlinked=frozenset(), links=())
    figures = {**plan.review.churn.figures, "standings": 0, "links": 0, "articles_moved": 3}
    churn = replace(plan.review.churn, figures=figures)
    plan = replace(plan, plan=quiet, review=replace(plan.review, churn=churn))
    assert words.summary(plan) == [
        "2 of 4 stories and 2 of 6 clusters change; 3 of 6 articles move; nothing else is touched."
    ]
    more = {**figures, "standings": 1, "links": 1200}
    plan = replace(plan, review=replace(plan.review, churn=replace(churn, figures=more)))
    assert words.summary(plan) == [
        "2 of 4 stories and 2 of 6 clusters change; 3 of 6 articles move.",
        "Besides, 1 article stays and is related otherwise to its group, 1,200 copy links are new.",
    ]


def test_a_plan_that_changes_nothing_says_so():
    """Table and page of a quiet night are one sentence and the figures."""
    plan = nothing()
    sentence = "Everything lies where it belongs: nothing changes."
    assert words.summary(plan) == [sentence]
    assert f"  {sentence}" in plain_table(plan)
    shown = Page(page(plan, []))
    assert sentence in shown.words()
    assert not shown.all("article")


def test_what_was_looked_at_is_said():
    """The scope names the time, the number of articles, and how far back."""
    plan = replace(harbour(), since=None)
    assert words.scope(plan) == "Made 2026-06-21 00:15 UTC over 6 articles: everything."
    assert "in the last 7 days, with" in words.scope(replace(plan, since=168.0))
    assert "in the last 36.5 hours, with" in words.scope(replace(plan, since=36.5))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_table_fits_the_terminal(width):
    """No line is wider, whatever titles are made of, and there are at most sixty."""
    titles = ["港湾工人投票决定罢工" * 9, "harbour " * 40, "ميناء" * 30, "e\u0301" * 200, None]
    changes = [
        change(k, kind=kind, level=level, title=titles[k % 5], parts=4)
        for k in range(40)
        for kind in (ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.MOVE)
        for level in Level
    ]
    plan = with_changes(*changes, canonical_change(titles[0]), guards=[guarded(titles[0])] * 30)
    lines = plain_table(plan, width)
    assert len(lines) <= LINES
    assert all(columns(line) <= width for line in lines if "\u0301" not in line)
    headings = [line for line in lines if re.match(r"(Stories|Clusters) (that|with)|To be", line)]
    assert len(headings) == 8
    assert all(lines[lines.index(one) + 1].startswith("  ") for one in headings)


def test_the_table_says_how_many_more_there_are():
    """What does not fit is counted, and where it is."""
    plan = with_changes(*(change(k) for k in range(213)))
    (heading,) = [line for line in plain_table(plan) if line.startswith("Stories that merge")]
    found = re.fullmatch(r"Stories that merge: (\d+) of 213, and (\d+) more in PLAN", heading)
    assert sum(map(int, found.groups())) == 213
    assert int(found[1]) > 4


def test_the_table_tells_the_evidence():
    """A merge with its sizes, its pair with probability and overlap, its weakest link and bridge."""
    text = "\n".join(plain_table(with_changes(change(1), canonical_change(), guards=[guarded()])))
    assert "2 stories become 1: 2 + 2 → 4 articles, because 0.88 (overlap 0.50)" in text
    assert "weakest  0.25 (overlap 0.50): Harbour / (no title)" in text
    assert "bridge   cuts off 3: Harbour" in text
    assert "Harbour → Example Wire, not in the index, by credit" in text
    assert "the span would be 188.5 days, the limit is 120." in text


def test_titles_cannot_steer_the_terminal():
    """Control characters and marks of direction are left out of titles."""
    lines = table(with_changes(change(1, title="A\x1b[31mB\u202ec\nD\x9b")), width=100)
    assert "\x1b[31m" not in lines
    assert not {"\u202e", "\x9b"} & set(lines)
    assert "A[31mBc D" in lines


def test_the_page_fetches_nothing_and_runs_nothing():
    """No script, no address, and a policy that forbids all but its own style."""
    text = page(with_changes(change(1), guards=[guarded()]), [past(1, articles_moved=3)])
    shown = Page(text)
    (policy,) = [
        one for one in shown.all("meta") if one.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert not [
        one for tag in ("script", "img", "link", "iframe", "form") for one in shown.all(tag)
    ]
    assert all(one["href"].startswith("#") for one in shown.all("a"))
    assert "http://" not in text
    assert "https://" not in text
    assert "@import" not in text
    assert not [k for _, attributes in shown.elements for k in attributes if k.startswith("on")]


def test_titles_of_articles_are_escaped():
    """Markup in titles and sources is shown as it is written, nowhere as markup."""
    plan = with_changes(
        change(1, title=HOSTILE),
        *(change(k, title=HOSTILE) for k in range(2, FULL + 4)),
        canonical_change(HOSTILE),
        guards=[guarded(HOSTILE)],
    )
    shown = Page(page(replace(plan, versions={HOSTILE: HOSTILE}), []))
    assert not shown.all("script")
    assert not shown.all("img")
    assert HOSTILE in "".join(shown.text)


def test_the_page_can_be_read_without_seeing_it():
    """Language, title, headings in order, names for charts and tables, targets for every link."""
    plan = with_changes(
        *(change(k) for k in range(FULL + 3)), canonical_change(), guards=[guarded()]
    )
    shown = Page(page(plan, [past(1, articles_moved=3)]))
    assert shown.all("html")[0]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in shown.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in shown.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [
        name
        for _, attributes in shown.elements
        for key in ("aria-labelledby", "aria-describedby")
        if key in attributes
        for name in attributes[key].split()
    ]
    links = [one["href"][1:] for one in shown.all("a")]
    assert set(named) | set(links) <= set(ids)
    assert len(shown.all("svg")) == 5
    assert all(one["role"] == "img" for one in shown.all("svg"))
    assert len(shown.all("caption")) == len(shown.all("table"))
    assert {one["scope"] for one in shown.all("th")} == {"col", "row"}


def test_the_page_cuts_and_says_how_many_more():
    """A dozen of a kind in full, two hundred at all, the rest counted."""
    plan = with_changes(*(change(k) for k in range(BRIEF + 1000)))
    written = page(plan, [])
    shown = Page(written)
    assert len(shown.all("article")) == FULL
    text = shown.words()
    assert "Stories that merge (1,200)" in text
    assert f"{BRIEF - FULL} more that move fewer articles" in text
    assert "and 1,000 more in the plan." in text
    assert len(written) < 400_000


def test_what_is_to_be_reviewed_comes_first():
    """Forbidden merges stand above the figures and the changes, with limit and closest pair."""
    text = Page(page(with_changes(change(1), guards=[guarded()]), [])).words()
    review = text.index("To be reviewed: 1 merge that a limit forbade")
    assert review < text.index("Groups and changes") < text.index("2 stories become 1")
    assert "agree by 0.31 stay apart: the span would be 188.5 days, the limit is 120." in text


def test_charts_show_sizes_in_bins_that_double():
    """Sizes 3 and 4 are one bin, 5 to 8 the next; heights rise with the counts."""
    plan = harbour()
    sizes = {Level.STORY: ((1, 900, 800), (3, 4, 0), (4, 1, 2), (5, 7, 7), (8, 1, 0), (9, 0, 1))}
    drawn = charts(replace(plan, review=replace(plan.review, sizes=sizes)), [])
    chart = drawn[0]
    assert chart.title == "Sizes of stories"
    assert dict(chart.rows) == {"1": (900, 800), "3–4": (5, 2), "5–8": (8, 7), "9–16": (0, 1)}
    heights = {one.says: one.height for one in chart.bars}
    assert heights["1: 900 before"] > heights["1: 800 after"] > heights["5–8: 8 before"]
    assert heights["5–8: 8 before"] > heights["3–4: 5 before"] > heights["9–16: 1 after"] > 0
    assert chart.y_title == "stories (log scale)"


def test_charts_mark_the_threshold_at_its_place():
    """A threshold of a half stands in the middle between 0 and 1."""
    chart = charts(harbour(), [])[3]
    assert chart.threshold.name == "threshold 0.5"
    zero, *_, one = [tick.at for tick in chart.x_ticks]
    assert chart.threshold.at == pytest.approx((zero + one) / 2, abs=0.1)


def test_churn_shows_past_nights_and_the_planned_one():
    """Nights that ended in the order of their numbers, failed ones left out, the plan marked last."""
    nights = [past(k, articles_moved=10 * k, clusters_merged=k, stories_merged=1) for k in (2, 1)]
    nights += [past(3, NightState.FAILED), past(4, NightState.UNCHANGED)]
    chart = charts(harbour(), nights)[-1]
    assert [label for label, _ in chart.rows] == ["#1", "#2", "#4", "plan"]
    assert chart.rows[1][1] == (20, 3, 0, 0)
    assert chart.rows[2][1] == (0, 0, 0, 0)
    assert chart.marked[0] < max(one.x for one in chart.bars)
    assert chart.says.startswith("The last 3 nights")


def test_the_page_needs_no_matplotlib():
    """The plan is drawn by our own means: the optional extra is not imported."""
    program = "import sys; import api.report.night; print('matplotlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
