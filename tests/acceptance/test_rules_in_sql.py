"""Fifteen rules at 1 000 random points of a real log: the fold says what SQL says by definition."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from rules.definitions import Definitions, Stability, build
from rules.fold import feature, fold
from rules.parser import parse, parse_measure
from rules.scopes import Scope
from tests.acceptance import lines, retail

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not retail.DATA.exists(), reason="the Online Retail data are not here"),
]
POINTS = 1_000


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": "2"})


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    segments = {
        name: (parse(said, scope=Scope.SEGMENT), Stability())
        for name, (said, _) in lines.CONDITIONS.items()
    }
    measures = {name: parse_measure(said) for name, (said, _, _) in lines.MEASURES.items()}
    return build(segments, measures)


@pytest.fixture(scope="module")
def told(database: duckdb.DuckDBPyConnection, definitions: Definitions) -> dict[int, Any]:
    """Return what the fold answers at each point: who is in which segment, and each feature."""
    asked = lines.points(database, POINTS, seed=7)
    known = lines.events(database)
    assert len(asked) == len(known) == POINTS
    found = {}
    for number, _, now in asked:
        state = fold(None, known[number], definitions, now)
        places, keys = state.memberships, definitions.segments
        inside = {n: key in places and places[key].member for n, key in keys.items()}
        found[number] = inside | {
            name: feature(state, definitions, name, now) for name in lines.MEASURES
        }
    return found


@pytest.mark.parametrize("name", lines.CONDITIONS)
def test_a_condition_is_true_where_sql_says_so(
    name: str, database: duckdb.DuckDBPyConnection, told: dict[int, Any]
) -> None:
    true = {number for number, holds in rows(database, lines.CONDITIONS[name][1]) if holds}
    assert {number for number, answers in told.items() if answers[name]} == true
    assert name == "seed" or 0 < len(true) < POINTS


@pytest.mark.parametrize("name", lines.MEASURES)
def test_a_measure_is_what_sql_says(
    name: str, database: duckdb.DuckDBPyConnection, told: dict[int, Any]
) -> None:
    _, asked, nothing = lines.MEASURES[name]
    said = dict.fromkeys(told, nothing) | dict(rows(database, asked))
    answered = {number: plain(answers[name]) for number, answers in told.items()}
    assert answered == said
    assert len({str(value) for value in said.values()}) > 1


def rows(database: duckdb.DuckDBPyConnection, asked: str) -> list[Any]:
    return database.execute(asked).fetchall()


def plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
