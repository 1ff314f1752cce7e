"""The JSON of a weighted score: measures, each with bands or bounds and a weight, and their sum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from rules import expect
from rules.conditions import Measure
from rules.errors import InvalidError
from rules.values import scaled
from rules.windows.points import Part, Score
from rules.windows.registry import kinds
from rules.windows.window import NUMBER

KEY = "weighted"
"""The key that says so, and the kind of the measure it is."""
MOST_PARTS = 32
MOST_BANDS = 100
MOST_WEIGHT = 1_000_000

Reader = Callable[[object, str], Measure]
"""Reads a measure at a place of the document."""


def read(document: Mapping[str, object], at: str, measure: Reader) -> Measure:
    """Return the score a JSON object says as a measure, or raise ``InvalidError`` with a pointer.

    Source: docs/conditions.md.

    >>> counted = {"weighted": [{"of": {"event": "Order Completed"}, "weight": 2}], "base": 1}
    >>> read(counted, "", lambda _document, _at: Measure("Order Completed")).setting.base
    1000000
    """
    said = expect.record(document, at, (KEY,), ("base", "clamp"))
    entries = expect.items(said[KEY], f"{at}/{KEY}", MOST_PARTS)
    parts = tuple(
        _part(entry, f"{at}/{KEY}/{index}", measure) for index, entry in enumerate(entries)
    )
    low, high = _clamp(said, at)
    base = scaled(expect.number(said.get("base", 0), f"{at}/base"), f"{at}/base")
    return Measure("", None, kind=KEY, setting=Score(parts, base, low, high))


def _part(raw: object, at: str, measure: Reader) -> Part:
    said = expect.record(raw, at, ("of",), ("weight", "bands", "clamp", "unknown"))
    of = measure(said["of"], f"{at}/of")
    kind = kinds[of.kind]
    if kind.answers != NUMBER or of.kind == KEY:
        raise InvalidError(f"{at}/of", "measure", "expected a measure that answers a number")
    if "bands" in said and "clamp" in said:
        raise InvalidError(f"{at}/clamp", "value", "expected bands or clamp, not both")
    if kind.drifts and "bands" not in said:
        expected = f"expected bands, since {of.kind} changes with the clock at every instant"
        raise InvalidError(at, "missing", expected)
    bound = (-MOST_WEIGHT, MOST_WEIGHT)
    weight = scaled(expect.number(said.get("weight", 1), f"{at}/weight", *bound), f"{at}/weight")
    borders, points = _bands(said["bands"], f"{at}/bands") if "bands" in said else ((), ())
    low, high = _clamp(said, at)
    place = f"{at}/unknown"
    unknown = scaled(expect.number(said["unknown"], place), place) if "unknown" in said else None
    return Part(of, weight, borders, points, low, high, unknown)


def _bands(raw: object, at: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    said = expect.record(raw, at, ("from",), ("points",))
    borders = _numbers(said["from"], f"{at}/from")
    if any(one >= other for one, other in pairwise(borders)):
        raise InvalidError(f"{at}/from", "order", "expected numbers that rise")
    if "points" not in said:
        usual = range(1, len(borders) + 2)
        return borders, tuple(scaled(number, at) for number in usual)
    points = _numbers(said["points"], f"{at}/points")
    if len(points) != len(borders) + 1:
        expected = f"expected {len(borders) + 1} numbers, one more than borders"
        raise InvalidError(f"{at}/points", "length", expected)
    return borders, points


def _numbers(raw: object, at: str) -> tuple[int, ...]:
    entries = expect.items(raw, at, MOST_BANDS)
    return tuple(
        scaled(expect.number(one, f"{at}/{index}"), f"{at}/{index}")
        for index, one in enumerate(entries)
    )


def _clamp(said: Mapping[str, object], at: str) -> tuple[int | None, int | None]:
    if "clamp" not in said:
        return None, None
    place = f"{at}/clamp"
    bounds = expect.items(said["clamp"], place, 2)
    if len(bounds) != 2:  # noqa: PLR2004 a pair
        raise InvalidError(place, "length", "expected a smallest and a largest number, or null")
    low, high = (
        None
        if bound is None
        else scaled(expect.number(bound, f"{place}/{index}"), f"{place}/{index}")
        for index, bound in enumerate(bounds)
    )
    if low is not None and high is not None and low > high:
        raise InvalidError(place, "order", "expected the smaller number first")
    return low, high
