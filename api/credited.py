"""How well credits, origins and canonicals agree with labelled texts, and every mistake."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from api.credit_errors import TextErrors, canonical_row
from api.credit_labels import LabelledText, Names, is_labelled, key_of, labelled_text, value_of
from api.evaluated import NO_P, NO_SAME, Evaluated
from api.labelled import aligned
from dedupe.credit_evaluation import (
    CanonicalScores,
    CreditScores,
    ReadText,
    Settled,
    Share,
    canonical_scores,
    scores,
)
from dedupe.credit_matching import Stated
from dedupe.evaluation import Counts
from dedupe.model import CreditKind

Row: TypeAlias = Mapping[str, Any]
Json: TypeAlias = dict[str, Any]

LEVEL = "credits"
KINDS_OF_MISTAKES = ("missed", "wrong", "taken", "source", "origin", "span", "canonical")
UNSTATED = "-"
"""Language of a text that states none."""
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One article of a labelled cluster and the canonical it has."""

    row: Row
    article: str | None
    """The id of the canonical article as its line gives it; None of a phantom."""
    source: str | None
    cluster: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCluster:
    """A cluster with a labelled canonical, and what became of its members."""

    name: str
    settled: Settled
    members: tuple[Member, ...]


def credited(
    rows: Sequence[Row],
    predicted: Sequence[Row],
    names: Names,
    clusters: Sequence[LabelledCluster] | None,
) -> Evaluated | None:
    """Credits as ``samestory credits`` writes them against labels; None where none is labelled.

    ``clusters`` are the labelled clusters with their canonicals, None where nobody asked.

    Raises:
        BadInput: a label cannot be used, or a text has no prediction.
    """
    if not any(map(is_labelled, rows)):
        return None
    said = aligned(rows, predicted)
    texts: list[ReadText] = []
    errors: list[Json] = []
    spans: list[bool] = []
    rejected = 0
    for row, told in zip(rows, said, strict=True):
        if not is_labelled(row):
            continue
        if "error" in told:
            rejected += 1
            continue
        labels = labelled_text(row, names)
        text = _read(row, labels, told, names)
        exact = [_is_exact(row, credit) for credit in told["credits"]]
        texts.append(text)
        spans += exact
        errors += TextErrors(row=row, text=text, told=told).rows(exact)
    if not texts:
        return None
    for cluster in clusters or ():
        if not cluster.settled.is_right:
            errors.append(canonical_row(cluster))
    kinds = Counter(error["kind"] for error in errors)
    return Evaluated(
        figures={
            "level": LEVEL,
            "documents": len(texts),
            "rejected": rejected,
            **_figures(scores(texts), _shown(rows, said, names)),
            "spans": _share(Share.count(spans)),
            "canonical": None if clusters is None else _canonical(clusters),
            "errors": {kind: kinds[kind] for kind in KINDS_OF_MISTAKES},
            "calibration": None,
        },
        errors=sorted(errors, key=lambda error: -error["hurt"]),
        p=NO_P,
        same=NO_SAME,
    )


def _read(row: Row, labels: LabelledText, told: Row, names: Names) -> ReadText:
    origin = told.get("origin")
    return ReadText(
        lang=row.get("lang") or UNSTATED,
        gold=labels.credits,
        found=tuple(_stated(credit, names) for credit in told["credits"]),
        origins=labels.origins,
        origin=None if origin is None else key_of(origin, names),
    )


def _stated(credit: Row, names: Names) -> Stated:
    """A credit that was read, as it is compared."""
    source, span = credit.get("source"), credit["span"]
    return Stated(
        kind=CreditKind(credit["kind"]),
        source=None if source is None else key_of(source, names),
        field=span["field"],
        start=span["start"],
        end=span["end"],
    )


def _is_exact(row: Row, credit: Row) -> bool:
    """The span cuts the phrase out of the value as posted, markup inside it aside."""
    span = credit["span"]
    value = value_of(row, span["field"])
    if value is None:
        return False
    cut = value[span["start"] : span["end"]]
    if cut == credit["text"]:
        return True
    bare = html.unescape(_TAG.sub(" ", cut))
    return "<" in value and " ".join(bare.split()) == " ".join(credit["text"].split())


def _shown(rows: Sequence[Row], said: Sequence[Row], names: Names) -> dict[str, str]:
    """The display name of every source, by its key."""
    every = [
        credit.get("source")
        for told in (*rows, *said)
        for credit in told.get("credits") or ()
        if isinstance(credit, Mapping)
    ]
    return {key_of(source, names): names(source) for source in every if source}


def _figures(found: CreditScores, shown: Mapping[str, str]) -> Json:
    return {
        "kinds": {name: _counts(counts) for name, counts in found.kinds.items()},
        "sources": _share(found.sources),
        "reprint_sources": _share(found.reprint_sources),
        "by_source": {shown.get(key, key): asdict(score) for key, score in found.by_source.items()},
        "by_language": {
            lang: {"documents": found.texts_of[lang], **_counts(counts)}
            for lang, counts in found.languages.items()
        },
        "origin": {
            "elsewhere": _share(found.origin_elsewhere),
            "own": _share(found.origin_own),
        },
        "taken_for_reprint": {
            kind: {"taken": share.right, "of": share.of, "share": _rounded(share.share)}
            for kind, share in found.taken.items()
        },
    }


def _canonical(clusters: Sequence[LabelledCluster]) -> Json:
    found: CanonicalScores = canonical_scores([one.settled for one in clusters])
    return {
        "clusters": _share(found.clusters),
        "phantoms": _share(found.phantoms),
        "articles": _share(found.articles),
        "together": _share(found.together),
    }


def _counts(counts: Counts) -> Json:
    return {
        "labels": counts.true_positive + counts.false_negative,
        "read": counts.true_positive + counts.false_positive,
        "precision": _rounded(counts.precision),
        "recall": _rounded(counts.recall),
        "f1": _rounded(counts.f1),
    }


def _share(share: Share) -> Json:
    return {"right": share.right, "of": share.of, "share": _rounded(share.share)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
