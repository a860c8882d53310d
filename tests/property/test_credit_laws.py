"""What credits are read from without looking everywhere: nothing is missed by it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.model import Article
from dedupe.provenance import CreditPatterns, CreditReader, origin, origin_of, paywalled
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
    arguments = (article, article.title, article.body, kept)
    outlet = READER.outlet(article)
    everything, some = READER.find(*arguments), READER.find_for_origin(*arguments)
    assert some in ((), everything)
    assert origin_of(some, outlet) == origin_of(everything, outlet)


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


@given(articles(), st.integers(0, 400), st.integers(0, 400))
def test_mentions_of_a_range_begin_in_it(given_article, start, length):
    """Every name that begins in a range is found there, unless a longer one reaches into it."""
    body = given_article[0].body
    found = list(PATTERNS.mentions(body, start, start + length))
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
    assert paywalled(body) == (origin._PAYWALL.search(body, max(0, len(body) - 400)) is not None)


@given(st.sampled_from(MARKS))
def test_every_mark_is_a_mark(mark):
    """The marks that these laws are tried on are ones."""
    assert re.search(origin._PAYWALL, mark)


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
