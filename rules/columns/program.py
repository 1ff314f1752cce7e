"""Many conditions over the same columns as one program: what they share is worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from rules.columns import asking
from rules.columns.column import Ask, Mask, always, never
from rules.columns.table import Columns
from rules.compiler import Keys
from rules.conditions import All, Any, Condition, Everyone, Member, Not
from rules.errors import InvalidError

_ROWS = 32_768
_LEAST_ROWS = 1_024
_BYTES = 16 << 20
"""Shared answers kept at one time; where there are more of them the parts get shorter."""


class Step(NamedTuple):
    """A leaf that is asked, or steps of which all or any must hold, or the one that must not."""

    kind: Literal["ask", "all", "any", "none"]
    parts: tuple[int, ...] = ()
    ask: Ask = never


class Program:
    """Conditions over columns, compiled; add them all, then run.

    A condition is true where the leaves say so once negation is pushed down to them (De Morgan
    holds in Kleene's logic), and false where its negation is true: so every step is one mask, and
    unknown is what neither of the two says. ``named`` are segments that follow from their own
    conditions where the columns do not tell them: who does not fulfil one is not in it.

    >>> program = Program(Columns(3), {})
    >>> program.add(Everyone()), [mask.tolist() for mask in program.run(slice(0, 3))]
    (0, [[True, True, True]])
    """

    def __init__(
        self, columns: Columns, keys: Keys, named: Mapping[str, Condition] | None = None
    ) -> None:
        self._columns = columns
        self._keys = keys
        self._named = named or {}
        self._open: list[str] = []
        self._steps: list[Step] = []
        self._uses: list[int] = []
        self._places: dict[object, int] = {}
        self._roots: list[int] = []

    def add(self, condition: Condition, wanted: bool = True) -> int:
        """Add a condition, or where it is false; return its place among the results.

        ``InvalidError`` for what compiling refuses, and for segments in a circle.
        """
        root = self._step(condition, wanted)
        self._uses[root] += 1
        self._roots.append(root)
        return len(self._roots) - 1

    def parts(self) -> Iterator[slice]:
        """Yield the parts to run over: as long as the room for shared answers allows."""
        shared = sum(uses > 1 for uses in self._uses)
        rows = min(_ROWS, max(_LEAST_ROWS, _BYTES // max(1, shared)))
        for start in range(0, self._columns.size, rows):
            yield slice(start, min(start + rows, self._columns.size))

    def run(self, part: slice) -> Iterator[Mask]:
        """Yield the masks of a part, in the order in which the conditions were added; read only."""
        run = _Run(self._steps, self._uses.copy(), part)
        return map(run.answer, self._roots)

    def _step(self, condition: Condition, wanted: bool) -> int:
        if isinstance(condition, Not):
            return self._step(condition.part, not wanted)
        if isinstance(condition, All | Any):
            parts = [self._step(part, wanted) for part in condition.parts]
            return self._joined("all" if isinstance(condition, All) is wanted else "any", parts)
        if isinstance(condition, Everyone):
            return self._joined("all" if wanted else "any", ())
        if isinstance(condition, Member) and self._follows(condition.segment):
            return self._member(condition.segment, wanted)
        name = (condition, wanted)
        if name in self._places:
            return self._places[name]
        ask = asking.ask(condition, wanted, self._columns, self._keys)
        return self._place(name, Step("ask", ask=ask))

    def _joined(self, kind: Literal["all", "any"], parts: Sequence[int]) -> int:
        """Place steps joined, those that are joined alike taken apart; one alone is itself."""
        apart = (
            inner
            for part in parts
            for inner in (self._steps[part].parts if self._steps[part].kind == kind else (part,))
        )
        joined = tuple(sorted(set(apart)))
        if not joined:
            return self._place(kind, Step("ask", ask=always if kind == "all" else never))
        return joined[0] if len(joined) == 1 else self._place((kind, joined), Step(kind, joined))

    def _follows(self, segment: str) -> bool:
        return segment in self._named and segment not in self._columns.segments

    def _member(self, segment: str, wanted: bool) -> int:
        if segment in self._open:
            raise InvalidError("", "circle", f"expected no circle, but {segment} asks for itself")
        self._open.append(segment)
        inside = self._step(self._named[segment], True)
        self._open.pop()
        return inside if wanted else self._place(("none", inside), Step("none", (inside,)))

    def _place(self, name: object, step: Step) -> int:
        if name not in self._places:
            self._places[name] = len(self._steps)
            self._steps.append(step)
            self._uses.append(0)
            for part in step.parts:
                self._uses[part] += 1
        return self._places[name]


class _Run:
    """One run over one part: an answer is kept until its last use, and no longer."""

    def __init__(self, steps: Sequence[Step], left: list[int], part: slice) -> None:
        self._steps = steps
        self._left = left
        self._part = part
        self._kept: dict[int, Mask] = {}

    def answer(self, place: int) -> Mask:
        """Return the mask of a step."""
        self._left[place] -= 1
        mask = self._kept.get(place)
        if mask is None:
            step = self._steps[place]
            mask = step.ask(self._part) if step.kind == "ask" else self._join(step)
            if self._left[place]:
                self._kept[place] = mask
        elif not self._left[place]:
            del self._kept[place]
        return mask

    def _join(self, step: Step) -> Mask:
        if step.kind == "none":
            return ~self.answer(step.parts[0])
        join = np.logical_and if step.kind == "all" else np.logical_or
        first, second, *others = step.parts
        mask: Mask = join(self.answer(first), self.answer(second))
        for other in others:
            join(mask, self.answer(other), out=mask)
        return mask
