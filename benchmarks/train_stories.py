"""Fits the verdict on the event and writes it into dedupe/data/verdicts.json.

    python -m benchmarks.train_stories --data ../shared/data --cache DIR [--seeds seeds] [--check]

The model is a logistic regression over the hinges below. Sets weigh the same whatever their
size; dates and titles are dropped from a share of the training pairs, so that an article without
them is judged by what is there. No coefficient is fitted to the seeds, but ``SATURATION`` was set
with their undated verdicts in view (and its last step, .82 to .78, by them alone), so that these
show what was asked for and test nothing. Printed are, for every set left
out of training, B-cubed F1 and ARI of average-linked clusters at a mean p of .5, or the F1 and
Brier score of its pairs. With --check nothing is written.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, brier_score_loss, f1_score

from benchmarks.development_sets import (
    Corpus,
    Pairs,
    VectorCache,
    both_sides,
    corpus,
    labelled,
    overlap_of,
    rows,
    story_pairs,
)
from benchmarks.fitting import Sample
from dedupe.evidence.event import FEATURE_NAMES, features
from dedupe.logistic import Logistic
from dedupe.model import Doubles
from dedupe.terms import Background
from dedupe.verdict import Saturation, Verdicts

VERSION = "1"
CLUSTERED = ("fnc1", "basil", "ecbplus_dev")
PAIRED = {
    "semeval": "semeval2022t8_dev",
    "telegram": "telegram_news_pairs",
    "finnews": "finnews_human",
    "bloomberg_hard": "bloomberg_hard",
    "bloomberg_large": "bloomberg_large",
}
WEIGHT = {"semeval": 0.5, "telegram": 0.5, "finnews": 0.3, "bloomberg_hard": 0.3,
          "bloomberg_large": 0.3, "reuters_dev": 0.7}  # fmt: skip
"""Silver labels, headlines without a body and shortened texts count for less than 1."""
DAY = 24.0
REUTERS_ARTICLES = slice(16_000, 22_000)
UNDATED, UNTITLED, UNEMBEDDED = 0.5, 0.3, 0.08
"""Shares of the training pairs that lose their dates, titles or vectors."""
YES_DATED, YES_UNDATED = 1.3, 2.7
"""Weight of a yes with and without dates, which moves the point that a mean p of .5 stands for.
The undated one was chosen on fnc1, basil and ecbplus_dev by B-cubed F1, in sample, together with
``SATURATION``; the dated one was set once and not searched."""
SATURATION = {"knee": 2.6, "level": 0.78, "slope": 1.8}
RIDGE = 0.3
"""Inverse strength of the L2 penalty on standardised columns."""


def _ln(days: float) -> float:
    return round(float(np.log(days)), 4)


STORY: list[dict[str, Any]] = [
    {"of": "lede_cosine"},
    {"of": "lede_cosine", "above": 0.5},
    {"of": "lede_cosine", "above": 0.75},
    {"of": "has_ledes"},
    {"of": "word_cosine"},
    {"of": "word_cosine", "above": 0.15},
    {"of": "word_cosine", "above": 0.35},
    {"of": "name_cosine"},
    {"of": "name_cosine", "above": 0.2},
    {"of": "name_cosine", "above": 0.45},
    {"of": "has_names"},
    {"of": "name_mass"},
    {"of": "number_cosine"},
    {"of": "number_mass"},
    {"of": "has_numbers"},
    {"of": "title_cosine"},
    {"of": "title_cover"},
    {"of": "has_titles"},
    {"of": "weekday_shared"},
    {"of": "has_weekdays"},
    {"of": "has_times"},
    {"of": "time_gap"},
    {"of": "time_gap", "above": _ln(2)},
    {"of": "time_gap", "above": _ln(4)},
    {"of": "time_gap", "above": _ln(15)},
    {"of": "has_days"},
    {"of": "day_gap"},
    {"of": "day_gap", "above": _ln(3)},
    {"of": "same_outlet"},
    {"of": "length", "below": 6.0},
    {"of": "length_ratio"},
    {"of": "overlap"},
    {"of": "containment"},
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
    table = given.out.with_name("background.tsv").read_text(encoding="utf-8")
    lab = Laboratory(given.data, Background.from_tsv(table), VectorCache(given.cache / "ledes.npz"))
    samples = lab.story_samples()
    _report_left_out(lab, samples)
    made = {**json.loads(given.out.read_text(encoding="utf-8")), "story": fitted_story(samples)}
    made["sets"]["story"] = sorted(samples)
    made["undated"] = SATURATION
    verdicts = Verdicts.from_data(made)
    _report_seeds(given.seeds, lab, verdicts)
    if not given.check:
        given.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


class Laboratory:
    """The development sets, read once."""

    def __init__(self, data: Path, background: Background, cache: VectorCache) -> None:
        self._data = data
        self.background = background
        self.cache = cache
        self.corpora: dict[str, Corpus] = {}
        self.pairs: dict[str, Pairs] = {}

    def story_samples(self) -> dict[str, Sample]:
        """Every set's pairs as columns of event features."""
        for name in CLUSTERED:
            found = self._corpus(name, rows(self._data / f"{name}.jsonl.gz"))
            self.pairs[name] = story_pairs(found, neighbours=25, window=None)
        found = self._corpus("reuters_dev", self._reuters())
        self.pairs["reuters_dev"] = story_pairs(found, neighbours=25, window=60 * DAY)
        for name, stem in PAIRED.items():
            pairs = rows(self._data / f"{stem}.pairs.jsonl.gz")
            self.pairs[name] = labelled(self._corpus(name, both_sides(pairs)), pairs)
        return {
            name: Sample(self.columns(name, pairs), pairs.label, WEIGHT.get(name, 1.0))
            for name, pairs in self.pairs.items()
        }

    def columns(self, name: str, pairs: Pairs) -> Doubles:
        """Event features of pairs with their overlaps."""
        found = self.corpora[name]
        jaccard, inside, around = overlap_of(found, pairs.left, pairs.right)
        return features(
            found.batch,
            pairs.left,
            pairs.right,
            overlap=jaccard,
            containment=np.maximum(inside, around),
        )

    def _corpus(self, name: str, documents: Sequence[dict[str, Any]]) -> Corpus:
        self.corpora[name] = corpus(documents, self.background, self.cache)
        print(f"read {name}: {len(documents)} articles", flush=True)
        return self.corpora[name]

    def _reuters(self) -> list[dict[str, Any]]:
        """Consecutive articles: look-alikes of one time."""
        found = sorted(rows(self._data / "reuters_dev.jsonl.gz"), key=lambda d: d["published"])
        return found[REUTERS_ARTICLES]


def fitted_story(samples: Mapping[str, Sample], *, without: str | None = None) -> dict[str, Any]:
    """The model of the same event; ``without`` names a set to leave out (bloomberg is one set)."""
    chance = np.random.default_rng(0)
    family = (without or "none").split("_")[0]
    parts: list[Sample] = []
    for name, sample in samples.items():
        if name.split("_")[0] == family:
            continue
        times = 1 if len(sample.label) > 3000 else 3
        for _ in range(times):
            columns = _thinned(sample.columns, chance)
            parts.append(Sample(columns, sample.label, sample.weight / times))
    return _fitted(FEATURE_NAMES, STORY, parts)


def _weight_of_yes(columns: Doubles) -> Doubles:
    dated = columns[:, FEATURE_NAMES.index("has_times")] > 0
    return np.where(dated, YES_DATED, YES_UNDATED)


def _thinned(columns: Doubles, chance: np.random.Generator) -> Doubles:
    """The columns with dates, titles and vectors taken from shares of the pairs."""
    thinned = columns.copy()
    for share, names in (
        (UNDATED, ("time_gap", "has_times", "day_gap", "has_days")),
        (UNTITLED, ("title_cosine", "title_cover", "has_titles")),
        (UNEMBEDDED, ("lede_cosine", "has_ledes")),
    ):
        chosen = chance.random(len(columns)) < share
        for name in names:
            thinned[chosen, FEATURE_NAMES.index(name)] = 0.0
    return thinned


def _fitted(
    names: Sequence[str], basis: Sequence[dict[str, Any]], parts: Sequence[Sample]
) -> dict[str, Any]:
    """A logistic regression in the form of the data file."""
    model = Logistic.from_data({"features": list(names), "basis": list(basis)})
    columns = model.basis(np.concatenate([part.columns for part in parts]))
    label = np.concatenate([part.label for part in parts])
    weight = np.concatenate([_weights(part) for part in parts])
    weight /= weight.mean()
    middle = np.average(columns, axis=0, weights=weight)
    spread = np.sqrt(np.average((columns - middle) ** 2, axis=0, weights=weight))
    spread[spread < 1e-9] = 1.0
    found = LogisticRegression(C=RIDGE, max_iter=3000)
    found.fit((columns - middle) / spread, label, sample_weight=weight)
    slopes = found.coef_[0] / spread
    return {
        "features": list(names),
        "basis": [
            {**column, "coefficient": round(float(slope), 5)}
            for column, slope in zip(basis, slopes, strict=True)
        ],
        "intercept": round(float(found.intercept_[0] - slopes @ middle), 5),
    }


def _weights(part: Sample) -> Doubles:
    weight = np.where(part.label > 0, _weight_of_yes(part.columns), 1.0)
    return weight / weight.sum() * part.weight


def _p_story(model: Mapping[str, Any], columns: Doubles) -> Doubles:
    logistic = Logistic.from_data(model)
    logit = logistic.logit(columns)
    dated = columns[:, FEATURE_NAMES.index("has_times")] > 0
    logit = np.where(dated, logit, Saturation(**SATURATION)(logit))
    return np.asarray(1.0 / (1.0 + np.exp(-logit)), dtype=np.float64)


def _undated(columns: Doubles) -> Doubles:
    """The columns as they are for articles without a date."""
    bare = columns.copy()
    for name in ("time_gap", "has_times", "day_gap", "has_days"):
        bare[:, FEATURE_NAMES.index(name)] = 0.0
    return bare


def _report_left_out(lab: Laboratory, samples: Mapping[str, Sample]) -> None:
    """Print how each set comes out of a model that has not seen it."""
    for name in CLUSTERED:
        model = fitted_story(samples, without=name)
        found = lab.corpora[name]
        left, right = np.triu_indices(len(found.profiles), 1)
        columns = lab.columns(name, Pairs(left=left, right=right, label=np.zeros(len(left))))
        stories = np.unique([s or "" for s in found.stories], return_inverse=True)[1]
        for tag, seen in (("", columns), (" undated", _undated(columns))):
            joined = linkage(1.0 - _p_story(model, seen), "average")
            labels = fcluster(joined, 0.5, "distance")
            f1, precision, recall = b_cubed(stories, labels)
            ari = adjusted_rand_score(stories, labels)
            print(f"{name + tag:22} B3 {f1:.3f} (P {precision:.3f} R {recall:.3f}) ARI {ari:.3f}")
    for name in (*PAIRED, "reuters_dev"):
        p = _p_story(fitted_story(samples, without=name), samples[name].columns)
        label = samples[name].label
        f1, brier = f1_score(label, p >= 0.5), brier_score_loss(label, p)
        print(
            f"{name:22} F1 {f1:.3f} Brier {brier:.3f} mean p {p.mean():.3f} of {label.mean():.3f}"
        )


def b_cubed(truth: np.ndarray[Any, Any], found: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    """B-cubed F1, precision and recall of labels against true labels."""
    truth, found = (np.unique(x, return_inverse=True)[1] for x in (truth, found))
    table = np.zeros((truth.max() + 1, found.max() + 1))
    np.add.at(table, (truth, found), 1)
    precision = float((table**2 / table.sum(axis=0)).sum() / len(truth))
    recall = float((table**2 / table.sum(axis=1, keepdims=True)).sum() / len(truth))
    return 2 * precision * recall / (precision + recall), precision, recall


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
        lab.corpora["seeds"] = found
        pairs = Pairs(left=left, right=right, label=np.zeros(len(left)))
        p = verdicts.p_same_story(lab.columns("seeds", pairs))
        ends = zip(left.tolist(), right.tolist(), p.tolist(), strict=True)
        print("dated  " if dated else "undated", " ".join(f"{a}-{b}:{v:.2f}" for a, b, v in ends))


if __name__ == "__main__":
    main()
