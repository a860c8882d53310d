"""Stories as JSON, shaped as docs/http.md and docs/answer.md show them."""

from __future__ import annotations

from typing import Any, TypeAlias

from api import rendering
from dedupe.answer import (
    Headline,
    LinkedStory,
    Origin,
    StoryDetail,
    StoryLine,
    Term,
    TimelineEntry,
    WeakestLink,
)

Json: TypeAlias = dict[str, Any]


def story_detail(story: StoryDetail, following: str | None = None) -> Json:
    """A story as a whole; where it lives on is null while the id is in use.

    ``following`` is the cursor that continues the time line.
    """
    return {
        "id": story.id,
        "merged_into": story.merged_into,
        "split_into": list(story.split_into) or None,
        "headline": headline(story.headline),
        "size": story.size,
        "articles": story.articles,
        "independent_sources": len(story.origins),
        "first": rendering.instant(story.first),
        "last": rendering.instant(story.last),
        "outlets": [{"source": each.name, "articles": each.articles} for each in story.outlets],
        "origins": [_origin(each) for each in story.origins],
        "languages": [{"lang": each.name, "articles": each.articles} for each in story.languages],
        "names": [_term(each) for each in story.names],
        "numbers": [_term(each) for each in story.numbers],
        "cohesion": rendering.number(story.cohesion),
        "weakest_link": _weakest(story.weakest_link),
        "sampled": story.sampled,
        "clusters": list(story.clusters),
        "timeline": {
            "items": [_entry(each) for each in story.timeline.entries],
            "next": following,
        },
        "related": [_linked(each) for each in story.related],
    }


def story_line(story: StoryLine) -> Json:
    """A story in a list."""
    return {
        "id": story.id,
        "headline": headline(story.headline),
        "size": story.size,
        "independent_sources": story.independent_sources,
        "first": rendering.instant(story.first),
        "last": rendering.instant(story.last),
    }


def headline(chosen: Headline) -> Json:
    """The article that stands for a story."""
    return {
        "title": chosen.title,
        "article_id": chosen.article_id,
        "source": chosen.source,
        "url": chosen.url,
        "reasons": list(chosen.reasons),
    }


def _entry(entry: TimelineEntry) -> Json:
    return {**rendering.member(entry.member), "cluster": entry.cluster}


def _origin(origin: Origin) -> Json:
    return {
        "source": origin.source,
        "sources": list(origin.sources),
        "in_index": origin.in_index,
        "outlets": list(origin.outlets),
        "clusters": origin.clusters,
        "articles": origin.articles,
    }


def _term(term: Term) -> Json:
    return {"text": term.text, "articles": term.articles}


def _weakest(link: WeakestLink | None) -> Json | None:
    if link is None:
        return None
    return {
        "pair": list(link.pair),
        "probability": rendering.number(link.probability),
        "article_id": link.article_id,
        "mean": rendering.number(link.mean),
    }


def _linked(linked: LinkedStory) -> Json:
    return {
        "story": linked.story,
        "relation": linked.relation,
        "probability": rendering.number(linked.probability),
        "headline": headline(linked.headline),
        "size": linked.size,
        "first": rendering.instant(linked.first),
        "last": rendering.instant(linked.last),
    }
