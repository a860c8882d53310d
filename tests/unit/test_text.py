from __future__ import annotations

import time
import tomllib

import numpy as np
import pytest

from dedupe.model import Article, Span
from dedupe.text import FurniturePatterns, clean, is_headline_page, plain


@pytest.fixture(scope="module")
def patterns(root):
    return FurniturePatterns.from_mapping(
        tomllib.loads((root / "dedupe/data/furniture.toml").read_text("utf-8"))
    )


def lines(text):
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Nothing special, 5 > 3 and a < b.",
        "Acme Corp <ACM> raises its stake in Example <EX>; bonds of <BR> and <A> fall",
        "R&D at Smith & Sons; AT&T; fish&chips;",
        "Write to <press@example.org> or see <https://example.org/a>.",
        "Ein Satz mit ß, 漢字 und emoji 😀",
    ],
)
def test_text_that_only_looks_like_markup_stays(value):
    """Comparisons, tickers, ampersands and addresses in angle brackets are no HTML."""
    assert plain(value).text == value
    assert plain(value).offsets is None
    assert not plain(value).html


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>One <b>bold</b> word</p>", "One bold word"),
        ("One<br>Two<br/>Three<BR />Four", "One\nTwo\nThree\nFour"),
        ("<p>wrapped\nby hand</p>\n\n<p>next</p>", "wrapped by hand\n\nnext"),
        ("Line one\nline two with <a href='x'>a link</a>", "Line one\nline two with a link"),
        ("Tom &amp; Jerry &#8217;s &#x2014; &lt;BAC&gt;", "Tom & Jerry ’s — <BAC>"),
        ("&notareference; &nbsp;x", "&notareference; \u00a0x"),
        ("<script>if (a < b) { x('</p>') }</script>Text<style>p{}</style>", "Text"),
        ("<head><title>T</title></head><body>Text</body>", "Text"),
        ("<!-- hidden <p> -->Text<p>More", "Text\nMore"),
        ('<a title="1 > 0" href=x>link</a>', "link"),
        ("<p>Shares of <BAC> and <XYZ> fell</p>", "Shares of <BAC> and <XYZ> fell"),
        ("&lt;p&gt;Escaped &amp;amp; whole&lt;/p&gt;", "Escaped & whole"),
        ("zero\0width\u200b and soft\u00adhyphen", "zerowidth and softhyphen"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
    ],
)
def test_markup_is_resolved(value, text):
    """Tags go, blocks become line breaks, references become characters, scripts are dropped."""
    assert lines(plain(value).text) == lines(text)


@pytest.mark.parametrize(
    "value",
    [
        "<p",
        "<p class='x",
        "<!-- open <p>text",
        "<script>var x",
        "</p></p>",
        "<p a='b\"c'>x",
        "<><p></>",
    ],
)
def test_broken_markup_raises_nothing_and_keeps_words(value):
    """Whatever is left open, a value yields text whose words all stood in it."""
    assert all(word in value for word in plain(value).text.split())


def test_text_behind_an_unclosed_script_is_kept():
    """An element that is never closed does not swallow the article."""
    assert plain("<p>One</p><script>Two").text == "One\nTwo"
    assert plain("<p>One</p><!-- Two").text == "One\n Two"


def test_every_plain_character_leads_back_to_the_posted_one():
    """Offsets point at the code point, for a reference at all of it, astral characters included."""
    posted = "😀<p>Caf&eacute;\0 (Courtesy:&nbsp;<b>Example</b> Wire)</p>"
    found = plain(posted)
    start = found.text.index("(Courtesy")
    end = found.text.index(")") + 1
    span = found.span("body", start, end)
    assert posted[span.start : span.end] == "(Courtesy:&nbsp;<b>Example</b> Wire)"
    accent = found.span("body", found.text.index("é"), found.text.index("é") + 1)
    assert posted[accent.start : accent.end] == "&eacute;"
    for index, character in enumerate(found.text):
        if character.isalpha() and character != "é":
            assert posted[found.offsets[index]] == character


def test_an_escaped_page_leads_back_too():
    """Offsets are composed when a value is resolved twice."""
    posted = "&lt;p&gt;One &amp;amp; two&lt;/p&gt;"
    found = plain(posted)
    at = found.text.index("&")
    span = found.span("body", at, at + 1)
    assert posted[span.start : span.end] == "&amp;amp;"
    assert np.all(found.ends > found.offsets)


@pytest.mark.parametrize(
    "unit",
    [
        "<!--",
        "<script>",
        "<a ",
        "<a '",
        '<a "',
        '<p x="',
        "&#",
        "&amp",
        "</p>",
        "<p>x",
        "<",
        '="',
        "\0",
    ],
)
def test_broken_markup_takes_linear_time(unit):
    """Four times the text takes nowhere near sixteen times as long."""

    def seconds(size):
        value = "<p>" + unit * (size // len(unit))
        start = time.process_time()
        plain(value)
        return time.process_time() - start

    seconds(1000)
    small, large = seconds(100_000), seconds(400_000)
    assert large < 10 * max(small, 0.01)


def test_prose_is_the_body_without_furniture(patterns):
    """Furniture is marked in the plain body, and the kept ranges are everything else."""
    body = (
        "First paragraph of it.\n\nAdvertisement\n\nSecond paragraph. [Source]\n\nLeave a Reply\n"
    )
    cleaned = clean(Article(title="A title", body=body), patterns)
    assert [body[s:e] for s, e, _ in cleaned.furniture] == [
        "Advertisement",
        "[Source]",
        "Leave a Reply",
    ]
    assert "".join(body[s:e] for s, e in cleaned.kept) == cleaned.prose
    assert cleaned.prose.split() == "First paragraph of it. Second paragraph.".split()


def test_a_match_in_the_prose_leads_back_to_the_posted_body(patterns):
    """Spans go through removed furniture and resolved markup; one that straddles covers it."""
    posted = "<p>First words here.</p><p>Advertisement</p><p>Last &amp; final words.</p>"
    cleaned = clean(Article(body=posted), patterns)
    assert "Advertisement" not in cleaned.prose
    start = cleaned.prose.index("Last")
    span = cleaned.span(start, start + len("Last & final"))
    assert posted[span.start : span.end] == "Last &amp; final"
    whole = cleaned.span(cleaned.prose.index("here"), start + 4)
    assert posted[whole.start : whole.end] == "here.</p><p>Advertisement</p><p>Last"
    assert cleaned.span(0, 0) == Span(field="body", start=3, end=3)


TITLE = "Mayor opens the new bridge"
TEXT = "The mayor opened the bridge on Monday after years of work."


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        f"{TITLE}\n\n{TEXT}",
        f"{TITLE}\n{TITLE}\n{TEXT}",
        f"Home » News » {TITLE}\n\n{TITLE.upper()}\n\n{TEXT}",
        f"{TITLE}. {TEXT}",
        f"Jun 11, 2023\n{TEXT}",
    ],
)
def test_the_lede_holds_the_title_once(patterns, body):
    """Leading repeats of the title, behind a breadcrumb or run on, and bare dates are dropped."""
    assert clean(Article(title=TITLE, body=body), patterns).lede == f"{TITLE}\n{TEXT}"


def test_the_lede_is_title_and_sixty_words(patterns):
    """Sixty words of the body follow the title; in a script without spaces a letter is a word."""
    words = [f"word{n}" for n in range(100)]
    cleaned = clean(Article(title="A title", body=" ".join(words)), patterns)
    assert cleaned.lede == "A title\n" + " ".join(words[:60])
    assert clean(Article(title="題", body="新" * 200), patterns).lede == "題\n" + "新" * 60
    assert clean(Article(body="No title."), patterns).lede == "No title."
    assert clean(Article(title="Only a title"), patterns).lede == "Only a title"


def test_a_title_that_merely_starts_like_the_body_is_no_repeat(patterns):
    """A title that ends within a word of the body does not cut it."""
    assert (
        clean(Article(title="Car", body="Carmakers meet."), patterns).lede == "Car\nCarmakers meet."
    )


def test_a_list_of_headlines_is_a_headline_page(patterns):
    """Lines without sentences, one headline each, make a page and no article."""
    lines = [f"Council of town {name} votes on the new budget" for name in "ABCDEFGHIJKL"]
    assert is_headline_page(clean(Article(title="News", body="\n".join(lines)), patterns))


def test_a_live_blog_is_a_headline_page(patterns):
    """Time-stamped entries under a title that says so make a live blog."""
    entries = "\n".join(
        f"{hour}:15 GMT\nSomething happened in the town hall.\n" for hour in range(8, 16)
    )
    assert is_headline_page(clean(Article(title="Storm: live updates", body=entries), patterns))
    assert not is_headline_page(clean(Article(title="A day in the hall", body=entries), patterns))


@pytest.mark.parametrize(
    "body",
    [
        "Shr loss 28 cts vs loss 32 cts\n" * 12,
        "One paragraph that ends like a sentence and is long enough.\n\n" * 12,
        "the text of this one was wrapped by hand at a\nwidth of fifty, and no line of it ends in a\n"
        * 8,
        "Short headline",
    ],
)
def test_tables_prose_and_wrapped_text_are_articles(patterns, body):
    """In doubt a text is an article."""
    assert not is_headline_page(clean(Article(title="T", body=body), patterns))


def test_the_seeds_are_articles_with_short_ledes(patterns, seeds):
    """No seed is a page of headlines, and each lede has its title once and sixty words."""
    for seed in seeds:
        article = Article(title=seed["title"], body=seed["body"], source=seed["source"])
        cleaned = clean(article, patterns)
        assert not is_headline_page(cleaned)
        title, words = cleaned.lede.split("\n")
        assert title == seed["title"]
        assert len(words.split()) == 60
        assert seed["title"] not in words
