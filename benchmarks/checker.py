"""What it costs to check a matrix as an editor types: whole, and again after one row changed."""

from __future__ import annotations

import random
from dataclasses import replace
from statistics import median
from time import process_time
from typing import Any

from benchmarks.ground import say
from rules.matrix.check.checker import Checker
from rules.matrix.document import Matrix, parse

ATTRIBUTES = {"traits.a": 30, "traits.b": 4, "traits.c": 6, "traits.d": 12, "traits.e": 8}
"""Five attributes by how many values they have; with eight segments they make 13 columns."""
SEGMENTS = 8
OPEN = {"sparse": 0.65, "half": 0.5, "broad": 0.8}
"""The share of cells that ask nothing."""
ROWS = (20, 60, 100, 200, 500, 1_000)
RUNS = 7


def table(rows: int, free: float, seed: int) -> Matrix:
    """Return a random table of so many rows over 13 columns."""
    draw = random.Random(seed)
    said: list[dict[str, Any]] = []
    for n in range(rows):
        cells: list[dict[str, Any]] = [{"everyone": True}]
        for k in range(SEGMENTS):
            if draw.random() > free:
                member = {"segment": f"s{k}"}
                cells.append(member if draw.random() < 0.5 else {"not": member})
        for path, size in ATTRIBUTES.items():
            if draw.random() > free:
                values = [f"v{draw.randrange(size)}" for _ in range(draw.randint(1, 3))]
                operator = draw.choice(["in", "in", "not_in"])
                cells.append({"attribute": path, "operator": operator, "value": values})
        variant = {"variant": draw.choice("abc")}
        said.append({"id": f"r{n}", "when": {"all": cells}, "then": variant})
    return parse({"rows": said})


def main() -> None:
    """Measure whole checks and checks after an edit; the median and the worst of some tables."""
    catalogue = dict.fromkeys(ATTRIBUTES, "string")
    for name, free in OPEN.items():
        for rows in ROWS:
            figures = [once(table(rows, free, seed), catalogue) for seed in range(RUNS)]
            whole, edit, hidden, united, open_rows = zip(*figures, strict=True)
            say("checker", table=name, rows=rows, columns=13, whole_ms=median(whole) * 1e3, whole_worst_ms=max(whole) * 1e3, edit_ms=median(edit) * 1e3, hidden=median(hidden), hidden_by_several=median(united), not_decided=max(open_rows))  # fmt: skip  # noqa: E501


def once(matrix: Matrix, catalogue: dict[str, str]) -> tuple[float, float, int, int, int]:
    """Return the seconds of CPU of a check and of one after an edit, and what was found."""
    checker = Checker(catalogue)
    start = process_time()
    report = checker.check(matrix)
    whole = process_time() - start
    rows = list(matrix.rows)
    middle = len(rows) // 2
    rows[middle] = replace(rows[middle], when=rows[0].when)
    edited = replace(matrix, rows=tuple(rows))
    start = process_time()
    checker.check(edited)
    edit = process_time() - start
    hidden = report.of("never_reached")
    united = sum(len(finding.others) > 1 for finding in hidden)
    return whole, edit, len(hidden), united, len(report.of("not_decided"))


if __name__ == "__main__":
    main()
