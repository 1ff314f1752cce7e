"""A condition as frozen data: the closed tree every part of the house reads the same way.

Source of the semantics: Kleene's strong three-valued logic (S. C. Kleene, 1938, "On notation for
ordinal numbers"); the shapes are documented in docs/conditions.md.
"""

from __future__ import annotations

from dataclasses import dataclass

MICROSECONDS = 1_000_000
"""Instants and durations are integer microseconds; one second is this many."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """True for every profile: the explicit choice, since an empty condition is an error."""


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is true; false when one is false; else unknown."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True when one part is true; false when every part is false; else unknown."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is false, false where it is true, unknown where it is unknown."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one attribute, with the operand in canonical form.

    Two tests are equal when they say the same: 1 and true are two values here, not one.
    """

    attribute: str
    operator: str
    value: object = None
    ignore_case: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Test) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def _said(self) -> tuple[object, ...]:
        return self.attribute, self.operator, repr(self.value), self.ignore_case


@dataclass(frozen=True, slots=True)
class Member:
    """True when the profile is in the named segment."""

    segment: str


@dataclass(frozen=True, slots=True)
class Span:
    """Which instants count: ``now - length < t <= now - offset`` and ``since <= t < until``.

    ``length`` None means since the beginning; ``since`` and ``until`` are fixed instants.
    ``in_session`` is the pause (microseconds) at which a session is over: only what happened in the
    present one counts. With ``since_last`` only what happened after the last event of that name, of
    which ``since_where`` is true if it is given.
    """

    length: int | None = None
    offset: int = 0
    since: int | None = None
    until: int | None = None
    in_session: int | None = None
    since_last: str | None = None
    since_where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What one window keeps: of which events, over which span, which aggregate of which path.

    ``setting`` is what else a kind asks for: a half-life, how many values, the operand of a habit.
    """

    event: str
    where: Condition | None = None
    span: Span = Span()
    kind: str = "count"
    path: str | None = None
    setting: object = None


@dataclass(frozen=True, slots=True)
class EventTest:
    """An operator on a measure; without measure, operator and value it means "at least once"."""

    measure: Measure
    operator: str = "at_least"
    value: object = 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EventTest) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def _said(self) -> tuple[object, ...]:
        return self.measure, self.operator, repr(self.value)


@dataclass(frozen=True, slots=True)
class Same:
    """True when one value of ``key`` (a ``properties.*`` path) makes all parts true at once."""

    key: str
    part: Condition


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequence: an event, how often, and how soon after the step that happened last.

    ``absent``: it must not happen so often, for as long as its span says, or until the next step.
    """

    measure: Measure
    times: int = 1
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """True when the steps happened in this order within the span, for one key if there is one."""

    steps: tuple[Step, ...]
    span: Span = Span()
    key: str | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class HasBeen:
    """True once the part has been true without a break for ``duration`` microseconds."""

    part: Condition
    duration: int


Windowed = Measure | Same | Sequence
"""What one live window answers."""

Condition = Everyone | All | Any | Not | Test | Member | EventTest | Same | Sequence | HasBeen
