"""Fits the verdict on the event and writes it into dedupe/data/verdicts.json.

    python -m benchmarks.train_story --data ../shared/data --cache DIR [--seeds seeds] [--check]

The model is a logistic regression over the columns of ``STORY``. It is fitted to all candidate
pairs of each set, those the service would judge, so that its probabilities mean what they say;
sets weigh what ``WEIGHT`` says whatever their size, and dates, titles and vectors are taken from
a share of the pairs, so that an article without them is judged by what is there. The pairs of
``labels/story_pairs.tsv`` were read one by one, by a language model; each stands for the
candidates of its kind.

For every set the same is fitted without it and kept in benchmarks/folds/story, where
benchmarks/stories.py finds it. Printed are calibration and F1 of each set by the model that has
not seen it, and p_same_story of the seeds, to which nothing is fitted but ``UNDATED``. With
--check nothing is written.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.development_sets import (
    Corpus,
    Pairs,
    VectorCache,
    both_sides,
    candidates,
    corpus,
    hand_read,
    labelled,
    overlap_of,
    rows,
)
from benchmarks.fitting import Sample
from dedupe.calibration import calibration
from dedupe.evaluation import pair_scores
from dedupe.evidence.event import FEATURE_NAMES, features
from dedupe.logistic import Logistic
from dedupe.model import Doubles
from dedupe.settings import Settings
from dedupe.terms import Background
from dedupe.verdict import FORMAT, Verdicts

VERSION = "2"
CLUSTERED = ("fnc1", "basil", "ecbplus_dev")
PAIRED = {
    "semeval": "semeval2022t8_dev",
    "telegram": "telegram_news_pairs",
    "finnews": "finnews_human",
    "bloomberg_hard": "bloomberg_hard",
    "bloomberg_large": "bloomberg_large",
}
READ = ("reuters_dev", "allsides_dev")
"""Sets of which pairs were read one by one."""
WEIGHT = {"reuters_dev": 0.5, "semeval": 1.0, "telegram": 0.7, "finnews": 0.15,
          "bloomberg_hard": 0.3, "bloomberg_large": 0.5, "hand": 0.7}  # fmt: skip
"""Silver labels, headlines without a body and shortened texts count for less than 1."""
FOLDS = Path(__file__).parent / "folds" / "story"
LABELS = Path(__file__).parent / "labels" / "story_pairs.tsv"
REUTERS_ARTICLES = slice(16_000, 22_000)
"""Consecutive articles: look-alikes of one time."""
WINDOW = 24.0 * 60
DATES = ("time_gap", "has_times", "day_gap", "has_days", "days_apart", "lede_day_gap",
         "has_lede_days")  # fmt: skip
TITLES = ("title_cosine", "title_cover", "has_titles", "title_lede_cover")
VECTORS = ("lede_cosine", "has_ledes")
DROPPED = ((0.5, DATES), (0.3, TITLES), (0.08, VECTORS))
"""Shares of the training pairs that lose their dates, titles or vectors."""
UNDATED = {"knee": 1.65, "level": 0.82, "slope": 5.0}
"""How far content alone convinces, set so that the May and June disclosures of the seeds, posted
without dates, stay under .7; beyond log odds of 1.86 nothing changes."""
TEMPERED = 0.75
"""Power of the number of candidates that such a pair stands for: with 1 few pairs of low
probability would rule the fit."""
RIDGE = 0.02
"""Inverse strength of the L2 penalty on standardised columns."""


def _ln(days: float) -> float:
    return round(float(np.log(days)), 4)


def _hinges(of: str, *above: float) -> list[dict[str, Any]]:
    return [{"of": of}, *({"of": of, "above": knot} for knot in above)]


STORY: list[dict[str, Any]] = [
    *_hinges("lede_cosine", 0.5, 0.75),
    *_hinges("has_ledes"),
    *_hinges("word_cosine", 0.15, 0.35),
    *_hinges("name_cosine", 0.2, 0.45),
    *_hinges("has_names"),
    *_hinges("name_mass"),
    *_hinges("number_cosine"),
    *_hinges("number_mass"),
    *_hinges("has_numbers"),
    *_hinges("title_cosine"),
    *_hinges("title_cover"),
    *_hinges("has_titles"),
    *_hinges("title_lede_cover", 0.4),
    *_hinges("weekday_shared"),
    *_hinges("has_weekdays"),
    *_hinges("has_times"),
    *_hinges("time_gap", _ln(2), _ln(4), _ln(15)),
    *_hinges("has_days"),
    *_hinges("day_gap", _ln(3)),
    *_hinges("days_apart"),
    *_hinges("lede_day_gap"),
    *_hinges("has_lede_days"),
    *_hinges("lede_name_cover", 0.3),
    *_hinges("lede_name_least"),
    *_hinges("has_lede_names"),
    *_hinges("lede_number_cover", 0.5),
    *_hinges("has_lede_numbers"),
    *_hinges("lede_place_cover", 0.5),
    *_hinges("has_lede_places"),
    *_hinges("pair_cosine", 0.2),
    *_hinges("pair_mass"),
    *_hinges("measure_cosine"),
    *_hinges("measure_mass"),
    *_hinges("has_measures"),
    *_hinges("quote_mass"),
    *_hinges("place_cosine", 0.3),
    *_hinges("place_mass"),
    *_hinges("has_places"),
    *_hinges("country_shared"),
    *_hinges("same_outlet"),
    {"of": "length", "below": 6.0},
    *_hinges("length_ratio"),
    *_hinges("overlap"),
    *_hinges("containment"),
]


def main() -> None:
    """Fit, report, write."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--cache", type=Path, required=True, help="folder for lede vectors")
    options.add_argument("--seeds", type=Path, default=Path("seeds"))
    options.add_argument("--out", type=Path, default=Path("dedupe/data/verdicts.json"))
    options.add_argument("--check", action="store_true", help="report only")
    given = options.parse_args()
    shipped = json.loads(given.out.read_text(encoding="utf-8"))
    table = given.out.with_name("background.tsv").read_text(encoding="utf-8")
    lab = Laboratory(given.data, Background.from_tsv(table), VectorCache(given.cache / "ledes.npz"))
    samples = lab.samples()
    folds = {name: fitted(samples, without=name) for name in dict.fromkeys(map(family, samples))}
    for name, sample in samples.items():
        _report(name, sample, made_of(shipped, folds[family(name)], samples))
    made = made_of(shipped, fitted(samples), samples)
    _report_seeds(given.seeds, lab, Verdicts.from_data(made))
    if not given.check:
        given.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        FOLDS.mkdir(parents=True, exist_ok=True)
        for name, fold in folds.items():
            told = json.dumps({"story": fold, "undated": UNDATED}, indent=1)
            (FOLDS / f"{name}.json").write_text(told + "\n", encoding="utf-8")


def family(name: str) -> str:
    """What is left out with a set.

    Both bloomberg files have articles in common; most pairs read one by one are of Reuters.
    """
    if name.startswith("bloomberg"):
        return "bloomberg"
    return "reuters_dev" if name == "hand" else name


def made_of(
    shipped: Mapping[str, Any], story: Mapping[str, Any], samples: Mapping[str, Sample]
) -> dict[str, Any]:
    """The shipped data file with this model of the event."""
    sets = {**shipped["sets"], "story": sorted(samples)}
    return {**shipped, "format": FORMAT, "version": VERSION, "sets": sets, "story": story,
            "undated": UNDATED}  # fmt: skip


class Laboratory:
    """The development sets, read once."""

    def __init__(self, data: Path, background: Background, cache: VectorCache) -> None:
        self._data = data
        self.background = background
        self.cache = cache

    def samples(self) -> dict[str, Sample]:
        """Candidate pairs of every set as columns of event features."""
        found: dict[str, Sample] = {}
        for name in CLUSTERED:
            one = self._corpus(name, rows(self._data / f"{name}.jsonl.gz"))
            found[name] = self._sample(name, one, candidates(one, neighbours=48, window=None))
        one = self._corpus("reuters_dev", self._reuters())
        pairs = candidates(one, neighbours=48, window=WINDOW)
        found["reuters_dev"] = self._sample("reuters_dev", one, pairs)
        for name, stem in PAIRED.items():
            told = rows(self._data / f"{stem}.pairs.jsonl.gz")
            one = self._corpus(name, both_sides(told))
            found[name] = self._sample(name, one, labelled(one, told))
        found["hand"] = self._hand()
        return found

    def columns(self, found: Corpus, pairs: Pairs) -> Doubles:
        """Event features of pairs with their overlaps."""
        jaccard, inside, around = overlap_of(found, pairs.left, pairs.right)
        return features(
            found.batch,
            pairs.left,
            pairs.right,
            overlap=jaccard,
            containment=np.maximum(inside, around),
        )

    def _sample(self, name: str, found: Corpus, pairs: Pairs) -> Sample:
        return Sample(self.columns(found, pairs), pairs.label, WEIGHT.get(name, 1.0))

    def _hand(self) -> Sample:
        """The pairs read one by one; of the labels only E is one event."""
        parts = []
        for name in READ:
            told = rows(self._data / f"{name}.jsonl.gz")
            documents, ends, label, weight = hand_read(LABELS, name, told)
            one = self._corpus(f"{name}, pairs read one by one", documents)
            left, right = np.array([[one.number[a], one.number[b]] for a, b in ends]).T
            pairs = Pairs(left=left, right=right, label=label)
            weight = weight**TEMPERED
            parts.append((self.columns(one, pairs), label, weight / weight.mean()))
        columns, label, each = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Sample(columns, label, WEIGHT["hand"], each)

    def _corpus(self, name: str, documents: Sequence[dict[str, Any]]) -> Corpus:
        print(f"reading {name}: {len(documents)} articles", flush=True)
        return corpus(documents, self.background, self.cache)

    def _reuters(self) -> list[dict[str, Any]]:
        found = sorted(rows(self._data / "reuters_dev.jsonl.gz"), key=lambda d: d["published"])
        return found[REUTERS_ARTICLES]


def fitted(samples: Mapping[str, Sample], *, without: str | None = None) -> dict[str, Any]:
    """The model of the same event; ``without`` names a family of sets to leave out."""
    chance = np.random.default_rng(0)
    parts = []
    for name, sample in samples.items():
        if family(name) == without:
            continue
        times = 1 if len(sample.label) > 8000 else 3
        for _ in range(times):
            columns = _thinned(sample.columns, chance, dated=name == "hand")
            parts.append((columns, sample.label, sample.each() * (sample.weight / times)))
    columns, label, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _logistic(columns, label, weight / weight.mean())


def _thinned(columns: Doubles, chance: np.random.Generator, *, dated: bool) -> Doubles:
    """The columns with titles, vectors and, unless ``dated``, dates taken from shares of them.

    Whether a later development was read as one event says nothing about texts without dates.
    """
    thinned = columns.copy()
    for share, names in DROPPED:
        chosen = chance.random(len(columns)) < (0.0 if dated and names is DATES else share)
        for name in names:
            thinned[chosen, FEATURE_NAMES.index(name)] = 0.0
    return thinned


def _logistic(columns: Doubles, label: Doubles, weight: Doubles) -> dict[str, Any]:
    """A logistic regression in the form of the data file."""
    empty = {"features": list(FEATURE_NAMES), "basis": STORY}
    basis = Logistic.from_data(empty).basis(columns)
    middle = np.average(basis, axis=0, weights=weight)
    spread = np.sqrt(np.average((basis - middle) ** 2, axis=0, weights=weight))
    spread[spread < 1e-9] = 1.0
    found = LogisticRegression(C=RIDGE, max_iter=200, solver="newton-cholesky")
    found.fit((basis - middle) / spread, label, sample_weight=weight)
    slopes = found.coef_[0] / spread
    return {
        "features": list(FEATURE_NAMES),
        "basis": [
            {**column, "coefficient": round(float(slope), 5)}
            for column, slope in zip(STORY, slopes, strict=True)
        ],
        "intercept": round(float(found.intercept_[0] - slopes @ middle), 5),
    }


def _report(name: str, sample: Sample, left_out: Mapping[str, Any]) -> None:
    """Print how a set comes out of a model that has not seen it."""
    p = Verdicts.from_data(left_out).p_same_story(sample.columns)
    yes = sample.label >= 0.5
    told = calibration(p, yes)
    assert told is not None
    threshold = Settings().story_threshold
    f1 = pair_scores(yes, p >= threshold).f1 or 0.0
    print(
        f"{name:16} {len(p):6} pairs, yes {yes.mean():.3f} mean p {p.mean():.3f} "
        f"ECE {told.error:.3f} Brier {told.brier:.4f} F1 at {threshold} {f1:.3f}",
        flush=True,
    )


def _report_seeds(folder: Path, lab: Laboratory, verdicts: Verdicts) -> None:
    """Print p_same_story of the seeds, with and without their dates."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for dated in (True, False):
        documents = [
            {
                "id": seed["id"],
                "title": seed["title"],
                "source": seed["source"],
                "published": seed["published"] if dated else None,
                "body": (folder / seed["file"]).read_text(encoding="utf-8"),
            }
            for seed in manifest
        ]
        found = corpus(
            [{k: v for k, v in d.items() if v} for d in documents], lab.background, lab.cache
        )
        left, right = np.triu_indices(len(documents), 1)
        p = verdicts.p_same_story(
            lab.columns(found, Pairs(left=left, right=right, label=np.zeros(len(left))))
        )
        ends = zip(left.tolist(), right.tolist(), p.tolist(), strict=True)
        print("dated  " if dated else "undated", " ".join(f"{a}-{b}:{v:.2f}" for a, b, v in ends))


if __name__ == "__main__":
    main()
