"""The answer to an order without words, which is obeyed and not kept."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.answer import Answer, ArticleView, ClusterView, Status, StoryView
from dedupe.model import Canonical, Notice, Reading, Relation
from dedupe.version import PubStatus
from dedupe.withheld.disclosure import bare_version
from dedupe.withheld.records import ORDERS, USABLE, By, Visibility, ordered


def noted(reading: Reading, warnings: Sequence[Notice], *, since: float) -> Answer:
    """The answer to a notice that is not kept as an article; ``since`` is now, in hours."""
    status = ordered(reading.version) or PubStatus.USABLE
    by = By.NOTICE if reading.version.kind in ORDERS else By.SOURCE
    seen = USABLE if status is PubStatus.USABLE else Visibility(status=status, since=since, by=by)
    return Answer(
        article=ArticleView(
            id=reading.id,
            external_id=reading.article.external_id,
            revision=0,
            status=Status.NOTED,
            published=reading.published,
            furniture=(),
            version=bare_version(reading.version),
            pub_status=seen,
        ),
        cluster=ClusterView(id=None, size=0, relation=Relation.NONE, of=None, probability=None),
        story=StoryView(
            id=None,
            size=0,
            relation=Relation.NONE,
            of=None,
            independent_sources=0,
            probability=None,
            related=(),
        ),
        canonical=Canonical(
            article_id=None,
            source=reading.profile.provenance.outlet or reading.article.source,
            url=None,
            in_index=False,
            confidence=0.0,
            reasons=(),
        ),
        credits=(),
        matches=(),
        warnings=tuple(warnings),
        degraded=False,
    )
