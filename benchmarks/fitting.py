"""Logistic regressions in the form that the data file of the verdicts has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from dedupe.logistic import Logistic, sigmoid
from dedupe.model import Doubles


@dataclass(frozen=True, slots=True)
class Sample:
    """Training material of one set: columns, labels in [0, 1], and the weight of the whole set."""

    columns: Doubles
    label: Doubles
    weight: float
    of_each: Doubles | None = None
    """Weight of each row within the set; None: all weigh the same."""

    def each(self) -> Doubles:
        """The share of the set's weight that each row has; they add up to 1."""
        of_each = np.ones(len(self.label)) if self.of_each is None else self.of_each
        share: Doubles = of_each / of_each.sum()
        return share


def fitted(
    names: Sequence[str],
    basis: Sequence[Mapping[str, Any]],
    samples: Sequence[Sample],
    *,
    ridge: float,
    rising: Collection[str],
    falling: Collection[str],
) -> dict[str, Any]:
    """The model that makes the samples most probable, as the data file has it.

    A feature that is ``rising`` speaks for yes however much of it there is, one that is ``falling``
    for no: its plain column has no coefficient of the other sign. Hinges may bend it.

    Args:
        ridge: strength of the L2 penalty on standardised columns.
    """
    model = Logistic.from_data({"features": list(names), "basis": list(basis)})
    samples = [sample for sample in samples if len(sample.label)]
    columns = model.basis(np.concatenate([sample.columns for sample in samples]))
    label = np.concatenate([sample.label for sample in samples])
    weight = np.concatenate([np.full(len(s.label), s.weight / len(s.label)) for s in samples])
    weight /= weight.sum()
    middle = weight @ columns
    spread = np.sqrt(weight @ (columns - middle) ** 2)
    spread[spread < 1e-9] = 1.0
    slopes, intercept = _minimum(
        (columns - middle) / spread,
        label,
        weight,
        ridge,
        [_bounds(column, rising, falling) for column in basis],
    )
    slopes = slopes / spread
    return {
        "features": list(names),
        "basis": [
            {**column, "coefficient": round(float(slope), 5)}
            for column, slope in zip(basis, slopes, strict=True)
        ],
        "intercept": round(float(intercept - slopes @ middle), 5),
    }


def _minimum(
    columns: Doubles,
    label: Doubles,
    weight: Doubles,
    ridge: float,
    bounds: Sequence[tuple[float | None, float | None]],
) -> tuple[Doubles, float]:
    """Slopes and intercept of the least penalised log loss."""

    def loss(at: Doubles) -> tuple[float, Doubles]:
        logit = columns @ at[:-1] + at[-1]
        error = weight * (sigmoid(logit) - label)
        value = weight @ (np.logaddexp(0.0, logit) - label * logit)
        slope = np.append(columns.T @ error + ridge * at[:-1], error.sum())
        return float(value + ridge / 2 * at[:-1] @ at[:-1]), slope

    start = np.zeros(columns.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    return found.x[:-1], float(found.x[-1])


def _bounds(
    column: Mapping[str, Any], rising: Collection[str], falling: Collection[str]
) -> tuple[float | None, float | None]:
    if column["of"] in falling:
        return None, 0.0
    return (0.0, None) if column["of"] in rising and "above" not in column else (None, None)
