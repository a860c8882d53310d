from __future__ import annotations

import numpy as np
import pytest

from dedupe.furniture import KEPT_SEGMENTS, kept_segments, removable, segments, source_key
from dedupe.words import split


def texts_of(text):
    """The segments of a text, as they stand in it."""
    found = segments([text], split([text])).text(0)
    return [text[a:b] for a, b in zip(found.start.tolist(), found.end.tolist(), strict=True)]


def hashes_of(text):
    return segments([text], split([text])).hashes.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Follow our evening bulletin", ["Follow our evening bulletin"]),
        (
            "The ferry sails again at noon today. Order the paper at your door!",
            ["The ferry sails again at noon today", "Order the paper at your door"],
        ),
        ("First line of three\nSecond line of three", ["First line of three", "Second line of three"]),
        ("He met Gov. Smith and Sen. Jones at the pier", ["He met Gov. Smith and Sen. Jones at the pier"]),
        ("It cost 3.5 million euros at www.example.org then", ["It cost 3.5 million euros at www.example.org then"]),
        ("The minority leader (D-Calif.) said so on Monday", ["The minority leader (D-Calif.) said so on Monday"]),
        ("港口的渡轮今天中午再次起航。请在家门口订阅本报纸的晚间版。", ["港口的渡轮今天中午再次起航", "请在家门口订阅本报纸的晚间版"]),
        ("Too short\nYes\n\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_segments_are_lines_and_their_sentences(text, expected):
    """A line ends a segment, a full stop does where a sentence ends; what is too short is none."""
    assert texts_of(text) == expected


def test_a_segment_is_known_by_its_words():
    """Case, marks and spaces do not matter; the order of words does."""
    assert hashes_of("Order THE  paper, at your door!") == hashes_of("order the paper at your door")
    assert hashes_of("order the paper at your door") != hashes_of("at your door order the paper")


def test_a_sentence_glued_to_a_paragraph_is_the_line_it_is_elsewhere():
    """The same words have the same hash as a line of their own and at the end of a paragraph."""
    alone = hashes_of("Order the paper at your door")
    glued = hashes_of("The ferry sails again at noon today. Order the paper at your door.")
    assert glued[1:] == alone


def test_a_batch_is_its_texts_one_by_one():
    """Segments of a text do not depend on its neighbours, ASCII or not, empty or not."""
    texts = ["A line of some words\nand another line here", "", "Zwölf Boxkämpfer jagen ihn über den Deich.",
             "The last one of them all"]  # fmt: skip
    whole = segments(texts, split(texts))
    for k, text in enumerate(texts):
        alone = segments([text], split([text]))
        part = whole.text(k)
        for name in ("hashes", "start", "end", "words"):
            assert getattr(part, name).tolist() == getattr(alone, name).tolist()


def test_words_that_are_left_out_belong_to_no_segment():
    """Segments are made of the kept ranges only."""
    text = "The ferry sails again at noon today.\nOrder the paper at your door"
    words = split([text], [((0, 36),)])
    assert len(segments([text], words).hashes) == 1


def test_head_and_foot_of_a_long_page_are_remembered():
    """Of a page with too many segments the first and the last are kept, in order."""
    hashes = np.arange(500, dtype=np.uint64)
    kept = kept_segments(hashes)
    half = KEPT_SEGMENTS // 2
    assert kept.tolist() == [*range(half), *range(500 - half, 500)]
    assert kept_segments(hashes[:5]).tolist() == [0, 1, 2, 3, 4]


def out_of(text, lines):
    words = split([text])
    learned = np.array(sorted({h for line in lines for h in hashes_of(line)}), np.uint64)
    found = segments([text], words)
    return [text[a:b] for a, b in removable(text, found.text(0), len(words.hashes), learned)]


def test_learned_lines_are_taken_out_with_their_marks():
    """The quotes, brackets and stops around a learned line go with it, and nothing else."""
    text = "The ferry sails again at noon today, she said. (Order the paper at your door!)"
    assert out_of(text, ["order the paper at your door"]) == ["(Order the paper at your door!)"]
    assert out_of(text, ["something that nobody wrote here"]) == []


def test_a_text_never_loses_more_than_half_of_its_words():
    """Where learned lines are most of a text, nothing of it is furniture."""
    text = "The ferry sails again.\nOrder the paper at your door before Friday"
    assert out_of(text, ["Order the paper at your door before Friday"]) == []


def test_a_source_is_called_by_its_folded_name():
    """Case and white space of a name do not matter; no name is no source."""
    assert source_key(" Harbour\u00a0 HERALD ") == source_key("harbour herald") == "harbour herald"
    assert source_key(None) == source_key("  ") == ""
