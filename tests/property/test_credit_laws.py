"""Credits are found without trying everything everywhere: nothing is missed by it."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.model import Article
from dedupe.provenance import (
    CreditReader,
    PlainText,
    origin,
    origin_of,
    paywalled,
)
from dedupe.provenance.literals import plain
from dedupe.provenance.names import evened
from dedupe.provenance.places import Places
from dedupe.provenance.strings import Strings
from dedupe.provenance.tried import BEFORE
from dedupe.sources import host_of
from tests import credits
from tests.credits import OUTLETS, PATTERNS, RAW

READER = CreditReader(OUTLETS, lambda: PATTERNS)
GIVEN = [entry[key] for entry in RAW["pattern"] for key in ("example", "trap")]
EXAMPLES = [text for some in GIVEN for text in ([some] if isinstance(some, str) else some)]
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
NAMES = sorted(PATTERNS.names.forms)
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


class PlainNames:
    """Finds names by an expression that says of each where it may stand."""

    def __init__(self, names):
        self.forms = names.forms

    def in_all(self, texts):
        return [list(self.mentions(text)) for text in texts]

    def mentions(self, text):
        spaced = evened(text)
        some = sorted((form for form in self.forms if form in spaced), key=len, reverse=True)
        if some:
            for found in re.finditer("|".join(map(bounded, some)), spaced):
                yield found.span(), self.forms[found[0]]


LETTER = r"[^\W\u0e00-\u0eff\u3040-\ud7ff]"
INDIC = r"[\w\u0900-\u0dff]"


def bounded(form):
    """An expression for a name that is no part of a word, as its script writes words."""
    before, after, first, last = "", "", form[0], form[-1]
    if first < "\u0590":
        before = rf"(?<!{LETTER})(?<!@)"
    elif first < "\u0900":
        prefix = "[\u05d1\u05d4\u05d5\u05db\u05dc\u05de\u05e9]"
        if first >= "\u0600":
            prefix = "[\u0648\u0641\u0628\u0644\u0643]"
        before = rf"(?:(?<!\w)|(?<={prefix})(?<!\w{prefix}))"
    elif first < "\u0e00":
        before = rf"(?<!{INDIC})"
    if last < "\u0900":
        after = rf"(?!{LETTER}|@)"
    elif last < "\u0e00":
        after = rf"(?!{INDIC})"
    return before + re.escape(form) + after


class Slow:
    """A pattern that is searched for everywhere, whatever is known of where it may match."""

    reach, extent = BEFORE, 1 << 20

    def __init__(self, pattern):
        self._pattern = pattern

    def __getattr__(self, name):
        return getattr(self._pattern, name)


class PlainTried:
    """Tries every pattern that may stand where it is looked for."""

    def page(self, text):
        return PlainPage(text)


class PlainPage:
    def __init__(self, text):
        self.text = plain(text)

    def look_around(self, start, end):
        """Nothing to look for."""

    look_at_edge = look_around

    def around(self, mentioned, place, start, end):
        left = f"{chr(10) if start <= 160 else ''}{self.text[max(0, start - 160) : start]}"
        right = f"{self.text[end : end + 160]}{chr(10) if end + 160 >= len(self.text) else ''}"
        return [
            Slow(one)
            for one in PATTERNS.every
            if one.is_named
            and one.where & place
            and (not one.only or mentioned.outlet.name in one.only)
            and (one.only or mentioned.outlet.kind in one.of)
            and (one.weak or not mentioned.weak)
            and (not one.before or any(left.endswith(text) for text in one.before))
            and (not one.after or any(right.startswith(text) for text in one.after))
            and (not one.needs or any(text in left or text in right for text in one.needs))
        ]

    def at_edge(self, begin, end):
        whole = self.text[begin : end + 400]
        return [
            (Slow(one), [(begin, end, end + 400)])
            for one in PATTERNS.every
            if not one.is_named
            and (not one.needs or any(self.is_word(need, begin, end) for need in one.needs))
            and (not one.beside or any(text in whole for text in one.beside))
        ]

    def is_word(self, need, begin, end):
        before = "(?<![a-z])" if need[0].islower() and need[0].isascii() else ""
        after = "(?![a-z])" if need[-1].islower() and need[-1].isascii() else ""
        found = re.finditer(before + re.escape(need) + after, self.text)
        return any(one.start() >= begin and one.end() <= end for one in found)


PLAIN = replace(PATTERNS, names=PlainNames(PATTERNS.names), tried=PlainTried())


def read(article, kept, patterns):
    return credits.read(
        article.body,
        title=article.title,
        kept=kept,
        metadata=article.metadata,
        outlet=article.source,
        url=article.url,
        patterns=patterns,
    )


@given(articles())
@example((Article(source="Springfield Gazette", body=FEEDS[0]), [(0, len(FEEDS[0]))]))
@example((Article(body="Ⓐ\ud800 (AP) — \udc00Reuters"), [(0, 18)]))
def test_looking_for_all_at_once_misses_nothing(given_article):
    """Credits are those that trying every name and every pattern in turn finds."""
    article, kept = given_article
    assert read(article, kept, PATTERNS) == read(article, kept, PLAIN)


@given(articles())
def test_the_reader_reads_what_the_function_finds(given_article):
    """What the reader remembers of outlets does not matter."""
    article, kept = given_article
    assert READER.find(article, article.title, article.body, kept) == read(article, kept, PATTERNS)


@given(st.lists(articles(), max_size=4))
def test_many_articles_are_read_as_each_alone(given_articles):
    """What is looked for in many texts at once stands in each; for origins nothing is missed."""
    some = [article for article, _ in given_articles]
    texts = [PlainText(title=one.title, body=one.body, kept=kept) for one, kept in given_articles]
    alone = [read(article, kept, PATTERNS) for article, kept in given_articles]
    assert READER.find_all(some, texts) == alone
    told = READER.find_for_origin(some, texts)
    for article, found, whole in zip(some, told, alone, strict=True):
        outlet = READER.outlet(article)
        assert origin_of(found, outlet) == origin_of(whole, outlet)


@given(
    st.text("aAb ب", max_size=40),
    st.lists(st.text("aAb ب", min_size=1, max_size=5), min_size=1, max_size=9, unique=True),
)
def test_all_strings_are_found_wherever_they_stand(text, strings):
    """Each string has a hit at each of its places, also within others."""
    expected = {
        (number, at, at + len(string))
        for number, string in enumerate(strings)
        for at in range(len(text))
        if text.startswith(string, at)
    }
    assert set(Strings(strings).hits(text)) == expected


@given(st.sampled_from([one for one in PATTERNS.every if not one.is_named]), TEXTS)
def test_what_is_behind_its_extent_does_not_matter(pattern, texts):
    """A match is the same where the text ends as far behind its beginning as the pattern reads."""
    body = "\n".join(texts)
    for found in pattern.expr.finditer(body):
        cut = pattern.expr.match(body, found.start(), found.start() + pattern.extent)
        assert cut is not None
        assert cut.span() == found.span()


@given(articles())
def test_what_holds_of_a_position_is_possible_in_its_range(given_article):
    """Head, tail and whole are said to hold all that is said of a position in them."""
    article, kept = given_article
    places, size = Places.of(article.title, article.body, kept), len(article.body)
    for start, end in ((0, places.head_end), (places.tail_start, size), (0, size)):
        told = [places.at(position) for position in range(start, end)]
        assert all(one | places.possible(start, end) == places.possible(start, end) for one in told)


@given(st.sampled_from(NAMES), st.sampled_from("-\u00a0\u2010\u2011\u2013 "))
def test_a_name_is_found_whatever_its_spaces_are(name, space):
    """Hyphens and fixed spaces in a name are as good as spaces."""
    text = f"({name.replace(' ', space)})"
    spans = [span for span, _ in PATTERNS.names.mentions(evened(text))]
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
