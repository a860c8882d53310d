"""Kills as a person reads them: from the JSON of the interface to lines of text."""

from __future__ import annotations

from api.cli.text import Json, labelled, table


def killed(told: Json) -> str:
    """A kill with everybody who carries the text."""
    status = told["pub_status"]
    rows = [
        ("killed", f"{told['article_id']}, since {status['since']} by {status['by']}"),
        *labelled("with it", told["with_it"]),
        ("text", _text(told)),
        *labelled("carriers", map(_carrier, told["carriers"])),
    ]
    return table(rows)


def _text(told: Json) -> str:
    if told["purged"]:
        return "removed"
    return f"removed at {told['purge_at']}" if told["purge_at"] else "kept"


def _carrier(each: Json) -> str:
    held = each["contains"]
    share = "" if held is None else f", holds {held:.0%} of it"
    own = each["contained"]
    part = "" if own is None else f", which is {own:.0%} of its own"
    kept = "withheld" if each["withheld"] else f"shown ({each['reason'] or 'released'})"
    where = each["url"] or each["external_id"] or ""
    return f"{each['article_id']}  {each['source'] or '?'}  {each['relation']}{share}{part}: {kept}  {where}"
