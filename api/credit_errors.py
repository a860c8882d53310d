"""One JSON row for each credit, origin or canonical that is wrong, with the words around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from api.credit_labels import value_of
from api.error_rows import article
from dedupe.credit_evaluation import ReadText, matchings
from dedupe.credit_matching import Stated, shared, taken_for_reprint

if TYPE_CHECKING:
    from api.credited import LabelledCluster

Row: TypeAlias = Mapping[str, Any]
Json: TypeAlias = dict[str, Any]

AROUND = 60
"""Code points of context on each side of a phrase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextErrors:
    """The mistakes in one text."""

    row: Row
    text: ReadText
    told: Row
    """What was said of it."""

    def rows(self, exact: Sequence[bool]) -> Iterator[Json]:
        """One row for each; ``exact`` tells of each credit that was read whether its span is."""
        taken = [self.text.gold[k] for k in taken_for_reprint(self.text.gold, self.text.found)]
        for one in matchings(self.text):
            for label in one.missed:
                yield self._row("missed", label=label)
            for read in one.wrong:
                mistaken = any(shared(self.text.found[read], label) for label in taken)
                yield self._row("taken" if mistaken else "wrong", read=read)
            for label, read in one.pairs:
                asked = self.text.gold[label].source
                if asked is not None and asked != self.text.found[read].source:
                    yield self._row("source", label=label, read=read)
        for read, is_exact in enumerate(exact):
            if not is_exact:
                yield self._row("span", read=read)
        if not self.text.origin_is_right:
            yield self._told("origin") | {
                "label": self.row.get("origin"),
                "read": self.told.get("origin"),
            }

    def _row(self, kind: str, *, label: int | None = None, read: int | None = None) -> Json:
        """A mistake about one credit, as it was labelled, as it was read, and where it stands."""
        place = self.text.gold[label] if label is not None else self.text.found[read or 0]
        return self._told(kind) | {
            "label": None if label is None else self._brief(self.row["credits"][label]),
            "read": None if read is None else self._brief(self.told["credits"][read]),
            "field": place.field,
            "context": self._around(place),
        }

    def _told(self, kind: str) -> Json:
        return {
            "kind": kind,
            "hurt": 1,
            "lang": self.text.lang,
            "article": article(self.row),
        }

    @staticmethod
    def _brief(credit: Row) -> Json:
        return {name: credit.get(name) for name in ("kind", "source", "text")}

    def _around(self, place: Stated) -> str:
        """The phrase in its surroundings, marked by two angle brackets on each side."""
        value = value_of(self.row, place.field) or ""
        before = value[max(0, place.start - AROUND) : place.start]
        after = value[place.end : place.end + AROUND]
        return f"{before}«{value[place.start : place.end]}»{after}"


def canonical_row(cluster: LabelledCluster) -> Json:
    """The row of a cluster whose canonical is not the labelled one."""
    gold = cluster.members[0].row["canonical"]
    return {
        "kind": "canonical",
        "hurt": len(cluster.members),
        "group": cluster.name,
        "clusters": cluster.settled.clusters,
        "label": gold,
        "members": [
            {
                "article": article(member.row),
                "read": {"article": member.article, "source": member.source},
            }
            for member in cluster.members
        ],
    }
