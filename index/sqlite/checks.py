"""What must hold of stored data, looked up one promise at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from math import inf
from typing import Any

from dedupe.errors import StoreError
from dedupe.revisions.order import Filed, representing
from index.sqlite.codec import decode_profile
from index.sqlite.documents import decode_article, decode_findings
from index.sqlite.revisions import decode_version

_CHUNK = 1000
RunSql = Callable[[str, Mapping[str, object]], Sequence[tuple[Any, ...]]]


def broken_promises(queries: Mapping[str, str], run: RunSql) -> Sequence[str]:
    """Every broken promise in words: of the file, of each ``check_`` query, of each record."""
    found: list[str] = []
    try:
        found.extend(_file(run))
        found.extend(_queries(queries, run))
        found.extend(_represented(queries["several_versions"], run))
        found.extend(_contents(queries["contents"], run))
    except StoreError as error:
        # A damaged file may end the search; what was found until then is told all the same.
        found.append(str(error))
    return found


def _file(run: RunSql) -> Iterator[str]:
    for (line,) in run("PRAGMA integrity_check", {}):
        if line != "ok":
            yield f"the file is damaged: {line}"
    for table, row, parent, _ in run("PRAGMA foreign_key_check", {}):
        yield f"row {row} of {table} points at a row of {parent} that does not exist"


def _queries(queries: Mapping[str, str], run: RunSql) -> Iterator[str]:
    for name, sql in queries.items():
        if name.startswith("check_"):
            # The purpose line of a check is what a row it finds means.
            meaning = sql.split("\n", 1)[0].removeprefix("-- ")
            yield from (meaning.format(*row) for row in run(sql, {}))


def _represented(sql: str, run: RunSql) -> Iterator[str]:
    """Articles that are not represented by their newest usable revision, before embargoes end or after."""
    for article_id, rows in groupby(run(sql, {}), key=lambda row: str(row[0])):
        _, numbers, represents, versions, digests = zip(*rows, strict=True)
        filed = [
            Filed(version=decode_version(version), digest=digest)
            for version, digest in zip(versions, digests, strict=True)
        ]
        newest = {numbers[representing(filed, now=now)] for now in (None, inf)}
        if represents[0] not in newest:
            best = " or ".join(str(number) for number in sorted(newest))
            yield (
                f"article {article_id} is represented by revision {represents[0]}, "
                f"its newest usable one is {best}"
            )


def _contents(sql: str, run: RunSql) -> Iterator[str]:
    last = 0
    while rows := run(sql, {"after": last, "limit": _CHUNK}):
        last = rows[-1][0]
        for _, article_id, posted, findings, profile, sketch, vector in rows:
            try:
                decode_article(posted)
                decode_findings(findings)
                decode_profile(article_id, profile, sketch, vector)
            except (StoreError, ValueError, KeyError, TypeError) as error:
                yield f"article {article_id} cannot be read back: {error}"
