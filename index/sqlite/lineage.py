"""What became of groups: who passed from one to another, and where a retired one lives on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import orjson

from dedupe.constraints.records import Level
from dedupe.night.records import LineageLine
from dedupe.state import Passed, Plan, Retired
from index.sqlite.view import View, WritableView, array


class LineageReader(View):
    """Follows groups through their mergers and splits."""

    def lineage(
        self, group_id: str, *, skip: int = 0, limit: int | None = None
    ) -> Sequence[LineageLine]:
        """What passed from or to a group, the oldest first, without the first ``skip`` lines."""
        most = -1 if limit is None else limit
        return [
            LineageLine(
                at=at, night=night, old=old, new=new, articles=articles, retired=bool(retired)
            )
            for at, night, old, new, articles, retired in self._rows(
                "lineage", id=group_id, skip=skip, limit=most
            )
        ]

    def level_of(self, group_id: str) -> Level | None:
        """What this is or was the id of."""
        row = self._row("level_of", id=group_id)
        return None if row is None else Level(row[0])

    def survivors(self, retired_id: str) -> tuple[str, ...]:
        """The living groups that a retired id lives on in, what holds most of it first.

        They are those that hold who lay in it when it was retired, wherever they have gone since.
        """
        heirs: dict[str, Sequence[str]] = {}
        for name, merged_into, split_into, held in self._rows("heirs", id=retired_id):
            if held:
                heirs[name] = self._column("holders", id=name)
            else:
                heirs[name] = tuple(orjson.loads(split_into)) or _one(merged_into)
        if retired_id not in heirs:
            return ()
        return tuple(self._column("in_use", ids=array(_living(heirs, retired_id))))


def _one(merged_into: str | None) -> tuple[str, ...]:
    return () if merged_into is None else (merged_into,)


class LineageWriter(WritableView):
    """Writes the lineage of what a plan puts elsewhere."""

    _at: str
    _night: int | None = None

    def at_night(self, number: int | None) -> None:
        """What passes from group to group in this transaction, from now on, passes in this night."""
        self._night = number

    def _pass(self, plan: Plan) -> None:
        retired = {one.id for one in plan.retired}
        self._write_many("insert_lineage", (self._line(one, retired) for one in plan.passed))

    def _line(self, passed: Passed, retired: AbstractSet[str]) -> Mapping[str, object]:
        return {
            "at": self._at,
            "night": self._night,
            "old": passed.old,
            "new": passed.new,
            "articles": passed.articles,
            "retired": passed.old in retired,
        }


def retired_row(one: Retired) -> Mapping[str, object]:
    """A retired id as it is stored."""
    return {
        "id": one.id,
        "merged_into": one.merged_into,
        "split_into": orjson.dumps(one.split_into).decode(),
    }


def _living(heirs: Mapping[str, Sequence[str]], start: str) -> Iterator[str]:
    """The ends of all ways from here, first ways first, each once; a circle has no end."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in heirs:
            ahead += reversed(heirs[name])
        else:
            yield name
