from __future__ import annotations

import click
import pytest

from api.cli import main, story_text
from api.cli.exits import Exit
from api.http.story_examples import STORIES, STORY

TOLD = """\
story s_81rw
  headline   Harbour Gazette: Old lighthouse opens to visitors after ten years of repairs
             article a_5hq2 (own reporting, early)
  size       3 articles, 2023-06-10 to 2023-06-12
  sources    2 independent
  origins    Al Jazeera (2 articles, not in the index), carried by Harbour Herald
             Harbour Gazette (1 article)
  outlets    Harbour Herald (2), Harbour Gazette (1)
  languages  en (2), unknown (1)
  about      Saint Elmo (3), 214 (2)
  agreement  0.91 on average of 3 articles
             least between a_5hq2 and https://herald.example/harbour-2: 0.86
             loosest is https://herald.example/harbour-2: 0.88 on average
  related    earlier: s_44ye Repairs of the lighthouse enter their last year (2022-05-30)
  time line  2023-06-11 08:30  https://herald.example/harbour-2 (same_story) Harbour Herald: Old \
lighthouse opens to visitors after ten years of repairs
             …"""


def test_a_story_reads_as_it_is():
    """Headline, whose, about what, how sure, what lies around it, and its articles by time."""
    assert click.unstyle(story_text.story(STORY)) == TOLD


def test_what_is_not_known_is_left_out():
    """A single bare article: no dates, no source, no agreement."""
    bare = {
        **STORY,
        "merged_into": "s_2",
        "split_into": None,
        "articles": 2,
        "size": 1,
        "first": None,
        "last": None,
        "headline": {**STORY["headline"], "source": None},
        "origins": [{**STORY["origins"][0], "source": None, "outlets": []}],
        "names": [],
        "numbers": [],
        "weakest_link": None,
        "related": [],
        "timeline": {
            "items": [
                {
                    **STORY["timeline"]["items"][0],
                    "published": {"value": None, "precision": None, "from": None},
                }
            ],
            "next": None,
        },
    }
    text = click.unstyle(story_text.story(bare))
    assert text.startswith("story s_81rw, merged into s_2\n  headline   Old lighthouse")
    parts = {**bare, "merged_into": None, "split_into": ["s_2", "s_3"]}
    text = click.unstyle(story_text.story(parts))
    assert text.startswith("story s_81rw, split into s_2, s_3\n")
    assert "  size       1 article and 1 update\n" in text
    assert "  origins    no named source (2 articles)\n" in text
    assert "  time line  no date           https" in text
    assert not any(word in text for word in ("agreement", "about", "related", "…"))


def test_a_list_is_a_line_a_story():
    """Day, size, id and headline; an empty list says so."""
    lines = [*STORIES["items"], {**STORIES["items"][0], "last": None, "size": 1234}]
    title = "Old lighthouse opens to visitors after ten years of repairs"
    assert click.unstyle(story_text.stories(lines)) == (
        f"2023-06-12      3  s_81rw  {title}\nno date     1,234  s_81rw  {title}"
    )
    assert story_text.stories([]) == "no story"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--since", "soon"], "--since: is no time that can be read"),
        (["--since", "2024-02-02", "--until", "2024-02-01"], "--until: lies before --since"),
        (["--min-size", "0"], "--min-size"),
        (["--sort", "oldest"], "--sort"),
    ],
)
def test_what_cannot_be_asked_is_refused(words, message, capsys):
    """A wrong option is named before any store is opened."""
    with pytest.raises(SystemExit) as ended:
        main.main(["stories", *words])
    assert ended.value.code in {Exit.FAILED, Exit.USAGE}
    assert message in capsys.readouterr().err
