"""Labelled texts scored for their credits: read, and their clusters sent through a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from api.cli import options

if TYPE_CHECKING:
    from api.credit_labels import Names
    from api.credited import LabelledCluster, Member
    from api.evaluated import Evaluated
    from dedupe.service import Service

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditScoring:
    """How files are scored for their credits."""

    said: Sequence[Row] | None
    """The output of ``credits``; None runs the reader, and a service for the canonicals."""
    levels: Sequence[str] = ("credits",)

    def file(self, rows: Sequence[Row]) -> list[Evaluated]:
        """One result where a line has labels of its credits, else none."""
        from api.credit_labels import is_labelled
        from api.credited import credited

        if not any(map(is_labelled, rows)):
            return []
        names = _names()
        if self.said is not None:
            found = credited(rows, self.said, names, None)
        else:
            found = credited(rows, _credits(rows), names, _clusters(rows, names))
        return [] if found is None else [found]


def _names() -> Names:
    """Says the display name of a source, as the reader does."""
    from api.shipped import article_reader
    from dedupe.model import Article

    reader = article_reader()
    return cache(lambda source: reader.outlet(Article(source=source)) or source)


def _credits(rows: Sequence[Row]) -> list[Row]:
    """What ``samestory credits`` writes of each line, its labels taken off."""
    from api import bootstrap
    from api.cli.progress import bar
    from api.credit_labels import unlabelled

    batch = bootstrap.batch(options.config(), stories=False, progress=bar)
    lines = (orjson.dumps(unlabelled(row)) for row in rows)
    found = zip(batch.credits(lines), rows, strict=True)
    return [{**told, "id": row.get("id")} for told, row in found]


def _clusters(rows: Sequence[Row], names: Names) -> list[LabelledCluster]:
    """The clusters with a labelled canonical, in order, and what a service makes of them.

    Their articles arrive one by one in the order of the file.

    Raises:
        BadInput: the lines of a cluster disagree on its canonical, or one cannot be used.
    """
    from api.credit_labels import canonical_label, key_of
    from api.credited import LabelledCluster
    from dedupe.credit_evaluation import Settled, Whose
    from dedupe.errors import BadInput

    labels = {k: label for k, row in enumerate(rows) if (label := canonical_label(row, names))}
    groups: dict[str, list[int]] = {}
    for k in labels:
        groups.setdefault(str(rows[k].get("cluster")), []).append(k)
    for name, members in groups.items():
        if len({labels[k] for k in members}) > 1:
            raise BadInput("canonical", f"the lines of {name} disagree", "label one canonical")
    if not groups:
        return []
    with _service() as service:
        asked = _posted(service, {k: rows[k] for k in labels})
        found = {name: [asked[k] for k in members] for name, members in groups.items()}

    def whose(member: Member) -> Whose:
        source = None if member.source is None else key_of(member.source, names)
        return Whose(article=member.article, source=source)

    return [
        LabelledCluster(
            name=name,
            settled=Settled(
                gold=labels[groups[name][0]],
                found=tuple(whose(member) for member in members),
                clusters=len({member.cluster for member in members}),
            ),
            members=tuple(members),
        )
        for name, members in found.items()
    ]


def _posted(service: Service, rows: Mapping[int, Row]) -> dict[int, Member]:
    """All are posted, one request each; then what the service answers of each."""
    from api import articles
    from api.credit_labels import unlabelled
    from api.credited import Member
    from dedupe.errors import SamestoryError
    from dedupe.formats.document import MAX_BODY_BYTES
    from dedupe.requests import Request

    ids: dict[int, str] = {}
    for k, row in rows.items():
        document = {**unlabelled(row), "id": f"line {k + 1}"}
        article = articles.article(document, max_body_bytes=MAX_BODY_BYTES)
        (outcome,) = service.handle([Request(articles=(article,))])
        (answer,) = outcome.results
        if not isinstance(answer, SamestoryError):
            ids[k] = answer.article.id
    lines = {name: k for k, name in ids.items()}

    def asked(k: int) -> Member:
        if k not in ids:
            return Member(row=rows[k], article=None, source=None, cluster=None)
        answer = service.answer(ids[k])
        canonical = answer.canonical
        line = lines.get(canonical.article_id or "")
        return Member(
            row=rows[k],
            article=None if line is None else str(rows[line].get("id")),
            source=canonical.source,
            cluster=answer.cluster.id,
        )

    return {k: asked(k) for k in rows}


@contextmanager
def _service() -> Iterator[Service]:
    """A service over an empty store that is thrown away; canonicals need no sentence encoder."""
    from api import bootstrap

    with TemporaryDirectory(prefix="samestory-") as folder:
        config = options.config(data=folder, model=bootstrap.HASHED_MODEL)
        with bootstrap.open_service(config) as service:
            yield service
