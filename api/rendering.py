"""Records of ``dedupe`` as JSON, shaped as docs/http.md shows them.

Written out by hand: no model is validated on the way out, so an answer costs microseconds, and the
test suite holds what is written here against the schemas that OpenAPI publishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import orjson

from api import problems
from dedupe.answer import Answer, ClusterDetail, MemberView, RelatedStory
from dedupe.errors import SamestoryError
from dedupe.model import Canonical, Claim, Credit, Evidence, Match, Published, Reason, Span
from dedupe.ports import Change, StoredArticle
from dedupe.state import ClusterState
from dedupe.version import Version
from dedupe.withheld.records import Visibility

Json: TypeAlias = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def dump(told: Any) -> bytes:
    """JSON in UTF-8; times as RFC 3339 with Z."""
    return orjson.dumps(told, option=_OPTIONS)


def result(judged: Answer | SamestoryError) -> Json:
    """One item of a batch: the answer, or ``{"error": problem}`` in its place."""
    if isinstance(judged, Answer):
        return answer(judged)
    return {"error": problems.document(judged)}


def answer(judged: Answer) -> Json:
    """The whole answer to one article."""
    article, cluster, story = judged.article, judged.cluster, judged.story
    return {
        "article": {
            "id": article.id,
            "external_id": article.external_id,
            "revision": article.revision,
            "status": article.status,
            "published": published(article.published),
            "version": version(article.version),
            "furniture": [{**span(each.span), "why": each.why} for each in article.furniture],
            "pub_status": pub_status(article.pub_status),
        },
        "cluster": {
            "id": cluster.id,
            "size": cluster.size,
            "relation": cluster.relation,
            "of": cluster.of,
            "probability": number(cluster.probability),
        },
        "story": {
            "id": story.id,
            "size": story.size,
            "relation": story.relation,
            "of": story.of,
            "independent_sources": story.independent_sources,
            "probability": number(story.probability),
            "related": related(story.related),
        },
        "canonical": canonical(judged.canonical),
        "credits": [credit(each) for each in judged.credits],
        "matches": [match(each) for each in judged.matches],
        "warnings": [
            {"field": each.field, "value": each.value, "action": each.action}
            for each in judged.warnings
        ],
        "degraded": judged.degraded,
    }


def cluster_detail(cluster: ClusterDetail) -> Json:
    """A cluster with its members; where it lives on is null while the id is in use."""
    return {
        "id": cluster.id,
        "merged_into": cluster.merged_into,
        "split_into": list(cluster.split_into) or None,
        "story": cluster.story,
        "size": cluster.size,
        "canonical": canonical(cluster.canonical),
        "members": [member(each) for each in cluster.members],
    }


def article_line(stored: StoredArticle) -> Json:
    """An article in a list."""
    return {
        "id": stored.id,
        "external_id": stored.article.external_id,
        "revision": stored.revision,
        "source": stored.article.source,
        "title": stored.article.title,
        "url": stored.article.url,
        "published": published(stored.published),
        "pub_status": stored.visibility.status,
        "received": instant(stored.received),
        "cluster": stored.placement.cluster,
        "story": stored.placement.story,
    }


def cluster_line(cluster: ClusterState) -> Json:
    """A cluster in a list."""
    return {
        "id": cluster.id,
        "story": cluster.story,
        "size": cluster.size,
        "canonical": canonical(cluster.canonical),
    }


def change(written: Change) -> Json:
    """One event of the change log."""
    return {
        "cursor": written.cursor,
        "at": written.at,
        "kind": written.event.kind,
        "subject": written.event.subject,
        "data": written.event.data,
    }


def explanation(judged: Match) -> Json:
    """A verdict on one pair with every number it was computed from."""
    told = match(judged)
    told["evidence"]["features"] = {
        name: number(value) for name, value in judged.evidence.features.items()
    }
    return told


def member(each: MemberView) -> Json:
    """An article of a cluster or story."""
    return {
        "id": each.id,
        "external_id": each.external_id,
        "source": each.source,
        "title": each.title,
        "url": each.url,
        "published": published(each.published),
        "pub_status": each.pub_status,
        "relation": each.relation,
        "of": each.of,
        "probability": number(each.probability),
    }


def canonical(found: Canonical) -> Json:
    """Where a cluster comes from, and why."""
    return {
        "article_id": found.article_id,
        "source": found.source,
        "url": found.url,
        "in_index": found.in_index,
        "confidence": number(found.confidence),
        "reasons": [_reason(each) for each in found.reasons],
        "disputed": len(found.claims) > 1,
        "claims": [_claim(each) for each in found.claims],
    }


def credit(named: Credit) -> Json:
    """Text that names an origin."""
    return {
        "kind": named.kind,
        "source": named.source,
        "text": named.text,
        "span": span(named.span),
        "confidence": number(named.confidence),
    }


def match(judged: Match) -> Json:
    """The verdict on one pair."""
    return {
        "article_id": judged.article_id,
        "relation": judged.relation,
        "p_same_text": number(judged.p_same_text),
        "p_same_story": number(judged.p_same_story),
        "evidence": _evidence(judged.evidence),
    }


def published(date: Published | None) -> Json:
    """A date of publication; all three members are null where none is known."""
    if date is None:
        return {"value": None, "precision": None, "from": None}
    return {"value": date.value, "precision": date.precision, "from": date.origin}


def version(told: Version) -> Json:
    """What a text says about which version it is."""
    return {
        "kind": told.kind,
        "number": told.number,
        "revision": told.revision,
        "chain": told.chain,
        "created": instant(told.created),
        "status": told.status,
        "embargo": instant(told.embargo),
        "notes": [{**span(each.span), "text": each.text, "why": each.why} for each in told.notes],
    }


def span(place: Span) -> Json:
    """A range of a field's code points."""
    return {"field": place.field, "start": place.start, "end": place.end}


def pub_status(seen: Visibility) -> Json:
    """Whether an article may be shown; since and until when not, why, and by whose order."""
    return {
        "status": seen.status,
        "since": instant(seen.since),
        "until": instant(seen.until),
        "reason": seen.reason,
        "by": seen.by,
        "of": seen.origin,
    }


def related(stories: Sequence[RelatedStory]) -> list[Json]:
    """Linked stories."""
    return [{"story": each.story, "relation": each.relation} for each in stories]


def instant(hours: float | None) -> str | None:
    """Hours since 1970 as RFC 3339, to the second."""
    if hours is None:
        return None
    moment = _EPOCH + timedelta(seconds=round(hours * 3600))
    return moment.isoformat().replace("+00:00", "Z")


def number(value: float | None) -> float | None:
    """A figure as it is shown, to four places."""
    return None if value is None else round(float(value), 4)


def _evidence(evidence: Evidence) -> Json:
    return {
        "overlap": number(evidence.overlap),
        "contains": number(evidence.contains),
        "contained": number(evidence.contained),
        "lede_cosine": number(evidence.lede_cosine),
        "hours_apart": number(evidence.hours_apart),
        "passages": [
            {
                "ours": span(each.ours),
                "theirs": span(each.theirs),
                "words": each.words,
                "weight": number(each.weight),
            }
            for each in evidence.passages
        ],
    }


def _reason(why: Reason) -> Json:
    return {
        "rule": why.rule,
        "text": why.text,
        "span": None if why.span is None else span(why.span),
        "article_id": why.article_id,
    }


def _claim(made: Claim) -> Json:
    return {"source": made.source, "articles": made.articles, "reason": _reason(made.reason)}
