"""What credits are read from without looking everywhere: nothing is missed by it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.model import Article
from dedupe.provenance import (
    CreditPatterns,
    CreditReader,
    PlainArticle,
    origin,
    origin_of,
    paywalled,
)
from dedupe.provenance.metadata import declared, may_declare
from dedupe.provenance.patterns import with_spaces
from dedupe.provenance.phrases import Phrases, folded, is_phrase
from dedupe.provenance.places import Places
from dedupe.sources import Outlets, host_of

DATA = Path(__file__).parents[2] / "dedupe" / "data"
RAW = tomllib.loads((DATA / "credits.toml").read_text(encoding="utf-8"))
OUTLETS = Outlets.from_data(tomllib.loads((DATA / "sources.toml").read_text(encoding="utf-8")))
PATTERNS = CreditPatterns.from_data(RAW, OUTLETS)
READER = CreditReader(OUTLETS, lambda: PATTERNS)
EXAMPLES = [entry[key] for entry in RAW["pattern"] for key in ("example", "trap") if key in entry]
FEEDS = ["© 2024 CNN. All rights reserved.", "The post Dam closed appeared first on Reuters."]
PROSE = "The dam above the town was looked at for a week and found sound enough by the council. "
MARKS = (
    "Subscribe to continue reading", "sign up now to read", "LOGIN AND KEEP", "Register today, to view",
    "become a member to unlock", "Upgrade here to access", "to keep reading", "Continue reading with",
    "This article is only available to our subscribers", "the story is for members",
    "signin to view", "Sign in to finish", "signup and access", "log in to read", "Already a member?",
    "subscribers only", "subscriber only", "read the full story on",
    "Read the rest of the article at", "article réservé aux abonnés", "ABONNEZ-VOUS POUR LIRE",
    "Weiterlesen mit", "jetzt abonnieren und weiterlesen", "contenido exclusivo para suscriptores",
    "suscríbete para seguir leyendo", "Conteúdo exclusivo para assinantes",
    "contenuto riservato agli abbonati", "この記事は有料会員限定", "会員限定記事", "登录后阅读全文",
)  # fmt: skip
OTHER_LETTERS = {"i": "iIİı", "s": "sSſ", "k": "kK\u212a"}
NAMES = sorted(PATTERNS.forms)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(EXAMPLES + FEEDS),
        st.sampled_from(NAMES),
        st.sampled_from([PROSE, PROSE * 8]),
    ),
    min_size=1,
    max_size=6,
)
JOINTS = st.sampled_from(["\n", "\n\n", " ", ". "])


@st.composite
def articles(draw):
    """A body of credits and prose, the parts of it that are kept, and whose it is."""
    body = draw(JOINTS).join(draw(TEXTS))
    ends = sorted(draw(st.sets(st.integers(0, len(body)), max_size=6)))
    kept = (
        list(zip(ends[::2], ends[1::2], strict=False)) if draw(st.booleans()) else [(0, len(body))]
    )
    article = Article(
        source=draw(st.sampled_from([None, "Springfield Gazette", "Reuters", "AP", "CNN"])),
        url=draw(st.sampled_from([None, "https://www.reuters.com/a/", "https://a.example/ap/x"])),
        title=draw(st.sampled_from(["", "Dam to be repaired | Reuters", PROSE.strip()])),
        body=body,
        metadata=draw(
            st.sampled_from([{}, {"byline": "Associated Press"}, {"author": "Jane Doe"}])
        ),
    )
    return article, kept


@st.composite
def spelled(draw, text):
    """The text in any case, with the letters that count as i, s and k when case does not."""
    return "".join(
        draw(st.sampled_from([char.lower(), char.upper(), *OTHER_LETTERS.get(char.lower(), "")]))
        for char in text
    )


@given(articles())
@example((Article(source="Springfield Gazette", body=FEEDS[0]), [(0, len(FEEDS[0]))]))
def test_the_origin_is_found_without_reading_everything(given_article):
    """What is read for the origin alone holds the origin of all credits, or there is none."""
    article, kept = given_article
    outlet = READER.outlet(article)
    everything = READER.find(article, article.title, article.body, kept)
    page = PlainArticle(article=article, title=article.title, body=article.body, kept=kept)
    (some,) = READER.find_for_origin([page])
    assert some in ((), everything)
    assert origin_of(some, outlet) == origin_of(everything, outlet)


@given(st.lists(articles(), max_size=4))
def test_pages_are_screened_together_as_they_are_alone(given_articles):
    """What else is in a batch does not matter."""
    pages = [
        PlainArticle(article=article, title=article.title, body=article.body, kept=kept)
        for article, kept in given_articles
    ]
    alone = [found for page in pages for found in READER.find_for_origin([page])]
    assert READER.find_for_origin(pages) == alone


@given(
    st.lists(st.text("aAb9- é©—\u212a\n", max_size=40), max_size=5),
    st.lists(st.text("ab é-", min_size=1, max_size=20).filter(is_phrase), min_size=1, max_size=5),
)
@example(["a b aaaaaaaaaab b", ""], ["aaaaaaaaaab b", "b aaaaaaaaaab"])
def test_a_phrase_is_found_in_every_text_that_holds_it(texts, phrases):
    """Phrases stand where their letters do between spaces, signs and digits being spaces."""
    expected = [
        {k for k, phrase in enumerate(phrases) if f" {folded(phrase)} " in f" {folded(text)} "}
        for text in texts
    ]
    assert Phrases.of(phrases).within(texts) == expected


def test_a_text_too_short_to_be_looked_for_is_no_phrase():
    """Three letters or spaces from the beginning of some word on are needed."""
    assert not is_phrase("b")
    assert not is_phrase("24")
    assert is_phrase("AP")


@given(articles())
def test_what_may_be_declared_is_looked_for(given_article):
    """Whatever metadata or address declare is not ruled out before."""
    article = given_article[0]
    if any(declared(article.metadata, article.url, OUTLETS)):
        assert may_declare(article.metadata, article.url, OUTLETS)


@given(articles())
def test_the_outskirts_leave_out_the_middle_only(given_article):
    """Every position outside them is in the middle of the article and in no edge sentence."""
    article, kept = given_article
    places = Places.of(article.title, article.body, kept)
    outskirts = places.outskirts(len(article.body))
    inside = {position for start, end in outskirts for position in range(start, end)}
    for position in set(range(len(article.body))) - inside:
        assert places.at(position) == 1
        assert not places.in_edge_sentence(position)


@given(articles())
def test_what_holds_of_a_position_is_possible_in_its_range(given_article):
    """Head, tail and whole are said to hold all that is said of a position in them."""
    article, kept = given_article
    places, size = Places.of(article.title, article.body, kept), len(article.body)
    for start, end in ((0, places.head_end), (places.tail_start, size), (0, size)):
        told = [places.at(position) for position in range(start, end)]
        assert all(one | places.possible(start, end) == places.possible(start, end) for one in told)


@given(articles())
def test_every_mention_is_an_occurrence_of_its_form(given_article):
    """Looking for the forms of names that were mentioned finds each mention again."""
    body = given_article[0].body
    mentions = list(PATTERNS.mentions(body))
    forms = {with_spaces(body[a:b]) for (a, b), _ in mentions}
    found = list(PATTERNS.occurrences(body, sorted(forms)))
    assert all(one in found for one in mentions)


@given(articles(), st.integers(0, 400), st.integers(0, 400))
def test_mentions_of_a_range_begin_in_it(given_article, start, length):
    """Every name that begins in a range is found there, unless a longer one reaches into it."""
    body = given_article[0].body
    found = list(PATTERNS.mentions(body, [(start, start + length)]))
    assert all(start <= span[0] < start + length for span, _ in found)
    missing = [
        span
        for span, _ in PATTERNS.mentions(body)
        if start <= span[0] < start + length and span not in [other for other, _ in found]
    ]
    assert all(any(a < end and b > begin for (a, b), _ in found) for begin, end in missing)


@given(st.sampled_from(NAMES), st.sampled_from("-\u00a0\u2010\u2011 "))
def test_a_name_is_found_whatever_its_spaces_are(name, space):
    """Hyphens and fixed spaces in a name are as good as spaces."""
    text = f"({name.replace(' ', space)})"
    spans = [span for span, _ in PATTERNS.mentions(text)]
    if text.isascii() or name[0] < "\u0370":
        assert spans[0] == (1, len(text) - 1)


@given(st.sampled_from(MARKS).flatmap(spelled), st.text("ab .\nı\u0307", max_size=30))
@example("SUBSCRİBE TO CONTINUE", "")
@example("\u017fubscribe to read", "")
def test_no_pay_wall_mark_is_overlooked(mark, behind):
    """The hints that are looked for first are in every mark, whatever its case."""
    body = f"{PROSE}{mark}{behind}"
    assert paywalled(body) == (origin._paywall().search(body, max(0, len(body) - 400)) is not None)


@given(st.sampled_from(MARKS))
def test_every_mark_is_a_mark(mark):
    """The marks that these laws are tried on are ones."""
    assert origin._paywall().search(mark)


@given(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["http://", "https://", "ftp://", "//", "HTTP://", ""]),
        st.sampled_from(["www.", "", "a.", "u@", "WWW."]),
        st.sampled_from(
            ["example.org", "Example.org", "example.org.", "www.", "a-b.co.uk:80", "[::1]", "é.org"]
        ),
        st.sampled_from(["", "/", "/a", "?x", "#y", "\n", " "]),
    )
)
def test_a_plain_host_is_the_one_that_is_split_off(url):
    """The host read by its looks is the one of the URL taken apart."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        host = None
    assert host_of(url) == ((host.removeprefix("www.").rstrip(".") or None) if host else None)
