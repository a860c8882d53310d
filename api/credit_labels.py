"""Labelled credits: what a labelled text says of itself, read from its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from dedupe.credit_evaluation import Whose
from dedupe.credit_matching import Stated
from dedupe.errors import BadInput
from dedupe.model import Article, CreditKind
from dedupe.provenance import value_at

Row: TypeAlias = Mapping[str, Any]
Names: TypeAlias = Callable[[str], str]
"""The display name of a source under whatever name it is called by."""

GROUPS = frozenset({"cluster", "story", "split"})
"""Fields of a line that are labels of groups: the pipeline never sees them."""
LABELS = GROUPS | {"credits", "origin", "canonical"}
"""The same of a line with labels of its credits."""
_KINDS = ", ".join(CreditKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """The labels of one line."""

    credits: tuple[Stated, ...]
    origins: frozenset[str]
    """Keys of the origins any of which is right; empty where the text is the outlet's own."""


def is_labelled(row: Row) -> bool:
    """The line carries labels of its credits, if only that it has none."""
    return row.get("credits") is not None


def unlabelled(row: Row) -> dict[str, Any]:
    """The article of a line without its labels, those of groups and, where it has any, of credits."""
    taken = LABELS if is_labelled(row) else GROUPS
    return {name: value for name, value in row.items() if name not in taken}


def labelled_text(row: Row, names: Names) -> LabelledText:
    """What a line says of its credits and its origin.

    Raises:
        BadInput: a label cannot be used; the message says which.
    """
    credits = row["credits"]
    if not isinstance(credits, Sequence) or isinstance(credits, str):
        raise BadInput("credits", "is no list", "list the credits of the text")
    return LabelledText(
        credits=tuple(_stated(one, row, names) for one in credits),
        origins=frozenset(key_of(one, names) for one in _origins(row)),
    )


def canonical_label(row: Row, names: Names) -> Whose | None:
    """The canonical that a labelled line says its cluster has; None where it says nothing.

    Raises:
        BadInput: it names neither an article nor a phantom.
    """
    told = row.get("canonical")
    if told is None or not is_labelled(row):
        return None
    article = told.get("article") if isinstance(told, Mapping) else None
    phantom = told.get("phantom") if isinstance(told, Mapping) else None
    if (article is None) == (phantom is None):
        fix = '{"article": ID} or {"phantom": SOURCE}'
        raise BadInput("canonical", f"{told!r} names neither or both", fix, value=str(told))
    if article is not None:
        return Whose(article=str(article), source=None)
    return Whose(article=None, source=key_of(str(phantom), names))


def value_of(row: Row, field: str) -> str | None:
    """The value of a line that a span of this field refers to; None where there is none."""
    if field in {"title", "body", "url"}:
        value = row.get(field)
        return value if isinstance(value, str) else None
    given = row.get("metadata")
    more = {name: value for name, value in unlabelled(row).items() if name != "metadata"}
    metadata = more | dict(given if isinstance(given, Mapping) else {})
    return value_at(Article(metadata=metadata), field) or None


def key_of(source: str, names: Names) -> str:
    """Equal for two names of one source: the display name, case and spaces aside."""
    return " ".join(names(source).casefold().split())


def _stated(credit: Any, row: Row, names: Names) -> Stated:
    """One labelled credit; its place is its ``start``, else where its text first occurs."""
    if not isinstance(credit, Mapping):
        raise BadInput("credits", f"{credit!r} is no object", "give kind, source, text and field")
    kind, source, text = credit.get("kind"), credit.get("source"), credit.get("text")
    if kind not in tuple(CreditKind):
        raise BadInput("kind", f"{kind!r} is no kind of credit", f"use one of {_KINDS}", value=kind)
    field = credit.get("field") or "body"
    value = value_of(row, field)
    if not isinstance(text, str) or not text or value is None:
        raise BadInput("text", f"no {field} holds {text!r}", "quote the phrase as it stands there")
    start = credit.get("start", value.find(text))
    if not isinstance(start, int) or start < 0 or value[start : start + len(text)] != text:
        raise BadInput("text", f"{text!r} does not stand there", f"quote it from {field}")
    return Stated(
        kind=CreditKind(kind),
        source=None if source is None else key_of(source, names),
        field=field,
        start=start,
        end=start + len(text),
    )


def _origins(row: Row) -> Sequence[str]:
    told = row.get("origin")
    if told is None:
        return ()
    return (told,) if isinstance(told, str) else tuple(map(str, told))
