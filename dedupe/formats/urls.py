"""One spelling for the addresses of one page."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_PAIR = r"[\w.~-]+(?:=[\w.~-]*)?"
_NORMAL = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w.~-]*)*", re.ASCII)
"""An address with nothing to normalise but its trailing slash: most of them, 30 times faster."""
_NORMAL_QUERY = re.compile(rf"{_PAIR}(?:&{_PAIR})*", re.ASCII)
"""Parameters that need nothing but their order."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


def normalise_url(url: str) -> str | None:
    """The address without fragment, tracking parameters, default port and trailing slash.

    Scheme and host in lower case, escapes and the order of parameters made one. None for
    anything that is no http(s) address; never raises.
    """
    page, mark, query = url.partition("?")
    if not _NORMAL.fullmatch(page) or "/." in page:
        return _canonical(url)
    if not mark:
        return page.rstrip("/")
    if not _NORMAL_QUERY.fullmatch(query):
        return _canonical(url)
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&"))
    kept = "&".join(f"{name}={value}" for name, value in pairs if not _tracking().fullmatch(name))
    return f"{page.rstrip('/')}?{kept}" if kept else page.rstrip("/")


def _canonical(url: str) -> str | None:
    from w3lib.url import canonicalize_url  # noqa: PLC0415  15 ms that few files need

    try:
        scheme, netloc, path, query, _ = urlsplit(canonicalize_url(url.strip()))
        parts = urlsplit(f"//{netloc}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except (ValueError, UnicodeError):
        return None
    if scheme not in _DEFAULT_PORTS or not host or any(mark in host for mark in ' <>"\\^`{|}'):
        return None
    host = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return urlunsplit((scheme, host, path.rstrip("/"), _without_tracking(query), ""))


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _tracking().fullmatch(name)]
    return query if len(kept) == len(pairs) else urlencode(kept)


@cache
def _tracking() -> re.Pattern[str]:
    """Names of parameters that say where a reader came from; few files have any."""
    return re.compile(
        r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id"
        r"|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|_ga|_gl|vero_id|oly_\w+|wt_mc|wt_zmc|cmpid|icid|ncid|ocid"
        r"|at_medium|at_campaign|at_\w*custom\w*|ns_(?:mchannel|source|campaign|linkname|fee)|smid|smtyp"
        r"|guccounter|guce_\w+|__twitter_impression|ref_src|ref_url|taid|xtor|soc_\w+|outputtype",
        re.IGNORECASE,
    )
