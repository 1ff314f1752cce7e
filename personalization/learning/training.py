"""A model is fitted on the earlier part of the examples and judged on the later, unseen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from personalization.learning.examples import Example
from personalization.learning.scoring import KIND, scorer

HELD_OUT = 0.2
"""The latest fifth of the examples is for judging only."""
LEAST = 20
"""So many examples with and without the goal are needed to learn, half as many to judge."""
SPREAD = 1e-9
"""A feature that varies less than this tells nothing."""

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


class RefusedError(Exception):
    """There is too little to learn from; ``code`` is one of the words in ``REFUSALS``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


REFUSALS = ("no_features", "too_few_reached", "too_few_missed")


class Fitted(NamedTuple):
    """What one training leaves: parameters as plain JSON, how good they are, from how many rows."""

    parameters: dict[str, object]
    metrics: dict[str, float]
    rows: int


class Split(NamedTuple):
    """Examples to learn from, and later ones to judge by."""

    learned: list[Example]
    judged: list[Example]


def split(examples: Sequence[Example], horizon: int) -> Split:
    """Divide by time, so that no answer learned from reaches into the part judged by.

    An example is learned from only if its horizon was over when the judged part begins.
    """
    ordered = sorted(examples, key=lambda example: example.at)
    judged = ordered[int(len(ordered) * (1 - HELD_OUT)) :]
    begins = judged[0].at if judged else 0
    return Split([example for example in ordered if example.at + horizon <= begins], judged)


def names(examples: Sequence[Example]) -> list[str]:
    """Return the features that told a number in some example, in order."""
    told = {name for row in examples for name, value in row.features.items() if _is_told(value)}
    return sorted(told)


def _is_told(value: object) -> bool:
    return isinstance(value, int | float)


def fit(names: Sequence[str], parts: Split) -> Fitted:
    """Fit a logistic regression on standardised features, with one indicator for each unknown.

    ``RefusedError`` where there are no features, or too few examples of either answer.
    """
    if not names:
        raise RefusedError("no_features", "the site declares no feature with a number")
    _require(parts.learned, LEAST, "to learn from")
    _require(parts.judged, LEAST // 2, "to judge by")
    values = _values(names, parts.learned)
    means, scales = _standard(values)
    answers = np.array([example.reached for example in parts.learned])
    model = LogisticRegression(max_iter=1000).fit(design(values, means, scales), answers)
    parameters = _parameters(names, model, means, scales)
    return Fitted(parameters, judge(parameters, parts), len(parts.learned))


def design(values: Matrix, means: Matrix, scales: Matrix) -> Matrix:
    """Return standardised columns with unknowns at the mean, then one column of unknowns each."""
    unknown = np.isnan(values)
    standard = np.where(unknown, 0.0, (values - means) / scales)
    return np.hstack([standard, unknown.astype(float)])


def judge(parameters: Mapping[str, object], parts: Split) -> dict[str, float]:
    """Measure a model on the judged part, through the very function that serves it."""
    share = float(np.mean([example.reached for example in parts.learned]))
    answer = scorer(parameters)
    given = [answer(example.features) if answer else None for example in parts.judged]
    chances = [share if chance is None else chance for chance in given]
    reached = [example.reached for example in parts.judged]
    return {
        "auc": float(roc_auc_score(reached, chances)),
        "log_loss": float(log_loss(reached, chances, labels=[False, True])),
        "log_loss_of_the_share": float(log_loss(reached, [share] * len(reached), labels=[0, 1])),
        "learned": len(parts.learned),
        "judged": len(parts.judged),
        "reached": share,
    }


def _require(examples: Sequence[Example], least: int, purpose: str) -> None:
    reached = sum(example.reached for example in examples)
    missed = len(examples) - reached
    if reached < least:
        message = f"{reached} examples {purpose} reached the goal, at least {least} needed"
        raise RefusedError("too_few_reached", message)
    if missed < least:
        message = f"{missed} examples {purpose} did not, at least {least} needed"
        raise RefusedError("too_few_missed", message)


def _values(names: Sequence[str], examples: Sequence[Example]) -> Matrix:
    rows = [[_number(example.features.get(name)) for name in names] for example in examples]
    return np.array(rows, dtype=float)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _standard(values: Matrix) -> tuple[Matrix, Matrix]:
    """Return each column's mean and deviation over its known values; a flat column has scale 1."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, values, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, values - means, 0.0) ** 2).sum(axis=0) / count)
    return means, np.where(spread > SPREAD, spread, 1.0)


def _parameters(
    names: Sequence[str], model: LogisticRegression, means: Matrix, scales: Matrix
) -> dict[str, object]:
    weights = model.coef_[0].tolist()
    return {
        "kind": KIND,
        "features": list(names),
        "coefficients": weights[: len(names)],
        "missing": weights[len(names) :],
        "means": means.tolist(),
        "scales": scales.tolist(),
        "intercept": float(model.intercept_[0]),
    }
