"""Kills, and who carries the text, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from api.rendering import instant, number, pub_status

if TYPE_CHECKING:
    from dedupe.withheld.flags import Carrier
    from dedupe.withheld.suppression import Killed

Json: TypeAlias = dict[str, Any]


def killed(kill: Killed) -> Json:
    """A kill with everybody who carries the text."""
    return {
        "article_id": kill.article_id,
        "pub_status": pub_status(kill.pub_status),
        "with_it": list(kill.with_it),
        "purge_at": instant(kill.purge_at),
        "purged": kill.purged,
        "carriers": [_carrier(each) for each in kill.carriers],
    }


def _carrier(each: Carrier) -> Json:
    return {
        "article_id": each.article_id,
        "external_id": each.external_id,
        "source": each.source,
        "url": each.url,
        "relation": each.relation,
        "contains": number(each.contains),
        "contained": number(each.contained),
        "withheld": each.withheld,
        "reason": each.reason,
    }
