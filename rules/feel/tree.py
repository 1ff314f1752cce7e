"""An expression of FEEL as frozen data: the few shapes that decision tables are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands for itself."""

    value: object


@dataclass(frozen=True, slots=True)
class Given:
    """The question mark: the value of the input that a cell is asked about."""


@dataclass(frozen=True, slots=True)
class Name:
    """An input, a decision, a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """A component of a context, or a part of a date."""

    part: Node
    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """The number or duration with the other sign."""

    part: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """Arithmetic, a comparison, ``and`` or ``or``."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Against:
    """A comparison of the given value, its left side left out."""

    sign: str
    part: Node


@dataclass(frozen=True, slots=True)
class Range:
    """An interval, its ends included or not."""

    low: Node
    high: Node
    low_in: bool
    high_in: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a value passes one of several tests."""

    part: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its name."""

    name: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """If, then, else."""

    test: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Tests:
    """A cell: passed when one of the tests is, or when none is where ``negated``.

    No tests at all: a dash, passed by everything.
    """

    tests: tuple[Node, ...]
    negated: bool = False


Node = (
    Constant
    | Given
    | Name
    | Path
    | Negative
    | Operation
    | Against
    | Range
    | Items
    | Within
    | Call
    | Choice
)

_KINDS = frozenset((*get_args(Node), Tests))


def inner(node: object) -> Iterator[object]:
    """Yield an expression and all that is in it.

    >>> [part.name for part in inner(Path(Name("Loan"), "rate")) if isinstance(part, Name)]
    ['Loan']
    """
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack += part
        elif type(part) in _KINDS:
            yield part
            stack += [getattr(part, name) for name in part.__slots__]  # type: ignore[attr-defined]
