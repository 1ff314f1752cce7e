"""A stored model becomes a function of the facts: plain arithmetic, the same as the trained one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, TypeGuard

Features = Mapping[str, object]
"""Attribute paths (``features.views_7d``) to values; an absent path or ``None`` is unknown."""

KIND = "logistic_regression"
LIMIT = 500
"""More features than this is no model of ours."""
LARGEST = 1e100
"""A number beyond this, and NaN, is unknown as a value and corrupt as a parameter."""


class Term(NamedTuple):
    """What one feature adds to the log-odds: ``weight * (value - mean)``, or ``missing``."""

    name: str
    mean: float
    weight: float
    missing: float


def score(parameters: Mapping[str, object], features: Features) -> float | None:
    """Return the probability between 0 and 1, or ``None`` where it cannot be known.

    Unknown features take their share of a model that was trained with unknown features; when all of
    them are unknown there is nothing to go by, and so it is when the parameters are corrupt.
    """
    answer = scorer(parameters)
    return answer(features) if answer else None


def scorer(parameters: Mapping[str, object]) -> Callable[[Features], float | None] | None:
    """Check the parameters once and return the function they stand for, or ``None`` if corrupt."""
    terms, intercept = _terms(parameters), parameters.get("intercept")
    if not terms or not _is_number(intercept):
        return None
    return partial(_probability, intercept, terms)


def _terms(parameters: Mapping[str, object]) -> list[Term] | None:
    names = parameters.get("features")
    if parameters.get("kind") != KIND or not _are_names(names):
        return None
    parts = ("coefficients", "missing", "means", "scales")
    columns = [_column(parameters.get(part), len(names)) for part in parts]
    weights, missing, means, scales = columns
    if not all(columns) or min(scales) <= 0:
        return None
    rows = zip(names, weights, missing, means, scales, strict=True)
    return [Term(name, mean, weight / scale, gap) for name, weight, gap, mean, scale in rows]


def _are_names(names: object) -> TypeGuard[list[str]]:
    if not isinstance(names, list) or not 0 < len(names) <= LIMIT:
        return False
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)


def _column(column: object, length: int) -> list[float]:
    """Return the numbers, or nothing where one is none or they are too many or too few."""
    if not isinstance(column, list) or len(column) != length:
        return []
    return column if all(map(_is_number, column)) else []


def _is_number(value: object) -> TypeGuard[float]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= LARGEST  # NaN is not


def _probability(intercept: float, terms: list[Term], features: Features) -> float | None:
    odds = intercept
    known = 0
    for name, mean, weight, missing in terms:
        value = features.get(name)
        if isinstance(value, int | float) and abs(value) <= LARGEST:
            odds += weight * (value - mean)
            known += 1
        else:
            odds += missing
    return _logistic(odds) if known else None


def _logistic(odds: float) -> float:
    if odds >= 0:
        return 1.0 / (1.0 + math.exp(-odds))
    grown = math.exp(odds)
    return grown / (1.0 + grown)
