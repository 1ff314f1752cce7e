"""Made-up decision tables: twelve attributes, four to seven cells a row, the same for everybody.

A cell is ``(attribute, operator, value)``; every engine gets the same cells in its own notation.
"""

from __future__ import annotations

from random import Random
from typing import Any

from rules.facts import Facts
from rules.matrix.document import Matrix, Row
from rules.parser import parse
from rules.scopes import Scope

Cell = tuple[str, str, Any]
Profile = dict[str, Any]

CATEGORIES = {
    "country": [f"country-{i}" for i in range(30)],
    "plan": ["free", "basic", "pro", "team", "enterprise"],
    "device": ["phone", "tablet", "desktop", "tv"],
    "channel": [f"channel-{i}" for i in range(8)],
}
NUMBERS = {"age": 80, "orders": 40, "revenue": 2_000, "visits": 200, "score": 100}
FLAGS = ("member", "newsletter")
TAGS = [f"tag-{i}" for i in range(40)]
LIST = "tags"
OPERATORS = {
    "equals": "equals",
    "not_equals": "not_equals",
    "in": "in",
    "not_in": "not_in",
    "at_least": "at_least",
    "less_than": "less_than",
    "between": "between",
    "has": "has_any",
    "has_any": "has_any",
    "has_not": "has_none",
}
"""What the cells' operators are called in our own language."""


def rows(size: int, seed: int = 1, distinct: bool = False) -> list[list[Cell]]:
    """Return so many rows; with ``distinct``, every threshold is another."""
    source = Random(seed)
    return [_row(source, distinct) for _ in range(size)]


def profiles(size: int, seed: int = 2) -> list[Profile]:
    """Return so many people who tell all twelve attributes."""
    source = Random(seed)
    return [
        {
            **{name: source.choice(values) for name, values in CATEGORIES.items()},
            **{name: source.randrange(most) for name, most in NUMBERS.items()},
            **{name: source.random() < 0.5 for name in FLAGS},
            LIST: source.sample(TAGS, source.randint(0, 5)),
        }
        for _ in range(size)
    ]


def excluded(table: list[list[Cell]]) -> list[list[Cell]]:
    """Return the table such that the last cell of every row, whichever it asks, is false of all."""
    return [[*cells[:-1], _impossible(cells[-1][0])] for cells in table]


def _impossible(name: str) -> Cell:
    if name in CATEGORIES:
        return name, "equals", "nowhere"
    if name == LIST:
        return name, "has", "tag-nobody-has"
    return ("age", "at_least", 1_000) if name in FLAGS else (name, "at_least", NUMBERS[name])


def matrix(table: list[list[Cell]], hit_policy: str = "first") -> Matrix:
    """Return the table as our own matrix."""
    return Matrix(tuple(row(i, cells) for i, cells in enumerate(table)), hit_policy)


def row(number: int, cells: list[Cell]) -> Row:
    """Return one row as our own."""
    tests = [
        {
            "attribute": f"traits.{name}",
            "operator": OPERATORS[operator],
            "value": [value] if operator in ("has", "has_not") else value,
        }
        for name, operator, value in cells
    ]
    condition = parse({"all": tests}, scope=Scope.MATRIX)
    return Row(f"row-{number}", condition, f"variant-{number}")


def facts(profile: Profile) -> Facts:
    """Return a person as our own facts."""
    return Facts({f"traits.{name}": _canonical(value) for name, value in profile.items()})


def _canonical(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _row(source: Random, distinct: bool) -> list[Cell]:
    names = [*CATEGORIES, *NUMBERS, *FLAGS, LIST]
    return [_cell(source, name, distinct) for name in source.sample(names, source.randint(4, 7))]


def _cell(source: Random, name: str, distinct: bool) -> Cell:
    if name in CATEGORIES:
        values = CATEGORIES[name]
        operator = source.choice(["equals", "equals", "in", "in", "not_in"])
        if operator in ("equals", "not_equals"):
            return name, operator, source.choice(values)
        few = max(1, len(values) // 4)
        return name, operator, source.sample(values, source.randint(1, few))
    if name in NUMBERS:
        return _number(source, name, distinct)
    if name in FLAGS:
        return name, "equals", source.random() < 0.5
    operator = source.choice(["has", "has_any", "has_not"])
    if operator == "has_any":
        return name, operator, source.sample(TAGS, source.randint(2, 6))
    return name, operator, source.choice(TAGS)


def _number(source: Random, name: str, distinct: bool) -> Cell:
    most = NUMBERS[name]
    step = max(1, most // 20)
    low = source.random() * most if distinct else step * source.randrange(20)
    high = low + (source.random() * most / 3 if distinct else step * source.randint(1, 8))
    operator = source.choice(["at_least", "less_than", "between"])
    return (name, operator, [low, high]) if operator == "between" else (name, operator, low)
