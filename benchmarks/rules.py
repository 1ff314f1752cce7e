"""The decision matrix beside other rule engines: ten to 100,000 rows of twelve attributes, one run.

Every figure is CPU time of this process, the least of several repetitions, the same people for
all. The engines come from ``make rivals``; those not installed are named and left out. With
``--chart`` the chart in docs/ is drawn anew.
"""

from __future__ import annotations

import gc
import os
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any

from benchmarks import chart, tables
from benchmarks.ground import say
from benchmarks.rivals.conditions import Closures, GrowthBook, JsonLogic, RuleEngine
from benchmarks.rivals.contract import Engine
from benchmarks.rivals.whole import Durable, Unleash, Zen
from rules.facts import Facts
from rules.matrix import compiled
from tests.installation import ROOT

SIZES = tuple(int(size) for size in os.environ.get("ROWS", "10 100 1000 10000 100000").split())
PEOPLE = 200
REPETITIONS = 60
PATIENCE = 0.3
"""So many seconds of CPU a figure may take, and a little more."""
LONGEST_BUILD = 4.0
"""An engine that would take longer to build its table is left out, and so are larger tables."""
LONGEST_LOOK = 10_000
"""The worst case and the memory are measured up to so many rows."""
EVERYTHING = 1_000_000
OURS = "this project"
ENGINES = (Closures, GrowthBook, Unleash, Zen, JsonLogic, RuleEngine, Durable)
AIMS = {
    ("first_us", 1_000): 5,
    ("worst_us", 10_000): 15,
    ("all_us", 10_000): 60,
    ("build_s", 10_000): 0.5,
    ("replace_ms", 10_000): 30,
    ("memory_mb", 10_000): 15,
}
TIMES_FASTER = 25


def main() -> None:
    """Measure every engine at every size, print the figures, and what they come to."""
    sys.path += [str(path) for path in (ROOT / ".rivals").glob("lib/python*/site-packages")]
    present = [engine for engine in ENGINES if not engine.package or find_spec(engine.package)]
    for engine in present:
        import_module(engine.package or __name__)
    for engine in set(ENGINES) - set(present):
        say("rules", engine=engine.name, left_out="not installed (make rivals)")
    people = tables.profiles(PEOPLE)
    figures: dict[str, dict[int, dict[str, float]]] = {}
    builds: dict[str, float] = {}
    for size in SIZES:
        table = tables.rows(size)
        found, answers = ours(table, people)
        figures.setdefault(OURS, {})[size] = found
        say("rules", engine=OURS, rows=size, **found)
        for engine in present:
            refused = _refused(engine, size, builds)
            if refused:
                say("rules", engine=engine.name, rows=size, left_out=refused)
                continue
            found = theirs(engine, table, people, answers)
            builds[engine.name] = found["build_s"] / size
            figures.setdefault(engine.name, {})[size] = found
            say("rules", engine=engine.name, rows=size, **found)
    conclude(figures)
    if "--chart" in sys.argv:
        (ROOT / "docs" / "rules-speed.svg").write_text(chart.drawn(figures, OURS), "utf-8")


def ours(
    table: list[list[tables.Cell]], people: Sequence[tables.Profile]
) -> tuple[dict[str, float], list[list[int]]]:
    """Return our own figures, and which rows match whom."""
    facts = [tables.facts(profile) for profile in people]
    matrix = tables.matrix(table)
    build, made = timed(lambda: compiled.compile(matrix, {}))
    row = tables.row(len(table) // 2, tables.rows(1, seed=9)[0])
    found = {
        "first_us": each(lambda person: made.decide(person, "u"), facts) * 1e6,
        "all_us": each(lambda person: made.collect(person, "u", EVERYTHING), facts) * 1e6,
        "build_s": build,
        "replace_ms": timed(lambda: made.replace(row))[0] * 1e3,
    }
    if len(table) <= LONGEST_LOOK:
        worst = compiled.compile(tables.matrix(tables.excluded(table)), {})
        found["worst_us"] = each(lambda person: worst.decide(person, "u"), facts) * 1e6
        found["memory_mb"] = _memory(matrix)
    rows = [[choice.index or 0 for choice in _all(made, person)] for person in facts]
    return {**found, "matches": sum(map(len, rows)) / len(rows)}, rows


def theirs(
    kind: type[Engine],
    table: list[list[tables.Cell]],
    people: Sequence[tables.Profile],
    answers: Sequence[list[int]],
) -> dict[str, float]:
    """Return another engine's figures, and to how many people it gave another answer."""
    start = process_time()
    engine: Any = kind(table)
    build = process_time() - start
    asked = [engine.person(profile) for profile in people]
    found = {"first_us": each(engine.first, asked) * 1e6, "build_s": build}
    few = asked[:10]
    wrong = sum(
        engine.first(person) != next(iter(rows), None)
        for person, rows in zip(few, answers, strict=False)
    )
    if engine.all is not None:
        found["all_us"] = each(engine.all, asked) * 1e6
        wrong += sum(
            engine.all(person) != rows for person, rows in zip(few[:2], answers, strict=False)
        )
    return {**found, "wrong": wrong}


def each(ask: Callable[[Any], object], people: Sequence[Any]) -> float:
    """Return the least seconds a question took on average, asked of as many as patience allows."""
    one = max(timed(lambda: ask(people[0]), 1)[0], 1e-7)
    if one > PATIENCE / 5:
        return one
    some = people[: max(5, int(PATIENCE / one))]
    most = max(1, min(REPETITIONS, int(PATIENCE / (one * len(some)))))
    least = min(timed(lambda: [ask(person) for person in some], 1)[0] for _ in range(most))
    return least / len(some)


def timed(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Return the least CPU seconds some work took, without garbage collection, and its result."""
    least, result = float("inf"), None
    gc.disable()
    for _ in range(times):
        start = process_time()
        result = work()
        least = min(least, process_time() - start)
        if least > PATIENCE:
            break
    gc.enable()
    return least, result


def conclude(figures: dict[str, dict[int, dict[str, float]]]) -> None:
    """Print how many times faster than the fastest library, and which aims are met."""
    own = figures[OURS]
    for size in own:
        rivals = {
            name: of[size]
            for name, of in figures.items()
            if size in of and name not in (OURS, Closures.name)
        }
        for key in ("first_us", "all_us"):
            told = {name: found[key] for name, found in rivals.items() if key in found}
            if not told:
                continue
            name = min(told, key=lambda name: told[name])
            times = told[name] / own[size][key]
            aim = {"met": times >= TIMES_FASTER} if size >= 1_000 and key == "first_us" else {}
            say("rules", rows=size, figure=key, fastest_library=name, times_faster=times, **aim)
    for (key, size), aim_for in AIMS.items():
        if size in own:
            value = own[size][key]
            say("rules", rows=size, figure=key, value=value, aim=aim_for, met=value <= aim_for)


def _refused(engine: type[Engine], size: int, builds: dict[str, float]) -> str:
    if size > engine.most:
        return engine.why
    expected = builds.get(engine.name, 0) * size
    return f"building would take about {expected:.0f} s" if expected > LONGEST_BUILD else ""


def _all(made: compiled.Compiled, person: Facts) -> tuple[compiled.Choice, ...]:
    return made.collect(person, "u", EVERYTHING)


def _memory(matrix: Any) -> float:
    gc.collect()
    tracemalloc.start()
    made = compiled.compile(matrix, {})
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del made
    return held / 1e6


if __name__ == "__main__":
    main()
