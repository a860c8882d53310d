"""What was found about an article, as JSON and back."""

from __future__ import annotations

import json

from dedupe.model import Furniture, Span
from index.sqlite.documents import NEUTRAL, UNNAMED, decode_findings, decode_match, dump, load

SPAN = {"field": "body", "start": 3, "end": 9}


def test_furniture_stored_without_a_reason_is_read():
    """A row of an older release gives the span alone: it is furniture of the page."""
    published, furniture, credits = decode_findings(json.dumps([None, [SPAN], []]).encode())
    assert (published, credits) == (None, ())
    assert furniture == (Furniture(span=Span(**SPAN), why=UNNAMED),)


def test_a_passage_stored_without_a_weight_is_read():
    """A match of an older release has passages that nobody weighed: they get the neutral weight."""
    evidence = {
        "overlap": 0.5,
        "contains": 0.6,
        "contained": 0.7,
        "lede_cosine": None,
        "hours_apart": None,
        "features": {},
        "passages": [{"ours": SPAN, "theirs": SPAN, "words": 7}],
    }
    match = {
        "article_id": "a",
        "relation": "excerpt",
        "p_same_text": 0.9,
        "p_same_story": 0.9,
        "evidence": evidence,
    }
    old = decode_match(json.dumps(match).encode())
    assert [passage.weight for passage in old.evidence.passages] == [NEUTRAL]
    assert decode_match(dump(old)) == old
    assert load(dump(old))["evidence"]["passages"][0]["weight"] == NEUTRAL
