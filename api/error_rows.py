"""One JSON row for each mistake: what went wrong, which pairs say so, by which evidence."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias

from api import reasons
from api.labelled import Level
from api.watched import Pair, Seen
from dedupe.counterfactual import Weight, Why
from dedupe.mistakes import Divided, Joint, Part, joints
from dedupe.model import Match
from dedupe.verdict import COPIED

Json: TypeAlias = dict[str, Any]
Row: TypeAlias = Mapping[str, Any]

JOINTS = 8
"""Most pairs shown of one mistake."""
SPEAKS = 0.1
"""Log odds from which a kind of evidence is named as a reason."""
NAMED = 3
"""Most kinds of evidence named as reasons."""
TITLE = 160
"""Most code points of a title that are told."""


def divided_row(
    kind: str,
    one: Divided,
    documents: Sequence[Row],
    rows: Sequence[int],
    level: Level,
    seen: Seen | None,
) -> Json:
    """The row of a labelled group that was ``split``, or of a found one that is ``merged``.

    ``rows`` are the positions among the documents that the items of a group number.
    """
    return {
        "kind": kind,
        "group": _label(one.group),
        "size": one.size,
        "hurt": one.hurt,
        "parts": [_part(part, documents, rows) for part in one.parts],
        "joints": [] if seen is None else _joints(kind, one, documents, rows, level, seen),
    }


def pair_row(
    pair: Row,
    *,
    yes: bool,
    line: int,
    match: Match | None,
    why: Callable[[Match], Why] | None,
) -> Json:
    """The row of a labelled pair that was answered wrongly; ``yes`` is what its label says."""
    row = {
        "kind": "missed" if yes else "wrong",
        "line": line,
        "label": pair.get("label"),
        "hurt": 1,
        "a": article(pair["a"]),
        "b": article(pair["b"]),
        "relation": None,
        "p_same_story": None,
        "p_same_text": None,
        "why": None,
    }
    if match is None or why is None:
        return row
    return row | {
        "relation": match.relation.value,
        "p_same_story": round(match.p_same_story, 4),
        "p_same_text": round(match.p_same_text, 4),
        "why": reasons.why(why(match)),
    }


def article(told: Row | str) -> Json:
    """What names an article to a reader."""
    row: Row = told if isinstance(told, Mapping) else {"id": told}
    title = " ".join(str(row.get("title") or row.get("body") or "").split())
    return {
        "id": row.get("id"),
        "title": title if len(title) <= TITLE else f"{title[: TITLE - 1]}…",
        "source": row.get("source"),
        "published": row.get("published"),
    }


def _part(part: Part, documents: Sequence[Row], rows: Sequence[int]) -> Json:
    return {
        "group": _label(part.group),
        "size": len(part.items),
        "articles": [article(documents[rows[k]]) for k in part.items],
    }


def _joints(
    kind: str,
    one: Divided,
    documents: Sequence[Row],
    rows: Sequence[int],
    level: Level,
    seen: Seen,
) -> list[Json]:
    """The pairs of articles of different parts that agree best, one for each smaller part."""
    asked = seen.p_same_text if level == "copies" else seen.p_same_story
    found = joints(
        one,
        lambda left, right: asked(
            [rows[k] for k in left.tolist()], [rows[k] for k in right.tolist()]
        ),
    )[:JOINTS]
    left, right = [rows[one.left] for one in found], [rows[one.right] for one in found]
    known = seen.pairs(left, right)
    return [
        _joint(
            _said(kind, level, joint, pair, seen.same_from), joint, documents[a], documents[b], pair
        )
        for joint, a, b, pair in zip(found, left, right, known, strict=True)
    ]


def _joint(says: str, joint: Joint, a: Row, b: Row, pair: Pair | None) -> Json:
    return {
        "part": joint.part,
        "a": article(a),
        "b": article(b),
        "p_same_story": None if pair is None else round(pair.p_same_story, 4),
        "p_same_text": None if pair is None else round(pair.p_same_text, 4),
        "overlap": None if pair is None else round(pair.overlap, 4),
        "mean": round(joint.mean, 4),
        "pairs": joint.pairs,
        "contributions": [] if pair is None else [reasons.weight(one) for one in pair.weights],
        "missing": [] if pair is None else _missing(pair.weights),
        "says": says,
    }


def _said(kind: str, level: Level, joint: Joint, pair: Pair | None, same_from: float) -> str:
    """What held the two together that belong apart, or what kept them apart that belong together."""
    if pair is None:
        one = joint.p == 1.0
        return "both lines are one article: same source, same id" if one else "one was not read"
    if level == "copies":
        return f"text in common {pair.overlap:.2f}, same text {pair.p_same_text:.2f}"
    if kind == "merged":
        if pair.p_same_text >= COPIED:
            return "held together by text they share"
        return f"held together by {_named(pair.weights, 1) or 'nothing that stands out'}"
    against = _named(pair.weights, -1)
    missing = _missing(pair.weights)
    say = f"kept apart by {against}" if against else "too little in common"
    if missing:
        say += f"; unknown of one of them: {', '.join(missing)}"
    if joint.p >= same_from:
        say = f"these two agree, their groups do not (mean {joint.mean:.2f}); {say}"
    return say


def _named(weights: Sequence[Weight], sign: int) -> str:
    speaking = [weight for weight in weights if sign * weight.log_odds >= SPEAKS][:NAMED]
    return ", ".join(f"{weight.group} ({weight.log_odds:+.1f})" for weight in speaking)


def _missing(weights: Sequence[Weight]) -> list[str]:
    """Kinds of evidence that not both articles have."""
    return sorted(weight.group for weight in weights if reasons.is_unknown(weight.columns))


def _label(group: Hashable) -> Any:
    """A label as JSON; a rejected line has none."""
    return group if isinstance(group, str | int | float) else None
