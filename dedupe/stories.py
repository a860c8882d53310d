"""Stories told from the store: one as a whole, many as a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from math import inf

from dedupe import story
from dedupe.answer import (
    Headline,
    LinkedStory,
    StoryDetail,
    StoryLine,
    Timeline,
    TimelineEntry,
    WeakestLink,
)
from dedupe.answering import member_view, seen_from
from dedupe.errors import NotFound
from dedupe.judging import Judging
from dedupe.listing import Held, Share, StoryQuery
from dedupe.model import Article
from dedupe.neighbourhood import Item, Neighbourhood
from dedupe.night.lineage import heirs
from dedupe.ports import Reader, StoredArticle
from dedupe.state import Member, StoryState
from dedupe.telling import Text, shared_terms
from dedupe.text import plain

CLUSTERS_SHOWN = 1000
RELATED_SHOWN = 50
TITLE = 120
"""Code points of a text that stand for the title it does not have."""
WITHHELD = "withheld"
"""Reason of a headline where nothing of a story may be shown."""
Moment = tuple[float | None, int]
"""Publication in hours since 1970-01-01 UTC (None: unknown) and key of an article."""
Find = Callable[[str], StoredArticle | None]
"""The article of an id, as the store has it."""


def story_detail(
    reader: Reader, judging: Judging, story_id: str, *, after: Moment | None, limit: int
) -> StoryDetail:
    """A story as a whole, or where a retired one lives on; at most ``limit`` of its articles.

    Raises:
        NotFound: there never was such a story, or it lives on nowhere.
    """
    found = heirs(reader, story_id)
    state = reader.story(found.first or story_id)
    if state is None:
        raise NotFound("story", story_id)
    held, shares = reader.held([state.id])[state.id], reader.shares([state.id])[state.id]
    sample = reader.members_by_key(story.sampled(held))
    headline = (
        _titled(reader, [story.headline(_pieces(sample, held))])[0]
        if sample
        else _nothing_shown(reader.story_members(state.id, limit=1))
    )
    article = cache(reader.article)
    names, numbers = shared_terms(_texts(article, sample), judging.background)
    cohesion, weakest = _agreement(reader, judging, sample)
    return StoryDetail(
        id=story_id,
        merged_into=found.merged_into,
        split_into=found.split_into,
        headline=headline,
        size=state.size,
        articles=len(held),
        first=state.first,
        last=state.last,
        outlets=story.outlets(shares),
        origins=story.origins(shares),
        languages=story.languages(reader.languages(state.id)),
        names=names,
        numbers=numbers,
        cohesion=cohesion,
        weakest_link=weakest,
        sampled=len(sample),
        clusters=tuple(reader.story_clusters(state.id, limit=CLUSTERS_SHOWN)),
        timeline=_timeline(reader, article, held, after=after, limit=limit),
        related=_linked(reader, state.id),
    )


def story_lines(reader: Reader, states: Sequence[StoryState]) -> list[StoryLine]:
    """Stories as they stand in a list, in the order given."""
    ids = [state.id for state in states]
    held, shares = reader.held(ids), reader.shares(ids)
    headlines = _titled(reader, _headlines(reader, [held[name] for name in ids]))
    return [
        _line(state, headline, shares[state.id])
        for state, headline in zip(states, headlines, strict=True)
    ]


def listed(reader: Reader, query: StoryQuery) -> tuple[list[StoryLine], StoryQuery | None]:
    """A page of stories, and the query that continues it; None at the end.

    Raises:
        BadInput: the query cannot be met, see ``Reader.stories``.
    """
    found = reader.stories(replace(query, limit=query.limit + 1))
    shown = found[: query.limit]
    following = replace(query, after=shown[-1].place) if len(found) > len(shown) else None
    return story_lines(reader, [one.state for one in shown]), following


def _line(state: StoryState, headline: Headline, shares: Sequence[Share]) -> StoryLine:
    return StoryLine(
        id=state.id,
        headline=headline,
        size=state.size,
        independent_sources=len(story.origins(shares)),
        first=state.first,
        last=state.last,
    )


def _headlines(reader: Reader, stories: Sequence[Sequence[Held]]) -> list[Headline]:
    """The headline of each story; of a single article no more than its id is looked at."""
    samples = [story.sampled(held) if len(held) > 1 else [] for held in stories]
    members = {m.key: m for m in reader.members_by_key([key for keys in samples for key in keys])}
    return [
        story.headline(_pieces([members[key] for key in sample], held))
        if sample
        else Headline(article_id=held[0].id, reasons=("only_article",))
        if held
        else _nothing_shown(())
        for sample, held in zip(samples, stories, strict=True)
    ]


def _nothing_shown(ids: Sequence[str]) -> Headline:
    """The headline of a story none of whose articles may be shown: its first article, untold."""
    return Headline(article_id=next(iter(ids), ""), reasons=(WITHHELD,))


def _titled(reader: Reader, headlines: Sequence[Headline]) -> list[Headline]:
    """The headlines with what their articles say."""
    articles = reader.texts([headline.article_id for headline in headlines])
    return [
        headline
        if WITHHELD in headline.reasons
        else _with_title(headline, articles[headline.article_id])
        for headline in headlines
    ]


def _with_title(headline: Headline, article: Article) -> Headline:
    title = " ".join(plain(article.title).text.split())
    if not title:
        # Enough of the body for a title, markup and all: bodies may be large.
        start = " ".join(plain(article.body[: 40 * TITLE]).text.split())
        title = start if len(start) <= TITLE else start[: TITLE - 1].rsplit(" ", 1)[0] + "…"
    return replace(headline, title=title, source=article.source, url=article.url)


def _pieces(sample: Sequence[Member], held: Sequence[Held]) -> list[story.Piece]:
    canonical = {one.key for one in held if one.canonical}
    return [
        story.Piece(
            id=member.profile.id,
            cluster=member.placement.cluster,
            canonical=member.key in canonical,
            own=member.profile.provenance.origin is None,
            published=member.profile.published,
            first_seen=member.first_seen,
            word_count=member.profile.word_count,
            cut=member.profile.provenance.paywalled or member.profile.headline_page,
            vector=member.profile.vector,
        )
        for member in sample
    ]


def _agreement(
    reader: Reader, judging: Judging, sample: Sequence[Member]
) -> tuple[float | None, WeakestLink | None]:
    """Cohesion and weakest link, every pair of the sample judged as it is when stories are made."""
    members = sorted(sample, key=lambda member: member.profile.id)
    ids = [member.profile.id for member in members]
    items = tuple(
        Item(profile=member.profile, first_seen=member.first_seen, placement=member.placement)
        for member in members
    )
    links = tuple(reader.links_between(ids))
    edges = judging.judge(Neighbourhood(items=items, links=links)).story_edges()
    return story.cohesion(edges.p), story.weakest_link(ids, edges.left, edges.right, edges.p)


def _timeline(
    reader: Reader, article: Find, held: Sequence[Held], *, after: Moment | None, limit: int
) -> Timeline:
    """The articles by publication, ties and those without a date by arrival."""
    published = reader.published([one.key for one in held])
    moments = {one.key: (published.get(one.key), one.key) for one in held}
    ordered = sorted(held, key=lambda one: _order(moments[one.key]))
    if after is not None:
        ordered = [one for one in ordered if _order(moments[one.key]) > _order(after)]
    shown = ordered[:limit]
    stored = ((one, article(one.id)) for one in shown)
    return Timeline(
        entries=tuple(
            TimelineEntry(member=member_view(found, level="story"), cluster=one.cluster)
            for one, found in stored
            if found is not None
        ),
        next=moments[shown[-1].key] if shown and len(ordered) > len(shown) else None,
    )


def _order(moment: Moment) -> tuple[float, int]:
    hours, key = moment
    return (inf if hours is None else hours), key


def _texts(article: Find, sample: Sequence[Member]) -> list[Text]:
    found = (article(member.profile.id) for member in sample)
    return [_text(stored) for stored in found if stored is not None]


def _text(stored: StoredArticle) -> Text:
    """Title and body without markup; furniture and credits speak of pages and outlets, not of events."""
    body, position, kept = stored.article.body, 0, []
    spans = [*(one.span for one in stored.furniture), *(one.span for one in stored.credits)]
    for span in sorted((one for one in spans if one.field == "body"), key=lambda one: one.start):
        kept.append(body[position : span.start])
        position = max(position, span.end)
    kept.append(body[position:])
    return Text(title=plain(stored.article.title).text, body=plain("\n\n".join(kept)).text)


def _linked(reader: Reader, story_id: str) -> tuple[LinkedStory, ...]:
    """The related stories with their headlines, the most probable first."""
    links = reader.related([story_id])
    p = {link.b if link.a == story_id else link.a: link.probability for link in links}
    seen = list(islice(seen_from(story_id, links), RELATED_SHOWN))
    states = [state for one in seen if (state := reader.story(one.story)) is not None]
    lines: Mapping[str, StoryLine] = {line.id: line for line in story_lines(reader, states)}
    return tuple(
        LinkedStory(
            story=one.story,
            relation=one.relation,
            probability=p[one.story],
            headline=lines[one.story].headline,
            size=lines[one.story].size,
            first=lines[one.story].first,
            last=lines[one.story].last,
        )
        for one in seen
        if one.story in lines and WITHHELD not in lines[one.story].headline.reasons
    )
