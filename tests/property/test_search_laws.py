"""What a full-text index without texts rests on: the same words every time, and only words."""

from __future__ import annotations

import re
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from dedupe.errors import BadInput
from dedupe.model import Article, Furniture, Span
from index.sqlite.documents import decode_article, dump
from index.sqlite.search import expression, name_key, searched, words

TEXT = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("\ud800\0<>&;\"'’ -東京ท่เرأُİßéⅣ\u0301"),
        st.sampled_from(["a", "B", "3", ".", ",", " "]),
    ),
    max_size=60,
)
"""Any code points, lone surrogates and scripts that are hard to tell apart among them."""


@given(TEXT, TEXT, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=3))
def test_a_stored_article_has_the_words_it_was_put_in_with(title, body, spans):
    """What is read back from the store gives the very words that it gave when it came."""
    article = Article(title=title, body=body)
    furniture = [
        Furniture(span=Span(field="body", start=min(span), end=max(span)), why="x")
        for span in spans
    ]
    put = searched(article, furniture)
    assert searched(decode_article(dump(article)), furniture) == put
    assert all(re.fullmatch(r"([0-9a-f]{8}( |$))*", line) for line in put)


@given(TEXT)
def test_only_words_reach_the_index(text):
    """Whatever is asked, the expression is made of quoted hashes; or the text is refused."""
    found = asked(text)
    one = r'"[0-9a-f]{8}( [0-9a-f]{8})*"'
    assert found is None or re.fullmatch(rf"{one}( AND {one})*", found)


def asked(text):
    with suppress(BadInput):
        return expression(text)
    return None


@given(TEXT.filter(lambda text: not set("<&") & set(text)))
def test_case_does_not_matter(text):
    """A text that is the same whichever way its case is folded has the same words in either case."""
    if text.lower().casefold() == text.upper().casefold():
        assert words(text.lower()) == words(text.upper())


@given(TEXT, st.sampled_from([" ", "-", ".", "  "]))
def test_an_outlet_is_one_name_however_it_is_set(name, joint):
    """Spaces, dashes and stops between its words do not make another name."""
    parts = [part for part in re.split(r"[^a-zA-Z]+", name) if part]
    assert name_key(joint.join(parts)) == name_key(" ".join(parts))
