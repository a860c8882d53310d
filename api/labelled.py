"""Labelled files: what they say belongs together, and how well predictions agree with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from dedupe.errors import BadInput
from dedupe.evaluation import Scores, adjusted_rand, b_cubed, pair_scores, pairwise
from dedupe.model import COPY_RELATIONS, Bools, Relation

Row: TypeAlias = Mapping[str, Any]
Level: TypeAlias = Literal["copies", "stories"]
Label: TypeAlias = tuple[Level, bool]

Answers: TypeAlias = Callable[[int], bool | None]
"""What is said of a pair by its number; None of one that was rejected."""

LEVELS: tuple[Level, ...] = ("copies", "stories")
GROUP_FIELD: Mapping[Level, str] = {"copies": "cluster", "stories": "story"}
COPY_JACCARD = 0.5
COPY_CONTAINMENT = 0.8
NAMED_LABELS: Mapping[str, Label] = {
    "reprint": ("copies", True),
    "partial": ("copies", True),
    "quotes": ("copies", False),
    "furniture": ("copies", False),
    "same": ("stories", True),
    "ok": ("stories", True),
    "different": ("stories", False),
    "bad": ("stories", False),
}


def is_pair(row: Row) -> bool:
    """The row is a pair of articles, not one article."""
    return "a" in row and "b" in row


def pair_label(row: Row) -> Label | None:
    """What the label of a pair says, and at which level; None where it is to be ignored.

    Names as in NAMED_LABELS; numbers from 1 (same story) to 4 (another), where 2 up to 3 is
    neither; without a label a pair is one of copies when its overlap says so.

    Raises:
        BadInput: the label is of no known kind.
    """
    label = row.get("label")
    if label is None:
        jaccard, containment = row.get("jaccard5") or 0.0, row.get("containment5") or 0.0
        is_copy = jaccard >= COPY_JACCARD or containment >= COPY_CONTAINMENT
        return ("copies", True) if is_copy else None
    if isinstance(label, str) and label.lower() in NAMED_LABELS:
        return NAMED_LABELS[label.lower()]
    try:
        distance = float("" if isinstance(label, bool) else label)
    except (TypeError, ValueError) as error:
        known = ", ".join(NAMED_LABELS)
        fix = f"use one of {known}, or a number from 1 to 4"
        raise BadInput("label", f"{label!r} is no label", fix, value=label) from error
    return None if 2 <= distance < 3 else ("stories", distance < 2)


def told_apart(documents: Mapping[int, Row]) -> list[Any]:
    """An id for each document by the number of its line from 0: its own, but for one that recurs.

    Each line is an article of its own; under one id the second would be a revision of the first.
    """
    taken = {_id(row.get("id")) for row in documents.values()}
    used: set[str | None] = {None}
    ids = []
    for k, row in documents.items():
        given = row.get("id")
        if _id(given) in used:
            given = f"line {k + 1}" if given is None else f"{given} (line {k + 1})"
            while given in taken or given in used:
                given += "'"
        used.add(_id(given))
        ids.append(given)
    return ids


def with_documents(pairs: Iterable[Row], documents: Mapping[str, Row] | None) -> Iterator[Row]:
    """The pairs with whole articles in place of ids.

    Raises:
        BadInput: a pair names an article that is not among the documents.
    """
    for pair in pairs:
        yield {**pair, "a": _article(pair["a"], documents), "b": _article(pair["b"], documents)}


def _article(side: Row | str, documents: Mapping[str, Row] | None) -> Row:
    if isinstance(side, Mapping):
        return side
    if documents is None:
        raise BadInput("a", f"{side!r} is an id, not an article", "name the articles with --docs")
    if str(side) not in documents:
        raise BadInput("a", f"{side!r} is not among the documents", "give the --docs it is from")
    return documents[str(side)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """The documents that carry a label of one level, with what was said of them."""

    rows: Sequence[int]
    """Where each stands among the documents."""
    gold: Sequence[Hashable]
    said: Sequence[Hashable]
    rejected: int = 0
    """Lines of the file, labelled or not, that no group was said of; they are not among the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The pairs whose label speaks of one level, with what was said of them."""

    rows: Sequence[int]
    """Where each stands among the pairs."""
    gold: Bools
    said: Bools
    rejected: int = 0
    """Pairs with such a label that could not be judged; they are not among the rows."""


def is_labelled(row: Row, level: Level) -> bool:
    """The document carries a label of this level."""
    return row.get(GROUP_FIELD[level]) is not None


def grouped(documents: Sequence[Row], predicted: Sequence[Row], level: Level) -> Grouped | None:
    """Labels and predictions of the documents labelled at this level; None when none is.

    A document that was rejected has no group, not even one of its own.
    """
    field = GROUP_FIELD[level]
    labelled = [(k, _label(row, field)) for k, row in enumerate(documents)]
    labelled = [(k, label) for k, label in labelled if label is not None]
    if not labelled:
        return None
    by_row = aligned(documents, predicted)
    labelled = [(k, label) for k, label in labelled if "error" not in by_row[k]]
    if not labelled:
        return None
    return Grouped(
        rows=[k for k, _ in labelled],
        gold=[label for _, label in labelled],
        said=[_group(by_row[k], field) for k, _ in labelled],
        rejected=sum("error" in row for row in by_row),
    )


def answered(pairs: Sequence[Row], predicted: Sequence[Row], level: Level) -> Answered | None:
    """Labels and predictions of the pairs labelled at this level; None when none is."""
    labels = [pair_label(pair) for pair in pairs]
    wanted = [k for k, label in enumerate(labels) if label is not None and label[0] == level]
    if not wanted:
        return None
    together = _answers(pairs, predicted, level)
    answers = {k: answer for k in wanted if (answer := together(k)) is not None}
    if not answers:
        return None
    return Answered(
        rows=list(answers),
        gold=np.array([labels[k] == (level, True) for k in answers]),
        said=np.array(list(answers.values())),
        rejected=len(wanted) - len(answers),
    )


def group_scores(found: Grouped, level: Level) -> Row:
    """Pairwise, B-cubed and adjusted Rand of labelled documents."""
    gold, said = found.gold, found.said
    return {
        "level": level,
        "documents": len(gold),
        "groups": len(set(gold)),
        "rejected": found.rejected,
        "pairwise": _told(pairwise(gold, said)),
        "b_cubed": _told(b_cubed(gold, said)),
        "adjusted_rand": round(adjusted_rand(gold, said), 4),
    }


def answer_scores(found: Answered, level: Level) -> Row:
    """Precision and recall of labelled pairs."""
    return {
        "level": level,
        "pairs": len(found.rows),
        "yes": int(found.gold.sum()),
        "no": int((~found.gold).sum()),
        "rejected": found.rejected,
        **_told(pair_scores(found.gold, found.said)),
    }


def aligned(documents: Sequence[Row], predicted: Sequence[Row]) -> Sequence[Row]:
    """One prediction per document: line by line where the ids agree, else by id.

    Of an id that stands on several lines the first prediction is of the first line, and so on.

    Raises:
        BadInput: a document has no prediction.
    """
    ids = [_id(row.get("id")) for row in documents]
    if len(predicted) == len(ids) and all(
        name is None or _id(row.get("id")) in {name, None}
        for row, name in zip(predicted, ids, strict=True)
    ):
        return predicted
    said = [_id(row.get("id")) for row in predicted]
    by_id = dict(zip(_numbered(said), predicted, strict=True))
    wanted = _numbered(ids)
    for name, nth in wanted:
        if name is None or (name, nth) not in by_id:
            which = f"{name!r}" + (f" (line {nth} of that id)" if nth > 1 else "")
            raise BadInput("predictions", f"nothing is said of {which}", "predict the same file")
    return [by_id[one] for one in wanted]


def _numbered(ids: Iterable[str | None]) -> list[tuple[str | None, int]]:
    """Each id with how often it has come so far, itself included."""
    seen: Counter[str | None] = Counter()
    numbered = []
    for name in ids:
        seen[name] += 1
        numbered.append((name, seen[name]))
    return numbered


def _answers(pairs: Sequence[Row], predicted: Sequence[Row], level: Level) -> Answers:
    """Says of the k-th pair whether it was predicted to lie together."""
    if any("a_id" in row for row in predicted):
        return _from_verdicts(pairs, predicted, level)
    return _from_groups(pairs, predicted, level)


def _from_verdicts(pairs: Sequence[Row], predicted: Sequence[Row], level: Level) -> Answers:
    """Predictions are the output of ``compare``: line by line where the ids agree, else by ids."""
    names = [(_name(pair["a"]), _name(pair["b"])) for pair in pairs]
    told = [((_id(row.get("a_id")), _id(row.get("b_id"))), row) for row in predicted]
    if len(told) == len(names) and all(
        said in {name, (None, None)} for (said, _), name in zip(told, names, strict=True)
    ):
        verdicts = [row for _, row in told]
    else:
        by_ids = dict(told)
        missing = next((both for both in names if both not in by_ids), None)
        if missing is not None:
            raise BadInput("predictions", f"nothing is said of {missing}", "compare the same file")
        verdicts = [by_ids[both] for both in names]
    yes = COPY_RELATIONS if level == "copies" else frozenset(Relation) - {Relation.NONE}
    return lambda k: None if "error" in verdicts[k] else verdicts[k].get("relation") in yes


def _from_groups(pairs: Sequence[Row], predicted: Sequence[Row], level: Level) -> Answers:
    """Predictions are the output of ``dedupe``: together is what shares a group."""
    field = GROUP_FIELD[level]
    groups = {
        _id(row.get("id")): None if "error" in row else _group(row, field) for row in predicted
    }

    def together(k: int) -> bool | None:
        sides = [_name(pairs[k][side]) for side in ("a", "b")]
        missing = next((name for name in sides if name not in groups), None)
        if missing is not None:
            raise BadInput("predictions", f"nothing is said of {missing!r}", "predict --docs")
        a, b = (groups[side] for side in sides)
        return None if a is None or b is None else a == b

    return together


def _name(side: Row | str) -> str | None:
    """The id of one side of a pair: a whole article or its id."""
    return _id(side.get("id") if isinstance(side, Mapping) else side)


def _id(given: object) -> str | None:
    """An id as predictions carry it: a number is its digits."""
    return None if given is None else str(given)


def _label(row: Row, field: str) -> Hashable:
    label = row.get(field)
    if label is not None and not isinstance(label, str | int | float):
        raise BadInput(field, f"{label!r} is no label", "use a string or a number", value=label)
    return label


def _group(row: Row, field: str) -> str:
    """The predicted group of a line that was not rejected."""
    group: str | None = row.get(field)
    if group is None:
        raise BadInput("predictions", f"carry no {field}", "predict with --level both")
    return group


def _told(scores: Scores) -> Row:
    values = {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}
    return {name: None if v is None else round(v, 4) for name, v in values.items()}
