"""Credits that metadata and addresses state."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.model import Article
from dedupe.provenance import Found, value_at
from dedupe.provenance.metadata import declared
from tests.credits import OUTLETS

OUTLET = "Springfield Gazette"
R, A, P, F = "republication", "assisted", "press_release", "photo"


def told(
    metadata: dict[str, Any], *, outlet: str | None = OUTLET, url: str | None = None
) -> list[tuple[str, str, str]]:
    """Kind, source and text of each credit; the text is what its span shows."""
    article = Article(metadata=metadata, url=url)
    return [
        (one.kind.value, one.source, value_at(article, one.field)[one.start : one.end])
        for one in declared(metadata, url, OUTLETS, outlet)
    ]


@pytest.mark.parametrize(
    ("metadata", "credits"),
    [
        # ninjs
        ({"infosources": [{"name": "ASSOCIATED PRESS"}]}, [(R, "Associated Press", "ASSOCIATED PRESS")]),
        ({"infoSources": [{"literal": "Town hall"}, {"uri": "https://www.dpa.com/"}]},
         [(R, "dpa", "https://www.dpa.com/")]),
        ({"byline": "By JANE DOE"}, []),
        ({"byline": "Jane Doe/TT"}, [(R, "TT", "TT")]),
        ({"by": "Von Jens Muster, dpa"}, [(R, "dpa", "dpa")]),
        ({"copyrightholder": "Australian Associated Press"},
         [(R, "Australian Associated Press", "Australian Associated Press")]),
        ({"copyrightNotice": "Copyright 2019, dpa (www.dpa.de). Alle Rechte vorbehalten"},
         [(R, "dpa", "dpa")]),
        ({"copyrightnotice": "Copyright 2021 The Associated Press, though parts may be others'."},
         [(R, "Associated Press", "Associated Press")]),
        ({"copyrightnotice": "© 2024 Springfield Gazette. Photos by AP"}, []),
        ({"usageterms": ["Nutzung nur nach schriftlicher Vereinbarung mit dpa"]}, [(R, "dpa", "dpa")]),
        ({"usageTerms": "For editorial use only, said AP."}, []),
        ({"usageTerms": "By agreement with AP or Reuters."}, []),
        ({"associations": {"featuremedia": {"byline": "AP"}}}, []),
        # NewsML-G2 and NITF as records
        ({"creator": [{"@role": "crol:photographer", "name": "Jane Doe/AFP"}]},
         [(F, "Agence France-Presse", "AFP")]),
        ({"contributor": [{"role": "ctrol:supplier", "name": "ANSA"},
                          {"role": "cRole:capWriter", "literal": "AP"}, {"name": "AFP"}]},
         [(R, "ANSA", "ANSA"), (A, "Agence France-Presse", "AFP")]),
        ({"provider": {"qcode": "nprov:REUTERS"}}, [(R, "Reuters", "REUTERS")]),
        ({"provider": {"@literal": "globenewswire.com"}}, [(P, "GlobeNewswire", "globenewswire.com")]),
        ({"infoSource": {"role": "cRole:origProv", "literal": "Reuters"}}, [(R, "Reuters", "Reuters")]),
        ({"docdata": {"doc.copyright": {"holder": "The Canadian Press. All rights reserved."}}},
         [(R, "The Canadian Press", "The Canadian Press")]),
        ({"doc": "x", "doc.copyright": {"holder": "AP"}}, [(R, "Associated Press", "AP")]),
        ({"distributor": {"org": "NTB"}}, [(R, "NTB", "NTB")]),
        ({"creditline": "Reuters"}, [(R, "Reuters", "Reuters")]),
        # the AP's interface
        ({"bylines": [{"by": "By JANE DOE and JOHN ROE", "title": "Associated Press"},
                      {"by": "By MARY MOE", "title": "AP Business Writer"}]},
         [(R, "Associated Press", "Associated Press"), (R, "Associated Press", "AP")]),
        ({"bylines": [{"by": "By JANE DOE", "title": "Shelbyville Review"}]}, []),
        # writers
        ({"author": "By The Associated Press"}, [(R, "Associated Press", "The Associated Press")]),
        ({"author": "Reuters Staff"}, [(R, "Reuters", "Reuters Staff")]),
        ({"authors": ["Jane Doe", "AFP"]}, [(R, "Agence France-Presse", "AFP")]),
        ({"author": "Jane Doe, Press Association Political Correspondent"},
         [(R, "Press Association", "Press Association")]),
        ({"author": "AFP et Reuters"},
         [(R, "Agence France-Presse", "AFP"), (R, "Reuters", "Reuters")]),
        ({"author": "Springfield Gazette avec AFP"}, [(A, "Agence France-Presse", "AFP")]),
        ({"author": "Springfield Gazette/AFP"}, [(A, "Agence France-Presse", "AFP")]),
        ({"author": "JANE DOE/AFP/Getty Images"},
         [(F, "Agence France-Presse", "AFP"), (F, "Getty Images", "Getty Images")]),
        ({"author": "Jane Doe, The New York Times"},
         [(R, "The New York Times", "The New York Times")]),
        ({"author": "Jane Time"}, []),
        ({"dc:creator": "Reuters"}, [(R, "Reuters", "Reuters")]),
        ({"photographer": "Jane Doe/AP"}, [(F, "Associated Press", "AP")]),
        # pages and feeds
        ({"isBasedOn": {"@type": "NewsArticle", "name": "Reuters tower to be mended",
                        "publisher": {"name": "Shelbyville Review"}}},
         [(R, "Shelbyville Review", "Shelbyville Review")]),
        ({"isBasedOn": "https://apnews.com/article/x"},
         [(R, "Associated Press", "https://apnews.com/article/x")]),
        ({"isBasedOn": ["https://twitter.com/x/status/1", "https://en.wikipedia.org/wiki/Dam"]}, []),
        ({"syndication-source": "https://shelbyville.example/dam"},
         [(R, "shelbyville.example", "https://shelbyville.example/dam")]),
        ({"original-source": "https://www.springfieldgazette.example/dam"}, []),
        ({"rss:source": {"@url": "https://review.example/feed", "#text": "Shelbyville Review"}},
         [(R, "Shelbyville Review", "Shelbyville Review")]),
        ({"source": "AAP"}, [(R, "Australian Associated Press", "AAP")]),
        ({"source": "Shelbyville Review"}, []),
        ({"ld+json": [{"@type": "NewsArticle", "author": {"name": "Reuters"},
                       "image": {"@type": "ImageObject", "author": "AP"}},
                      {"@type": "WebSite", "publisher": "AP"}]},
         [(R, "Reuters", "Reuters")]),
        ({"@graph": [{"@type": ["Article"], "sourceOrganization": {"name": "AFP"}}]},
         [(R, "Agence France-Presse", "AFP")]),
        ({"rel=canonical": "https://www.reuters.com/x"}, [(R, "Reuters", "https://www.reuters.com/x")]),
        ({"rel=canonical": "https://shelbyville.example/x"},
         [(R, "shelbyville.example", "https://shelbyville.example/x")]),
        ({"rel=canonical": "https://springfieldgazette.example/x"}, []),
        ({"rel=canonical": "https://someone.blogspot.com/x"}, []),
        ({"rel=canonical": "/x"}, []),
        ({"publisher": {"name": "Springfield Gazette"}}, []),
        ({"publisher": "Reuters"}, [(R, "Reuters", "Reuters")]),
        ({"copyright": "Copyright Business Wire 2021"}, [(P, "Business Wire", "Business Wire")]),
        ({"description": "AP", "keywords": ["Reuters"]}, []),
    ],
    ids=str,
)  # fmt: skip
def test_metadata_names_whom_it_names(
    metadata: dict[str, Any], credits: list[tuple[str, str, str]]
) -> None:
    """Fields of agencies, feeds and pages credit sources with the range of the name alone."""
    assert told(metadata) == credits


def test_a_publisher_is_the_outlet_where_nothing_else_tells() -> None:
    """Without a known outlet neither a publisher nor a listed paper is another's."""
    assert (
        told({"publisher": "Reuters", "author": "Jane Doe, The New York Times"}, outlet=None) == []
    )


def test_an_address_under_the_own_site_credits_nobody() -> None:
    """A canonical address on the page's own domain, or on one of its name, is the outlet's."""
    at_home = {"rel=canonical": "https://www.shelbyville.example/x"}
    assert told(at_home, url="https://m.shelbyville.example/x") == []
    assert told(at_home, url="https://shelbyville.example.test/x") != []
    assert told(at_home, url="https://shelbyville.test/x") == []


def test_brands_of_one_house_credit_nobody() -> None:
    """An author of another brand of the outlet's own house is no reprint from elsewhere."""
    assert told({"author": "Jane Doe, The Sunday Times"}, outlet="The Times") == []
    assert told({"author": "Jane Doe, The Sunday Times"}) != []


def test_less_is_believed_of_abbreviations() -> None:
    """A name that is also a word or an abbreviation is less sure than a full one."""
    weak, strong = (
        next(declared({"by": name}, None, OUTLETS, OUTLET)).confidence for name in ("TT", "dpa")
    )
    assert weak < strong


def test_addresses_name_sources_by_folders() -> None:
    """A folder kept for an agency's pieces is a credit in the address."""
    assert told({}, url="https://gazette.example/ap/dam.html") == [(R, "Associated Press", "ap")]
    assert told({}, url="https://gazette.example/map/dam.html") == []


NAMES = st.sampled_from(
    ["author", "byline", "dc:creator", "infoSources", "isBasedOn", "copyright", "rel=canonical",
     "a.b", "a", "@graph", "name", "source", "url", "usageterms", "provider", "bylines", "title"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["AP", "Jane Doe, AFP", "© 2024 Reuters", "Reuters/TT — dpa", "https://apnews.com/x", "", " ",
     "by agreement with dpa", "x" * 2000, "prov:AFP", "Springfield Gazette with AP", "PR Newswire"]
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(TEXTS, st.none(), st.integers(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES, max_size=5), st.sampled_from([None, OUTLET, "Reuters"]))
def test_every_span_shows_a_name_or_an_address(
    metadata: dict[str, Any], outlet: str | None
) -> None:
    """Whatever the metadata, a credit's range lies in its value and holds what it credits."""
    article = Article(metadata=metadata)
    for one in declared(metadata, None, OUTLETS, outlet):
        value = value_at(article, one.field)
        assert 0 <= one.start < one.end <= len(value)
        shown = value[one.start : one.end]
        found = OUTLETS.find(shown) or OUTLETS.at(shown)
        assert one.source in {found.name if found else None, OUTLETS.name(shown)}
        assert 0 < one.confidence < 1


def test_a_credit_states_where_it_was_read() -> None:
    """The field of a nested value is its path."""
    (one,) = declared({"infoSources": [{"name": "Hall"}, {"name": "AP"}]}, None, OUTLETS, OUTLET)
    assert one == Found(
        kind=one.kind, source="Associated Press", field="metadata.infoSources.1.name",
        start=0, end=2, confidence=0.75,
    )  # fmt: skip
