"""What a check costs, to the step: where the budget ends depends on it, and so what is decided.

A change here is no fault, but one to be seen: whoever changes it says how the figures change.
"""

from __future__ import annotations

import pytest

from rules.conditions import Any, Test
from rules.matrix.check.checker import Checker
from tests.rules.tables import table
from tests.rules.test_checker_hostile import HOSTILE

FEW = 20
BUDGET = 4_000
DEFINED = {
    f"s{n}": Any((Test("traits.x", "at_least", n), Test("traits.y", "equals", n % 3)))
    for n in range(FEW)
}


def costs(rows):
    """Return the steps of a check, of the same again, and of one with a row changed; then of all.

    By the first row that holds, and by the only one.
    """
    found = []
    for policy in ("first", "unique"):
        checker = Checker(segments=DEFINED, budget=BUDGET)
        other = [*rows[:5], {"all": [rows[0], rows[-1]]}, *rows[6:]]
        found += [checker.check(table(*said, policy=policy)).steps for said in (rows, rows, other)]
    return tuple(found)


COSTS = {
    "numbers, each another": (230, 189, 188, 670, 246, 284),
    "beginnings of texts": (158, 138, 136, 185, 144, 142),
    "texts with and without regard to case": (230, 218, 209, 437, 247, 232),
    "parts of texts": (303, 284, 268, 744, 344, 365),
    "patterns": (331, 312, 303, 771, 371, 401),
    "versions": (230, 189, 188, 670, 246, 284),
    "networks": (443, 425, 381, 883, 485, 471),
    "long lists": (1945, 1942, 1942, 1960, 1944, 1944),
    "tags": (3468, 3408, 3511, 3990, 3885, 3997),
    "everything of one attribute": (272, 254, 253, 604, 299, 297),
    "lists that may be places": (348, 329, 316, 789, 389, 414),
    "an attribute each": (508, 489, 477, 934, 534, 558),
    "a segment each": (3701, 2846, 3207, 4000, 4000, 4000),
    "counts over nested spans": (4000, 4000, 4000, 4000, 4000, 4000),
    "everybody, again and again": (134, 96, 98, 572, 152, 192),
    "pigeons": (235, 224, 225, 278, 231, 232),
    "clauses": (1814, 1585, 1571, 1935, 1097, 1123),
    "alternatives of alternatives": (3208, 3208, 3206, 3208, 3208, 3206),
    "two of very many": (1629, 1381, 1306, 1834, 941, 947),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_check_costs_what_it_cost(name):
    assert costs(HOSTILE[name][:FEW]) == COSTS[name]
