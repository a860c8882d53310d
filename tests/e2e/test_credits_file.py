"""`samestory credits`: one row for each line, with exact spans."""

from __future__ import annotations

import html
import re

import orjson
import pytest

from api.cli import main

PROSE = "The dam above the town was looked at for a week and found sound enough by the council. "
ARTICLES = [
    {"id": "1", "source": "Springfield Gazette", "title": "Dam found sound | Reuters",
     "body": f"SPRINGFIELD (AP) — {PROSE * 9}\n(Courtesy: Al-Jazeera)"},
    {"id": "html", "source": "Springfield Gazette",
     "body": f"<p>SPRINGFIELD&nbsp;(<b>AP</b>) &mdash; {PROSE}</p><p>{PROSE * 9}</p>"
             "<p>&copy; 2024 The <i>Associated</i> Press</p>"},
    {"id": "meta", "source": "Springfield Gazette", "body": PROSE, "author": "Jane Doe, AFP",
     "metadata": {"infoSources": [{"name": "Hall"}, {"name": "dpa"}], "itemid": "x-1",
                  "canonical": "https://shelbyville.example/dam"}},
]  # fmt: skip


def rows(tmp_path, lines):
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    out = tmp_path / "out.jsonl"
    with pytest.raises(SystemExit) as left:
        main.main(["credits", str(tmp_path / "in.jsonl"), "-o", str(out)])
    return left.value.code, [orjson.loads(line) for line in out.read_bytes().splitlines()]


def value_at(article, field):
    value = {
        **article,
        "metadata": {**article.get("metadata", {}), "author": article.get("author")},
    }
    for name in field.split("."):
        value = value[int(name) if isinstance(value, list) else name]
    return value


def shown(text):
    """The text without markup."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", "", text)).split())


def test_every_line_has_its_row_in_order(tmp_path):
    """Bad lines keep their place with an error; the others are read as if these were not there."""
    good = [orjson.dumps(article) for article in ARTICLES]
    lines = [good[0], b"{", b'{"id": "x"}', good[1], b"[]", good[2], b'{"id": "e", "body": ""}']
    done, found = rows(tmp_path, lines)
    assert done == 1
    assert len(found) == len(lines)
    assert ["error" in row for row in found] == [False, True, True, False, True, False, True]
    assert [row["id"] for row in found] == ["1", None, "x", "html", None, "meta", "e"]
    _, alone = rows(tmp_path, good)
    assert alone == [row for row in found if "error" not in row]


def test_every_span_cuts_its_text_out_of_the_value_as_posted(tmp_path):
    """Title, body, HTML and nested metadata: the range shows the text, markup inside it aside."""
    done, found = rows(tmp_path, [orjson.dumps(one) for one in ARTICLES])
    assert done == 0
    told = [(row["id"], one["kind"], one["source"], one["span"]["field"])
            for row in found for one in row["credits"]]  # fmt: skip
    assert told == [
        ("1", "republication", "Reuters", "title"),
        ("1", "republication", "Associated Press", "body"),
        ("1", "republication", "Al Jazeera", "body"),
        ("html", "republication", "Associated Press", "body"),
        ("html", "republication", "Associated Press", "body"),
        ("meta", "republication", "Agence France-Presse", "metadata.author"),
        ("meta", "republication", "dpa", "metadata.infoSources.1.name"),
        ("meta", "republication", "shelbyville.example", "metadata.canonical"),
    ]
    for article, row in zip(ARTICLES, found, strict=True):
        for one in row["credits"]:
            span = one["span"]
            cut = value_at(article, span["field"])[span["start"] : span["end"]]
            assert shown(cut) == " ".join(one["text"].split())
            assert article["id"] == "html" or cut == one["text"]
            assert 0 < one["confidence"] < 1


def test_a_row_says_whose_text_it_is(tmp_path):
    """Outlet, origin and what else tells of the canonical page stand beside the credits."""
    _, (row,) = rows(tmp_path, [orjson.dumps(ARTICLES[2])])
    assert row.pop("credits")
    assert row == {
        "id": "meta", "outlet": "Springfield Gazette", "origin": "Agence France-Presse",
        "canonical_url": "https://shelbyville.example/dam", "wire_id": "x-1", "paywalled": False,
    }  # fmt: skip
