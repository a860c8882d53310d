from __future__ import annotations

import random
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from dedupe.furniture import Page, Subject, due, learned
from dedupe.learning import FurnitureLearner
from dedupe.terms import Background
from dedupe.text import FurniturePatterns
from tests.outlets import article, body, sentence

LINE = "Read the paper at your door: order it before the end of the week"


@pytest.fixture(scope="module")
def learner(root):
    data = root / "dedupe/data"
    return FurnitureLearner(
        FurniturePatterns.from_mapping(tomllib.loads((data / "furniture.toml").read_text("utf-8"))),
        Background.from_tsv((data / "background.tsv").read_text("utf-8")),
    )


def texts(lines):
    return [line.text for line in lines]


def test_a_line_of_unrelated_articles_is_learned(learner):
    """What stands under four articles that have nothing else in common belongs to the page."""
    articles = [article(k, text=f"{body(k)}\n\n{LINE}") for k in range(4)]
    (found,) = learner.of_articles(articles)
    assert found.text == LINE
    assert (found.learned.articles, found.learned.witnesses) == (4, 4)
    assert found.learned.why == "learned: in 4 unrelated articles of this source"
    assert found.learned.last - found.learned.first == 3
    assert len(found.learned.examples) == 4


def test_a_sentence_glued_to_the_last_paragraph_is_learned(learner):
    """Boilerplate needs no line of its own."""
    glued = "Click through to the evening bulletin for more of our coverage."
    articles = [article(k, text=f"{body(k)} {glued}") for k in range(5)]
    assert texts(learner.of_articles(articles)) == [glued.rstrip(".")]


def test_three_articles_teach_nothing(learner):
    """Three may agree by chance."""
    assert learner.of_articles([article(k, text=f"{body(k)}\n\n{LINE}") for k in range(3)]) == ()


def test_ten_editions_of_one_wire_story_teach_nothing(learner):
    """An outlet that runs one text ten times is one witness of each of its lines."""
    text = body(1)
    editions = [article(k, text=f"{text}\n\n{body(100 + k, 1)}") for k in range(10)]
    assert learner.of_articles(editions) == ()


def test_ten_editions_beside_the_furniture_are_one_witness(learner):
    """What is learned of others is learned; the text of the wire story is not."""
    wire = [article(k, text=f"{body(1)}\n\n{LINE}", title="The pier") for k in range(10)]
    others = [article(20 + k, text=f"{body(20 + k)}\n\n{LINE}") for k in range(5)]
    (found,) = learner.of_articles([*wire, *others])
    assert found.text == LINE
    assert found.learned.witnesses <= 6


def test_the_background_of_a_running_affair_is_the_articles_own(learner):
    """A paragraph under every piece on one affair stays: the pieces speak of it elsewhere too."""
    background = "The Zorbrandt tunnel has been closed since the fire that killed four men in May."
    articles = [
        article(k, text=f"The Zorbrandt tunnel stays closed, {sentence(random.Random(k))}\n\n"
                        f"{body(k)}\n\n{background}")
        for k in range(12)
    ]  # fmt: skip
    assert learner.of_articles(articles) == ()


def test_one_day_teaches_nothing(learner):
    """Four articles of one day may have one reason for a line; days have to pass."""
    articles = [article(k, text=f"{body(k)}\n\n{LINE}") for k in range(6)]
    assert learner.of_articles(articles, [19_000] * 6) == ()
    assert texts(learner.of_articles(articles, [19_000, 19_001, 19_002] * 2)) == [LINE]


def test_undated_articles_teach_when_they_are_many(learner):
    """Where days are unknown eight witnesses are asked for."""
    articles = [article(k, text=f"{body(k)}\n\n{LINE}") for k in range(8)]
    assert learner.of_articles(articles[:7], [None] * 7) == ()
    assert texts(learner.of_articles(articles, [None] * 8)) == [LINE]


def test_inside_a_text_more_witnesses_are_asked_for(learner):
    """Four do at the edge of the page, in the midst of texts it takes eight."""

    def amid(k):
        return article(k, text=f"{body(k, 4)}\n\n{LINE}\n\n{body(50 + k, 4)}")

    assert learner.of_articles([amid(k) for k in range(7)]) == ()
    assert texts(learner.of_articles([amid(k) for k in range(8)])) == [LINE]


def test_short_texts_are_no_witnesses(learner):
    """Of a text that does not say what it is about nobody knows whether it is related."""
    articles = [
        article(k, text=f"Nothing new at all today.\n\n{LINE}", title="") for k in range(12)
    ]
    assert learner.of_articles(articles) == ()


def test_general_patterns_need_no_learning(learner):
    """What is furniture by its wording is not learned again."""
    articles = [article(k, text=f"{body(k)}\n\nYou may also like") for k in range(6)]
    assert learner.of_articles(articles) == ()


RADIO = "Listen to this paper on harbour radio channel nine every weekday morning"
IMPRINT = "This paper is published by Quay & Sons of Dock Street; letters may be shortened"


@pytest.mark.parametrize(
    "line",
    [
        "Copyright 2024 Harbour Herald Media Group. All rights reserved.",
        "© 2024 Kestrel Gazette Publishing Ltd",
        "Sign up for the Osprey Morning Briefing newsletter",
        "Read more: Zorbrandt and Quillmark on the pier",
    ],
)
def test_names_in_general_furniture_relate_nothing(learner, line):
    """What is furniture by its wording says nothing of an article: the lines around it are learned."""
    articles = [article(k, text=f"{RADIO}\n{body(k)}\n\n{line}\n{IMPRINT}.") for k in range(8)]
    found = learner.of_articles(articles)
    assert sorted(texts(found)) == [RADIO, IMPRINT]
    assert [one.learned.witnesses for one in found] == [8, 8]


@pytest.mark.parametrize("source", ["Kestrel Gazette", "KESTREL GAZETTE (web)"])
def test_the_name_of_the_outlet_relates_nothing(learner, source):
    """Articles in which people speak to the outlet have its name in common and no subject."""
    articles = [
        article(k, text=f"{sentence(random.Random(k))[:-1]}, as the Kestrel Gazette has learned.\n\n"
                        f"{body(k)}\n\n{LINE}", source=source)
        for k in range(4)
    ]  # fmt: skip
    assert texts(learner.of_articles(articles)) == [LINE]
    others = [replace(one, source="Harbour Herald") for one in articles]
    assert learner.of_articles(others) == ()


def test_what_titles_end_with_relates_nothing(learner):
    """The outlet's signature behind the bar of a title is no subject, in whatever spelling."""
    articles = [
        article(k, text=f"{body(k)}\n\n{LINE}", title=f"A day - {body(k)[:30]} | Osprey Zeitung")
        for k in range(4)
    ]
    assert texts(learner.of_articles(articles)) == [LINE]


def local(k):
    """An article that names the town of its paper, outside of its title."""
    dateline = f"{sentence(random.Random(k))[:-1]}, they say in Osprington on Quill."
    return article(k, text=f"{dateline}\n\n{body(k)}\n\n{LINE}")


def test_the_town_of_a_local_paper_is_a_habit(learner):
    """Names that nearly all articles hold and few titles relate nothing where eight are witnesses."""
    assert learner.of_articles([local(k) for k in range(7)]) == ()
    (found,) = learner.of_articles([local(k) for k in range(9)])
    assert (found.text, found.learned.witnesses) == (LINE, 9)


def test_what_titles_name_is_a_subject(learner):
    """An outlet that writes of one affair only has no habits: its background lines stay."""
    affair = [
        replace(local(k), title=f"{local(k).title} in Osprington on Quill") for k in range(12)
    ]
    assert learner.of_articles(affair) == ()


def test_long_furniture_ahead_hides_no_subject(learner):
    """Markup and page lines ahead of a text do not use up what is read of it."""
    menu = "".join(f'<div class="{"wide " * 60}"><p>{sentence(random.Random(900 + n))}</p></div>'
                   for n in range(20))  # fmt: skip
    articles = [article(k, text=f"{menu}<p>{body(k)}</p><p>{LINE}</p>") for k in range(4)]
    assert LINE in texts(learner.of_articles(articles))


def subject(*terms, vector=None, story=None):
    own = np.array(sorted(terms), np.uint64)
    return Subject(terms=own, rare=own[:0], vector=vector, story=story)


def pages(n):
    return [Page(id=f"p{k}", day=k, segments=np.array([7], np.uint64)) for k in range(n)]


def many(k):
    return range(100 * k, 100 * k + 10)


def learned_with(subjects):
    return learned(pages(len(subjects)), lambda ids, _: [subjects[int(name[1:])] for name in ids])


def test_one_story_is_one_witness():
    """Articles that lie in one story are related, whatever their words."""
    assert len(learned_with([subject(*many(k)) for k in range(4)])) == 1
    assert learned_with([subject(*many(k), story="s") for k in range(4)]) == ()


def test_near_ledes_are_one_witness():
    """Articles whose ledes lie near each other are related, whatever their words."""
    near = np.array([1.0, 0.0], np.float32)
    assert learned_with([subject(*many(k), vector=near) for k in range(4)]) == ()
    apart = np.eye(4, dtype=np.float32)
    assert len(learned_with([subject(*many(k), vector=apart[k]) for k in range(4)])) == 1


def test_common_telling_terms_relate():
    """One telling term in common is chance, two are a subject, one rare one is too."""
    assert len(learned_with([subject(9000, *many(k)) for k in range(4)])) == 1
    assert learned_with([subject(9000, 9001, *many(k)) for k in range(4)]) == ()
    rare = np.array([9000], np.uint64)
    own = [np.array([*many(k), 9000], np.uint64) for k in range(4)]
    assert learned_with([Subject(terms=terms, rare=rare) for terms in own]) == ()


def test_habits_count_for_nothing_among_eight():
    """What may be a habit of the outlet relates seven articles and does not relate eight."""
    shared = np.array([9000, 9001], np.uint64)
    own = [
        Subject(terms=np.array([*many(k), *shared], np.uint64), rare=shared, habitual=shared)
        for k in range(8)
    ]
    assert learned_with(own[:7]) == ()
    (found,) = learned_with(own)
    assert found.witnesses == 8
    assert learned_with([replace(one, habitual=shared[:1]) for one in own]) == ()


def test_subjects_are_asked_for_only_where_lines_recur():
    """A source whose articles share no line costs no look at their texts."""
    alone = [Page(id=str(k), day=k, segments=np.array([k], np.uint64)) for k in range(9)]
    assert learned(alone, lambda *_: pytest.fail("nothing recurs")) == ()
    assert learned([], lambda *_: pytest.fail("nothing is there")) == ()


def test_a_source_is_looked_at_ever_less_often():
    """At doubled numbers of articles, then every 256."""
    assert [n for n in range(1100) if due(n)] == [8, 16, 32, 64, 128, 256, 512, 768, 1024]
