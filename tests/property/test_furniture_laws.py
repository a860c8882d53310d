from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedupe.furniture import Page, Subject, learned, segments, source_key
from dedupe.model import Article
from dedupe.repeats import without_learned
from dedupe.text import FurniturePatterns, clean
from dedupe.text.furniture import _hits, _Lines, _removed, _rules
from dedupe.words import split

ROOT = Path(__file__).resolve().parents[2]
PHRASES = (
    "The council met on Monday and voted for the new bridge over the river.",
    "Work is to begin in spring, the mayor said.",
    "Order the paper at your door before Friday",
    "Read our evening bulletin for more of this.",
    "(All photographs by our own people)",
    "新的大桥将于春天开工，市长说。",
    "Advertisement",
    "The Example Sun",
    "Home » News",
    "See also: Another headline of the day",
    "© 2024 Example",
    "Leave a Reply",
    "a [Source] mark",
    "",
)
TEXT = st.lists(
    st.tuples(st.sampled_from(PHRASES), st.sampled_from(["\n", "\n\n", " "])), max_size=14
).map(lambda pieces: "".join(text + gap for text, gap in pieces))


@cache
def patterns():
    return FurniturePatterns.from_mapping(
        tomllib.loads((ROOT / "dedupe/data/furniture.toml").read_text("utf-8"))
    )


@given(TEXT | st.text(max_size=80), st.sampled_from(["", "Advertisement"]), st.sampled_from([None, "The Example Sun"]))  # fmt: skip
def test_a_text_passed_over_early_has_no_furniture(text, title, source):
    """Where the quick look finds nothing the slow one finds nothing either."""
    lines = _Lines(text)
    rules, signed = _rules(text, patterns(), source)
    if not rules and not signed:
        assert _removed(lines, _hits(lines.stripped, rules), title=title, source=source) == {}


@given(st.lists(TEXT, min_size=1, max_size=4), st.sets(st.sampled_from(PHRASES)))
def test_learned_furniture_never_takes_most_of_a_text(texts, lines):
    """Whatever was learned, half of the words stay, all ranges fit, and what went had been learned."""
    known = segments(sorted(lines), split(sorted(lines))).hashes
    learned_lines = {source_key("Sun"): np.unique(known)}
    articles = [Article(source="Sun", body=text) for text in texts]
    cleaned = [clean(one, patterns()) for one in articles]
    before = split([c.body.text for c in cleaned], [c.kept for c in cleaned])
    found = segments([c.body.text for c in cleaned], before)
    sizes = np.diff(before.bounds)
    after = without_learned(articles, cleaned, found, sizes, learned_lines)
    left = split([c.body.text for c in after], [c.kept for c in after])
    assert (2 * np.diff(left.bounds) >= sizes).all()
    for was, now in zip(cleaned, after, strict=True):
        ranges = sorted([*now.kept, *((a, b) for a, b, _ in now.furniture)])
        assert "".join(now.body.text[a:b] for a, b in ranges) == now.body.text
        assert now.kept_by_patterns == was.kept
        if now is not was:
            gone = {now.body.text[a:b] for a, b, why in now.furniture if why == "learned"}
            hashes = segments(sorted(gone), split(sorted(gone))).hashes
            assert np.isin(hashes, known).any()


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_nothing_learned_changes_nothing(texts):
    """Without learned lines of its source a text comes back as it was."""
    articles = [Article(source="Sun", body=text) for text in texts]
    cleaned = [clean(one, patterns()) for one in articles]
    words = split([c.body.text for c in cleaned], [c.kept for c in cleaned])
    found = segments([c.body.text for c in cleaned], words)
    other = {"moon": np.array([1], np.uint64)}
    assert without_learned(articles, cleaned, found, np.diff(words.bounds), other) is cleaned


PAGES = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 5)),
        st.lists(st.integers(0, 6), max_size=6),
        st.sets(st.integers(0, 40), min_size=4, max_size=9),
    ),
    max_size=24,
)


@given(PAGES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(told, random):
    """The same pages in any order teach the same lines with the same evidence."""
    pages = [
        Page(id=f"{k:03d}", day=day, segments=np.array(lines, np.uint64))
        for k, (day, lines, _) in enumerate(told)
    ]
    none = np.zeros(0, np.uint64)
    subjects = {
        page.id: Subject(terms=np.array(sorted(terms), np.uint64), rare=none)
        for page, (_, _, terms) in zip(pages, told, strict=True)
    }
    shuffled = list(pages)
    random.shuffle(shuffled)

    def asked(ids, _):
        return [subjects[name] for name in ids]

    first = learned(pages, asked)
    assert learned(shuffled, asked) == first
    for one in first:
        holders = [page for page in pages if one.line in page.segments.tolist()]
        assert one.articles == len(holders) >= one.witnesses >= 4
        assert set(one.examples) <= {page.id for page in holders}
