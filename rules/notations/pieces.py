"""The pieces a reader of another notation puts together: our names, tests, and their opposites.

Others know two values where we know three. A reader therefore asks, of each part, for the
condition that is true exactly where the part is, or exactly where it is not; only true fires.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.canonical import document
from rules.conditions import All, Any, Condition, Everyone, Not, Test
from rules.errors import InvalidError
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import FAMILIES, Scope, attribute

PREFIX = "traits."
"""Where an attribute stands whose name begins with no family of ours."""
NOBODY = Not(Everyone())
"""True for no profile: what others say with an empty list or a plain false."""


@dataclass(frozen=True, slots=True)
class Names:
    """Which of our attributes another notation's names mean, and of which types they are known."""

    scope: Scope = Scope.MATRIX
    types: tuple[tuple[str, str], ...] = ()

    def ours(self, name: str, at: str) -> str:
        """Return our path of a name; ``InvalidError`` for what no attribute can be called.

        >>> Names().ours("plan", ""), Names().ours("context.device", "")
        ('traits.plan', 'context.device')
        """
        return attribute(name if _in_full(name) else PREFIX + name, at, self.scope)

    def kind(self, path: str) -> str | None:
        """Return the type of one of our attributes, ``None`` where nobody told."""
        return dict(self.types).get(path)


def theirs(path: str) -> str:
    """Return the name of one of our attributes in another notation; ``Names.ours`` reads it back.

    >>> theirs("traits.plan"), theirs("context.device"), theirs("traits.context.device")
    ('plan', 'context.device', 'traits.context.device')
    """
    short = path.removeprefix(PREFIX)
    return path if _in_full(short) else short


def _in_full(name: str) -> bool:
    family, dot, _ = name.partition(".")
    return bool(dot) and family in FAMILIES


def asked(
    path: str,
    operator: str,
    raw: object,
    at: str,
    *,
    wanted: bool = True,
    ignore_case: bool = False,
) -> Test:
    """Return a test of our language, or its opposite; the value is read as the operator reads it.

    >>> asked("traits.age", "less_than", 18, "", wanted=False)
    Test(attribute='traits.age', operator='at_least', value=18, ignore_case=False)
    """
    part = operators[operator]
    value = part.shape.read(raw, at)
    name = operator if wanted else part.negation
    assert name is not None
    return Test(path, name, value, ignore_case)


def told(path: str, known: bool = True) -> Test:
    """Return the test of whether an attribute is known, or is not.

    >>> told("traits.age", known=False).operator
    'is_unknown'
    """
    return Test(path, "is_known" if known else "is_unknown")


def every(parts: Sequence[Condition]) -> Condition:
    """Return what is true where all parts are; one part stands for itself.

    >>> every([]), every([Everyone()])
    (Everyone(), Everyone())
    """
    return All(tuple(parts)) if len(parts) > 1 else parts[0] if parts else Everyone()


def some(parts: Sequence[Condition]) -> Condition:
    """Return what is true where one part is; one part stands for itself.

    >>> some([]) == NOBODY
    True
    """
    return Any(tuple(parts)) if len(parts) > 1 else parts[0] if parts else NOBODY


def refused(at: str, name: str, reason: str) -> InvalidError:
    """Return the error that names what our language, or theirs, has no words for.

    >>> str(refused("/a", "$alli", "lists are compared letter by letter"))
    '/a: $alli cannot be said: lists are compared letter by letter'
    """
    what = str(name)[:64]
    return InvalidError(at, "inexpressible", f"{what} cannot be said: {reason}")


def checked(condition: Condition, names: Names, at: str) -> Condition:
    """Return the condition if our own parser takes it; ``InvalidError`` for one too deep or large.

    >>> checked(Everyone(), Names(), "")
    Everyone()
    """
    parse(document(condition), scope=names.scope, at=at)
    return condition
