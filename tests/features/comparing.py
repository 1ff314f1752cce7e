"""The day beside the night: the live fold stepped through instants, and the log asked at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from personalization.features.pointintime import frames
from personalization.features.pointintime.values import paths, read, values
from rules.compiler import windowed
from rules.conditions import EventTest, Measure
from rules.definitions import build
from rules.fold import feature, fold
from rules.parser import parse, parse_measure
from rules.scopes import Scope
from rules.state import Event, State

Point = tuple[str, int]


class Mismatch(NamedTuple):
    """One value on which the two do not agree."""

    name: str
    point: Point
    live: object
    log: object


def compared(
    told: Iterable[tuple[str, Event]], asked: Iterable[Point], documents: Mapping[str, Any]
) -> tuple[int, list[Mismatch]]:
    """Return how many values were compared, and those that differ in value or in type."""
    told, points = list(told), sorted(set(asked))
    declared = {name: measured(document) for name, document in documents.items()}
    found = {name: batch(told, measure, points) for name, measure in declared.items()}
    count, mismatches = 0, []
    for point, known in live(told, points, declared):
        for name, value in known.items():
            said = found[name][point]
            count += 1
            if (type(said), said) != (type(value), value):
                mismatches.append(Mismatch(name, point, value, said))
    return count, mismatches


def measured(document: dict[str, Any]) -> Measure:
    """Return the measure a document says; of a habit, the measure of its window."""
    if "operator" not in document:
        return parse_measure(document)
    test = parse(document, scope=Scope.SEGMENT)
    assert isinstance(test, EventTest)
    return windowed(test)


def batch(
    told: list[tuple[str, Event]], measure: Measure, points: list[Point]
) -> dict[Point, object]:
    """Return what DuckDB says at every point."""
    log = frames.table(frames.events(told, paths(measure)))
    rows = values(measure, frames.table(frames.points(points)), log).to_pyarrow().to_pylist()
    assert len(rows) == len(points)
    return {(row["profile"], row["now"]): read(measure, row) for row in rows}


def live(
    told: list[tuple[str, Event]], points: list[Point], declared: Mapping[str, Measure]
) -> Iterator[tuple[Point, dict[str, object]]]:
    """Yield what the live state reads at every point, stepping through each profile's instants."""
    asked = build({}, declared)
    histories: dict[str, list[Event]] = {}
    for profile, event in told:
        histories.setdefault(profile, []).append(event)
    for profile, group in groupby(points, key=lambda point: point[0]):
        history = sorted(histories.get(profile, []), key=lambda event: event[:2])
        state, start = State(), 0
        for point in group:
            end = start
            while end < len(history) and history[end].at <= point[1]:
                end += 1
            state = fold(state, history[start:end], asked, point[1], reuse=True)
            start = end
            yield point, {name: feature(state, asked, name, point[1]) for name in declared}
