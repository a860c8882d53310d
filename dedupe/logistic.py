"""Small logistic models whose coefficients come from a data file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedupe.errors import VersionMismatch
from dedupe.model import Doubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A logistic model over products and hinges of features.

    Column k of the basis is ``feature[of]``, cut below ``above`` (max(0, x - above)) or above
    ``below`` (min(x, below)) where given, times ``feature[times]`` where given.
    """

    features: tuple[str, ...]
    of: tuple[int, ...]
    above: tuple[float | None, ...]
    below: tuple[float | None, ...]
    times: tuple[int | None, ...]
    coefficients: Doubles
    intercept: float

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Logistic:
        """The model as the scripts ``benchmarks/train_*.py`` write it."""
        names = tuple(data["features"])
        basis = data["basis"]
        return cls(
            features=names,
            of=tuple(names.index(b["of"]) for b in basis),
            above=tuple(b.get("above") for b in basis),
            below=tuple(b.get("below") for b in basis),
            times=tuple(names.index(b["times"]) if "times" in b else None for b in basis),
            coefficients=np.array([b.get("coefficient", 0.0) for b in basis], dtype=np.float64),
            intercept=float(data.get("intercept", 0.0)),
        )

    def column(self, features: Doubles, name: str) -> Doubles:
        """One feature of every row."""
        column: Doubles = features[:, self.features.index(name)]
        return column

    def basis(self, features: Doubles) -> Doubles:
        """The columns that are weighted, shape = (n, len(coefficients)).

        Raises:
            VersionMismatch: the features are not those that the model was made for.
        """
        columns = np.empty((len(features), len(self.of)), dtype=np.float64, order="F")
        for k, column in enumerate(self._columns(features)):
            columns[:, k] = column
        return columns

    def _columns(self, features: Doubles) -> Iterator[Doubles]:
        """The columns of the basis, one by one."""
        if features.shape[1] != len(self.features):
            raise VersionMismatch(
                f"evidence has {features.shape[1]} features, the verdicts were made for "
                f"{len(self.features)}; run benchmarks/train_story.py and train_text.py"
            )
        for of, above, below, times in zip(
            self.of, self.above, self.below, self.times, strict=True
        ):
            column = features[:, of]
            column = column if above is None else np.maximum(column - above, 0.0)
            column = column if below is None else np.minimum(column, below)
            yield column if times is None else column * features[:, times]

    def logit(self, features: Doubles) -> Doubles:
        """Log odds, shape = (n,); those of a pair are the same alone and among others.

        Raises:
            VersionMismatch: the features are not those that the model was made for.
        """
        logit = np.zeros(len(features))
        for column, coefficient in zip(
            self._columns(features), self.coefficients.tolist(), strict=True
        ):
            logit += column * coefficient
        return logit + self.intercept

    def probability(self, features: Doubles) -> Doubles:
        """Probability of yes, shape = (n,)."""
        return sigmoid(self.logit(features))


def sigmoid(logit: Doubles) -> Doubles:
    """Probabilities of log odds; beyond 40 either way they are as good as certain."""
    return 1.0 / (1.0 + np.exp(-np.clip(logit, -40.0, 40.0)))
