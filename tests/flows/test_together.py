"""Two editors fill one matrix at once: whatever they save in whatever order, nothing is lost."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.decisions.models import Matrix
from personalization.flows import sheet
from tests import estate

pytestmark = pytest.mark.django_db

CELLS = {
    "note": st.sampled_from(["", "one", "two"]),
    "rollout": st.sampled_from(["100", "50"]),
    "group": st.sampled_from(["", "Winter"]),
    "traits.age": st.sampled_from(["", ">= 18", "3 .. 5"]),
}
steps = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.one_of(
            st.tuples(st.just("save")),
            st.tuples(st.just("add"), st.integers(0, 5)),
            st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 5)),
            *(
                st.tuples(st.just("write"), st.integers(0, 5), st.just(name), values)
                for name, values in CELLS.items()
            ),
        ),
    ),
    max_size=24,
)


class Editor:
    """Somebody with the page open: what stands on it, and the draft it was built on."""

    def __init__(self, matrix: Matrix, name: str) -> None:
        self.matrix, self.name, self.made = matrix, name, 0
        told = sheet.opened(matrix)
        self.base, self.sheet = told["base"], deepcopy(told["sheet"])
        self.wrote: dict[tuple[str, str], str] = {}

    def do(self, kind: str, *more: Any) -> None:
        rows = self.sheet["rows"]
        if kind == "save":
            self.save()
        elif kind == "add":
            self.made += 1
            row = {"id": f"{self.name}{self.made}", "variant": "gold"}
            rows.insert(more[0] % (len(rows) + 1), row)
            self.wrote[row["id"], "variant"] = "gold"
        elif kind == "move":
            rows.insert(more[1] % len(rows), rows.pop(more[0] % len(rows)))
        else:
            self.write(rows[more[0] % len(rows)], *more[1:])

    def write(self, row: dict[str, str], heading: str, text: str) -> None:
        self.sheet["headings"] = list(dict.fromkeys([*self.sheet["headings"], heading]))
        if row.get(heading, "") == text:
            return
        self.wrote[row["id"], heading] = text
        row.pop(heading, None)
        if text:
            row[heading] = text

    def save(self) -> dict[tuple[str, str], str]:
        """Save; where both changed the same, ours is taken, as somebody may choose to."""
        told = sheet.saved(self.matrix, self.base, self.sheet, self.name, "")
        while told["conflicts"]:
            told = sheet.saved(self.matrix, told["base"], told["sheet"], self.name, "")
        self.base, self.sheet = told["base"], deepcopy(told["sheet"])
        wrote, self.wrote = self.wrote, {}
        return wrote


def last_words(matrix: Matrix) -> dict[tuple[str, str], str]:
    rows = sheet.opened(matrix)["sheet"]["rows"]
    return {(row["id"], name): text for row in rows for name, text in row.items()}


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_what_somebody_wrote_last_stands_whatever_the_other_saved(taken: Any) -> None:
    walked(taken)


@pytest.mark.nightly
@settings(
    max_examples=1_000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_what_somebody_wrote_last_stands_in_a_long_search(taken: Any) -> None:
    walked(taken)


_mines: list[int] = []


def walked(taken: Any) -> None:
    """Let two edit and save in turns; what was saved last of each cell is what stands there."""
    _mines.append(1)
    mine = estate.found(f"together{len(_mines)}")
    matrix = Matrix.objects.select_related("slot__site").get(slot__site=mine.site)
    editors = {name: Editor(matrix, name) for name in "ab"}
    expected = last_words(matrix)

    def saved(editor: Editor) -> None:
        expected.update(editor.save())

    for name, (kind, *more) in taken:
        if kind == "save":
            saved(editors[name])
        else:
            editors[name].do(kind, *more)
    for editor in editors.values():
        saved(editor)
    found = last_words(matrix)
    default = {"rollout": "100", "enabled": "yes", "priority": "0"}
    for (row, heading), text in expected.items():
        assert found.get((row, heading), "") == (text or default.get(heading, "")), (row, heading)
