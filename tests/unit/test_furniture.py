from __future__ import annotations

import tomllib

import pytest

from dedupe.model import Article
from dedupe.text import FurniturePatterns, clean

PROSE = [
    "The council met on Monday and voted for the new bridge over the river.",
    "Work is to begin in spring, the mayor said, and will take three years.",
    "Opponents had warned that the price of the bridge could double by then.",
    "A court will hear their complaint in autumn, a spokesman told reporters.",
]


@pytest.fixture(scope="module")
def mapping(root):
    return tomllib.loads((root / "dedupe/data/furniture.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def patterns(mapping):
    return FurniturePatterns.from_mapping(mapping)


@pytest.fixture
def removed(patterns):
    """The furniture of a body, as (text, why)."""

    def found(body, **fields):
        cleaned = clean(Article(body=body, **fields), patterns)
        return [(cleaned.body.text[start:end], why) for start, end, why in cleaned.furniture]

    return found


def among_prose(line):
    return "\n\n".join([*PROSE[:2], line, *PROSE[2:]])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Advertisement", "advertisement"),
        ("STORY CONTINUES BELOW", "advertisement"),
        ("Share with others", "share"),
        ("Share this: Facebook Twitter", "share"),
        ("Share Tweet Email Print", "share"),
        ("You may also like", "related"),
        ("También te puede interesar", "related"),
        ("Das könnte Sie auch interessieren:", "related"),
        ("See also  Town and village agree on a date for talks", "see_also_headline"),
        ("READ MORE: Why the old bridge had to go", "see_also"),
        ("Lire aussi : Le pont fermé pendant trois ans", "see_also"),
        ("Читайте также: Мост закроют на три года", "see_also"),
        ("延伸阅读：大桥将关闭三年", "see_also"),
        ("Leave a Reply", "comments"),
        ("0 Comments", "comments"),
        ("Your email address will not be published. Required fields are marked *", "comments"),
        ("© 2024 Example Herald Ltd.", "copyright"),
        ("Copyright © 2019 The Example Times. Click here for reprint permission.", "copyright"),
        ("Example Media. All rights reserved.", "rights"),
        ("Use of this site constitutes acceptance of our Terms of Use.", "terms"),
        ("By continuing you agree to our Privacy Policy and Terms of Use", "terms"),
        ("Sign in or\u00a0 create a free account", "terms"),
        ("Subscribe to our newsletter", "newsletter"),
        ("Sign up for the Example Herald's morning newsletter.", "newsletter"),
        ("Image Credit: Example", "photo_credit"),
        ("Ministry of Works via AP, file", "photo_credit"),
        ("WP Auto Publish Powered By : Example.com", "powered_by"),
    ],
)
def test_a_line_of_the_page_is_furniture(removed, line, why):
    """A whole line that belongs to the page is marked, wherever it stands, and nothing else."""
    assert removed(among_prose(line)) == [(line, why)]


@pytest.mark.parametrize(
    "line",
    [
        "(Courtesy: Example Wire)",
        "(With inputs from agencies)",
        "The Associated Press contributed to this report.",
        "This story was originally published by Example Wire.",
        "By clicking on the link, the victims had installed the program.",
        "See also the ruling of the court in Smith v. Jones, which the mayor had cited.",
        "Powered by a new engine, the ferry will cross the river in half the time.",
        "Subscribers of the old ferry will be paid back, the town said on Tuesday.",
    ],
)
def test_a_line_of_the_article_stays(removed, line):
    """Credits of a source and sentences that merely start like furniture are the article's."""
    assert removed(among_prose(line)) == []


def test_a_sentence_broken_by_hand_stays(removed):
    """A line that goes on with the sentence before it is no furniture, whatever it says."""
    body = "The company that owns the paper wrote under its title that\nall rights reserved"
    assert removed(f"{body} were a matter of course to it.") == []
    assert removed(body) == []


def test_the_page_ends_where_the_comments_begin(removed):
    """Everything behind the comment form is furniture when it stands in the second half."""
    tail = "Leave a Reply\n\nA reader: I was there and saw it.\n\nAnother: So was I."
    assert removed("\n\n".join([*PROSE, tail])) == [(tail, "comments")]


def test_comments_ahead_of_the_text_cut_nothing(removed):
    """A mark of the page's end in the first half takes only its own line."""
    assert removed("\n\n".join(["3 Comments", *PROSE])) == [("3 Comments", "comments")]


def test_links_behind_a_heading_go_with_it(removed):
    """The headlines under "Related stories" are furniture up to the next sentence."""
    links = "Related stories\n\nFerry to run for three more years\n\nHow the old bridge fell down"
    assert removed(among_prose(links)) == [(links, "related")]


def test_a_credit_behind_related_links_is_no_link(removed):
    """A courtesy line in brackets ends the list of links."""
    body = "\n\n".join([*PROSE, "Related stories", "(Courtesy: Example Wire)"])
    assert removed(body) == [("Related stories", "related")]


def test_a_breadcrumb_counts_at_the_head_only(removed):
    """The same line further down is the article's."""
    crumb = "Home » News » New bridge"
    assert removed("\n\n".join([crumb, *PROSE])) == [(crumb, "breadcrumb")]
    assert removed("\n\n".join([*PROSE, crumb])) == []


def test_the_clock_of_the_page_stands_before_the_title(removed):
    """A date above the repeated title is the page's clock; one below it is the article's."""
    title = "Council votes for a new bridge."
    body = "\n".join(["• Mon. Jul 8th, 2024", "", title, "Jun 11, 2023", *PROSE])
    assert removed(body, title=title) == [("• Mon. Jul 8th, 2024", "page_clock")]
    assert removed(body, title="Another title") == []


def test_the_outlet_signs_at_the_end(removed):
    """The outlet's name alone on a line behind the text is furniture; within the text it stays."""
    body = "\n\n".join([*PROSE, "The Example Sun"])
    assert removed(body, source="The Example Sun") == [("The Example Sun", "outlet")]
    assert removed(body, source="Another Sun") == []
    assert removed("\n\n".join(["The Example Sun", *PROSE]), source="The Example Sun") == []


def test_the_title_is_never_furniture(removed):
    """A title that reads like a page's line stays where the body repeats it."""
    assert removed("\n\n".join(["Share this", *PROSE]), title="Share this") == []


def test_nothing_is_emptied(removed):
    """A text of furniture alone has none."""
    assert removed("Advertisement\n\nLeave a Reply\n\n0 Comments") == []


def test_a_long_list_of_links_does_not_take_half_the_text(removed):
    """Lines that go with a heading are spared where they would be more than half of the text."""
    links = [f"Headline number {name} of the long list on this page" for name in "abcdefghij"]
    found = removed("\n\n".join([PROSE[0], "Related stories", *links]))
    assert found == [("Related stories", "related")]


def test_the_furniture_of_the_seeds(patterns, seeds):
    """The seeds' page lines are furniture, their credits and dates are not."""
    found = {}
    for seed in seeds:
        article = Article(title=seed["title"], body=seed["body"], source=seed["source"])
        cleaned = clean(article, patterns)
        found[seed["id"]] = (
            cleaned,
            "\n".join(cleaned.body.text[start:end] for start, end, _ in cleaned.furniture),
        )
    for seed, expected in {
        "000": ["Home » White House", "[Source]", "You may also like", "Powered By"],
        "001": ["Post a Comment", "0 Comments", "Image Credit: Google"],
        "002": ["Jul 8th, 2024", "Share with others"],
        "003": [
            "See also\u00a0 Venezuela",
            "See also\u00a0 Mozambique",
            "Leave a Reply",
            "Your email",
        ],
        "004": ["© 2024 The New York Sun", "Use of this site", "Sign in or", "By continuing"],
    }.items():
        assert all(part in found[seed][1] for part in expected), seed
        assert not any(part in found[seed][0].prose for part in expected), seed
    for seed, kept in {
        "001": ["(Courtesy: Al-Jazeera)"],
        "002": ["#Reuters reports", "Jun 11, 2023", "June 11/2023"],
        "004": ["according to the Associated Press"],
    }.items():
        assert all(part in found[seed][0].prose for part in kept), seed
    for cleaned, text in found.values():
        assert len(text) < 0.2 * len(cleaned.body.text)


@pytest.mark.parametrize(
    "broken",
    [
        {"share": {"line": ["share"]}},
        {"share": {"place": "foot"}},
        {"share": {"shapes": ["(unclosed"]}},
    ],
)
def test_a_broken_data_file_is_refused(broken):
    """A key or place that means nothing, or a broken pattern, is an error and no silence."""
    with pytest.raises(ValueError, match=r"share|foot|unclosed"):
        FurniturePatterns.from_mapping(broken)


def test_every_phrase_of_the_data_file_matches_itself(mapping, patterns):
    """No phrase is shadowed or spelt so that it can never match."""
    for why, table in mapping.items():
        if why == "version":
            continue
        for phrase in (*table.get("lines", ()), *table.get("starts", ())):
            rule = patterns.rule_for(phrase.strip())
            assert rule is not None, phrase
