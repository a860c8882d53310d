"""Fits the verdict on the text and writes it into dedupe/data/verdicts.json.

    python -m benchmarks.train_text [--data ../shared/data] [--hand FILE] [--check]

Two logistic regressions over the hinges below: ``text`` says what is a copy by what is shared,
``refiled`` what is one piece under one headline. Sets weigh the same whatever their size; dates and
titles are dropped from a share of the training pairs. ``refiled`` is trained on silver labels
(headline and story number, or the same headline within days) and far-apart pairs under one
headline. Printed is what the whole verdict, guards included, makes of every set: in sample, and for
the pairs read by hand also from models that have not seen them. ``--hand`` names a file of further
pairs under one headline, lines of ``{"a": id, "b": id, "label": "yes" or "no"}`` with ids of
reuters_dev; nothing is fitted to it. With --check nothing is written.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import brier_score_loss, f1_score, roc_auc_score

from benchmarks.fitting import Sample, fitted
from benchmarks.text_pairs import LABELLED, LEXICAL, NAMES, TextPairs, read_sets
from dedupe.compared import same_text
from dedupe.model import Bools, Doubles
from dedupe.same_text import TextVerdict
from dedupe.verdict import FORMAT

VERSION = "2"
FOLDS = 8
UNDATED, UNTITLED = 0.4, 0.25
"""Shares of the training pairs that lose their dates and titles."""
OPEN_LABEL = 0.4
"""Label of pairs of wire stories that share a fifth to a half of their text under other headlines:
wrap-ups, follow-ups and rewrites, on which the silver labels are silent."""
WEIGHT_BY_HAND = 6.0
"""Weight of the pairs read by hand; every other set weighs .25 to .6."""
RIDGE = 0.001
RISING = (
    "jaccard", "containment", "head", "tail", "longest", "in_long_runs", "word_containment",
    "number_containment", "rest_shared", "title_jaccard", "title_length",
)  # fmt: skip
FALLING = ("quoted", "one_run", "other_terms", "time_gap")
TEXT: list[dict[str, Any]] = [
    {"of": "jaccard"},
    {"of": "jaccard", "above": 0.2},
    {"of": "jaccard", "above": 0.4},
    {"of": "containment"},
    {"of": "containment", "above": 0.5},
    {"of": "containment", "above": 0.7},
    {"of": "shorter", "below": 5.0},
    {"of": "length_ratio"},
    {"of": "tail"},
    {"of": "longest"},
    {"of": "in_long_runs"},
    {"of": "one_run"},
    {"of": "quoted", "above": 0.3},
    {"of": "word_containment"},
    {"of": "rest_shared"},
    {"of": "has_rest"},
    {"of": "title_jaccard"},
    {"of": "has_titles"},
    {"of": "time_gap"},
    {"of": "has_times"},
    {"of": "same_outlet"},
]
REFILED: list[dict[str, Any]] = [
    {"of": "title_jaccard"},
    {"of": "title_length", "below": 2.3},
    {"of": "word_containment"},
    {"of": "word_containment", "above": 0.55},
    {"of": "number_containment"},
    {"of": "has_numbers"},
    {"of": "containment"},
    {"of": "head"},
    {"of": "shorter", "below": 5.0},
    {"of": "time_gap"},
    {"of": "time_gap", "above": 1.1},
    {"of": "has_times"},
    {"of": "other_terms"},
]
COPIES = ("reprint", "partial")
SAME_DAYS, OTHER_DAYS = 96.0, 72.0
"""Hours up to which silver filings are one piece, and from which the others are not."""
OTHER_WORDS, OTHER_TEXT = 0.54, 0.1
"""Shares of words and of text under which two filings are silver only by a standing headline."""

Sets = Mapping[str, TextPairs]


def main() -> None:
    """Fit, report, write."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--hand", type=Path, help="further pairs under one headline")
    options.add_argument("--out", type=Path, default=Path("dedupe/data/verdicts.json"))
    options.add_argument("--check", action="store_true", help="report only")
    given = options.parse_args()
    sets = read_sets(given.data)
    made = {"text": fitted_text(sets), "refiled": fitted_refiled(sets)}
    verdict = TextVerdict.from_data(made)
    report_by_hand(sets)
    report_lexical(sets, verdict)
    report_different(sets, verdict)
    report_one_headline(sets, verdict)
    if given.hand:
        report_hand_labels(sets["one headline"], verdict, given.hand)
    if not given.check:
        write(given.out, made)


def write(path: Path, made: Mapping[str, Any]) -> None:
    """The two models are in the data file; the others stay."""
    data = json.loads(path.read_text(encoding="utf-8"))
    data |= {"format": FORMAT, "version": VERSION, **made}
    data["sets"] = {**data["sets"], "text": sorted([*LEXICAL, *LABELLED])}
    data["made_by"] = "benchmarks/train_story.py, benchmarks/train_text.py"
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def fitted_text(sets: Sets, *, unseen: Bools | None = None) -> dict[str, Any]:
    """The model of what is a copy; ``unseen`` pairs of handread_dev are left out."""
    chance = np.random.default_rng(0)
    samples = []

    def add(pairs: TextPairs, chosen: Bools, label: float | Doubles, weight: float) -> None:
        columns = _thinned(pairs.features[chosen], chance)
        samples.append(Sample(columns, np.broadcast_to(label, len(columns)), weight))

    for name in LEXICAL:
        pairs = sets[name]
        add(pairs, pairs.reference, 1.0, 0.6)
        other = ~pairs.reference & (pairs.of("jaccard") >= 0.2) & (pairs.of("title_jaccard") < 0.6)
        if name != "allsides_dev":  # its pairs of this kind were read by hand
            add(pairs, other, OPEN_LABEL, 0.25)
        for kind in ("low", "random"):
            pairs = sets[f"{name} {kind}"]
            little = (pairs.of("jaccard") < 0.15) & (pairs.of("containment") < 0.4)
            add(pairs, little & (pairs.of("title_jaccard") < 0.5) & ~pairs.one_piece, 0.0, 0.4)
    for name in ("bloomberg_hard", "bloomberg_large", "finnews_human"):
        add(sets[name], sets[name].called("DIFFERENT"), 0.0, 0.4)
    columns = sets["one headline"]
    add(columns, silver(columns)[1], 0.0, 0.3)
    pairs = sets["handread_dev"]
    seen = np.ones(len(pairs.left), np.bool_) if unseen is None else ~unseen
    copies = pairs.called(*COPIES)[seen].astype(np.float64)
    for _ in range(3):
        add(pairs, seen, copies, WEIGHT_BY_HAND / 3 * seen.mean())
    return _fitted(TEXT, samples)


def fitted_refiled(sets: Sets) -> dict[str, Any]:
    """The model of what is one piece under one headline."""
    chance = np.random.default_rng(0)
    samples = []
    for name in ("one headline", "like headlines"):
        pairs = sets[name]
        yes, no = silver(pairs, like=name == "like headlines")
        much = pairs.of("jaccard") >= 0.5
        for chosen, label, weight in (
            (yes & ~much, 1.0, 1.0),
            (yes & much, 1.0, 0.3),
            (no, 0.0, 1.0),
        ):
            columns = _thinned(pairs.features[chosen], chance, dates=0.2, titles=0.0)
            samples.append(Sample(columns, np.full(len(columns), label), weight))
    for name in ("bloomberg_hard", "bloomberg_large"):
        pairs = sets[name]
        columns = pairs.features[pairs.called("DIFFERENT") & (pairs.of("title_jaccard") >= 0.5)]
        samples.append(Sample(columns, np.zeros(len(columns)), 0.3))
    return _fitted(REFILED, samples)


def silver(pairs: TextPairs, *, like: bool = False) -> tuple[Bools, Bools]:
    """Pairs that are filings of one piece, and pairs that are not, by the set's own labels.

    A headline that stands over other words every day is neither. ``like`` headlines are no proof
    of other pieces where they share text.
    """
    overlap = pairs.of("jaccard")
    standing = (pairs.of("word_containment") < OTHER_WORDS) & (overlap < OTHER_TEXT)
    yes = pairs.one_piece & (pairs.hours < SAME_DAYS) & ~standing
    apart = OTHER_DAYS / 3 if like else OTHER_DAYS
    no = ~pairs.one_piece & (pairs.hours > apart) & (overlap < (0.2 if like else 0.35))
    return yes, no


def _fitted(basis: list[dict[str, Any]], samples: list[Sample]) -> dict[str, Any]:
    return fitted(NAMES, basis, samples, ridge=RIDGE, rising=RISING, falling=FALLING)


def _thinned(
    columns: Doubles,
    chance: np.random.Generator,
    *,
    dates: float = UNDATED,
    titles: float = UNTITLED,
) -> Doubles:
    """The columns with dates and titles taken from shares of the pairs."""
    thinned = columns.copy()
    for share, names in (
        (dates, ("time_gap", "has_times")),
        (titles, ("title_jaccard", "title_length", "has_titles")),
    ):
        chosen = chance.random(len(columns)) < share
        for name in names:
            thinned[chosen, NAMES.index(name)] = 0.0
    return thinned


def verdicts_on(pairs: TextPairs, verdict: TextVerdict) -> Doubles:
    """p_same_text as the product gives it."""
    return same_text(verdict, pairs.texts.profiles, pairs.texts.words, pairs.left, pairs.right).p


def report_by_hand(sets: Sets) -> None:
    """Print what is made of the pairs read by hand, in sample and by models that left them out."""
    pairs = sets["handread_dev"]
    refiled = fitted_refiled(sets)
    copies = pairs.called(*COPIES)

    def judged(unseen: Bools | None) -> Doubles:
        text = fitted_text(sets, unseen=unseen)
        return verdicts_on(pairs, TextVerdict.from_data({"text": text, "refiled": refiled}))

    _print_by_hand("in sample", pairs, copies, judged(None))
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(copies))
        p = np.zeros(len(copies))
        for fold in range(FOLDS):
            unseen = np.zeros(len(copies), np.bool_)
            unseen[order[fold::FOLDS]] = True
            p[unseen] = judged(unseen)[unseen]
        _print_by_hand(f"left out {seed}", pairs, copies, p)


def _print_by_hand(tag: str, pairs: TextPairs, copies: Bools, p: Doubles) -> None:
    kinds = " ".join(
        f"{kind} {(p[pairs.called(kind)] >= 0.5).sum()}/{pairs.called(kind).sum()}"
        for kind in ("reprint", "partial", "quotes", "furniture")
    )
    right, auc = ((p >= 0.5) == copies).mean(), roc_auc_score(copies, p)
    brier, error = brier_score_loss(copies, p), calibration_error(copies, p)
    print(
        f"handread_dev {tag:12} accuracy {right:.3f} AUC {auc:.3f} Brier {brier:.3f} "
        f"ECE {error:.3f}; called copies: {kinds}"
    )


def report_lexical(sets: Sets, verdict: TextVerdict) -> None:
    """Print recall of the lexical reference and p between it and its lower end."""
    for name in LEXICAL:
        pairs = sets[name]
        p, j, c = verdicts_on(pairs, verdict), pairs.of("jaccard"), pairs.of("containment")
        kinds = {
            "J>=.5": j >= 0.5,
            "J>=.8": j >= 0.8,
            "C>=.8": c >= 0.8,
            "C>=.8 J<.5": (c >= 0.8) & (j < 0.5),
        }
        told = " ".join(
            f"{kind} {(p[chosen] >= 0.5).mean():.4f} of {chosen.sum()},"
            for kind, chosen in kinds.items()
        )
        middle = ~pairs.reference & (j >= 0.2)
        titled = pairs.of("title_jaccard") >= 0.5
        spread = [
            "/".join(f"{q:.2f}" for q in np.quantile(p[middle & chosen], [0.1, 0.5, 0.9]))
            for chosen in (titled, ~titled)
            if np.any(middle & chosen)
        ]
        print(f"{name:14} {told} p at J .2 to .5, like and other headlines: {', '.join(spread)}")
        low = sets[f"{name} low"]
        few = (low.of("jaccard") < 0.2) & (low.of("title_jaccard") < 0.5)
        wrong = (verdicts_on(low, verdict)[few] >= 0.5).mean()
        print(f"{'':14} J<.2, other headlines: called copies {wrong:.4f} of {few.sum()}")


def report_different(sets: Sets, verdict: TextVerdict) -> None:
    """Print how many pairs of look-alikes are called copies."""
    for name in ("bloomberg_hard", "bloomberg_large", "finnews_human"):
        pairs = sets[name]
        p, other = verdicts_on(pairs, verdict), pairs.called("DIFFERENT")
        print(f"{name:16} DIFFERENT called copies {(p[other] >= 0.5).mean():.4f} of {other.sum()}")


def report_one_headline(sets: Sets, verdict: TextVerdict) -> None:
    """Print what is made of pairs under one headline, by silver labels."""
    for name in ("one headline", "like headlines"):
        pairs = sets[name]
        p = verdicts_on(pairs, verdict)
        yes, no = silver(pairs, like=name == "like headlines")
        known = yes | no
        f1 = f1_score(yes[known], p[known] >= 0.5)
        brier, error = (
            brier_score_loss(yes[known], p[known]),
            calibration_error(yes[known], p[known]),
        )
        little = yes & (pairs.of("jaccard") < 0.2)
        found = (p[little] >= 0.5).mean() if np.any(little) else np.nan
        print(
            f"{name:14} silver F1 {f1:.3f} Brier {brier:.3f} ECE {error:.3f}, "
            f"recall at J<.2 {found:.3f} of {little.sum()}, "
            f"others called copies {(p[no] >= 0.5).mean():.3f} of {no.sum()}"
        )


def report_hand_labels(pairs: TextPairs, verdict: TextVerdict, path: Path) -> None:
    """Print what is made of further labelled pairs under one headline."""
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    number = pairs.texts.number
    left, right = np.array([[number[row["a"]], number[row["b"]]] for row in told]).T
    yes = np.array([row["label"] == "yes" for row in told])
    p = same_text(verdict, pairs.texts.profiles, pairs.texts.words, left, right).p
    f1, always = f1_score(yes, p >= 0.5), f1_score(yes, np.ones(len(yes)))
    print(f"{path.name}: F1 {f1:.3f} (always yes {always:.3f}) AUC {roc_auc_score(yes, p):.3f}")
    for k in np.flatnonzero((p >= 0.5) != yes).tolist():
        print(f"  {told[k]['label']:3} p {p[k]:.2f} {told[k]['a']} {told[k]['b']}")


def calibration_error(truth: Bools, p: Doubles, bins: int = 10) -> float:
    """Mean distance between p and the share of yes in equal bins of p, by size (ECE)."""
    number = np.minimum((p * bins).astype(np.int64), bins - 1)
    size = np.bincount(number, minlength=bins)
    apart = np.abs(np.bincount(number, p - truth, bins))
    return float(apart.sum() / max(size.sum(), 1))


if __name__ == "__main__":
    main()
