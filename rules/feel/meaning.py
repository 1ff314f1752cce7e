"""A tree of FEEL becomes a function of what is known, once, when the model is read."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules.errors import InvalidError
from rules.facts import Truth
from rules.feel import tree
from rules.feel.arithmetic import calculated, negative
from rules.feel.comparing import both, compared, equal, inside, inverse
from rules.feel.components import component
from rules.feel.functions import FUNCTIONS, applied
from rules.feel.values import Interval

Function = Callable[..., object]
_ARITHMETIC = ("+", "-", "*", "/", "**")


@dataclass(slots=True)
class Scope:
    """What an expression may see: a value or a function by its name, and the ``given`` value."""

    value: Callable[[str], object]
    functions: Mapping[str, Function] = field(default_factory=dict)
    given: object = None


Meaning = Callable[[Scope], object]
Passes = Callable[[Scope], Truth]


class Sense:
    """Makes functions of the expressions of one place; refuses names nobody knows there."""

    def __init__(self, at: str, names: Container[str], functions: Container[str] = ()) -> None:
        self.at = at
        self.names = names
        self.functions = functions
        self.ways: Mapping[type, Callable[[Any], Meaning]] = {
            tree.Constant: lambda node: lambda _scope: node.value,
            tree.Given: lambda _node: lambda scope: scope.given,
            tree.Name: self._name,
            tree.Path: self._path,
            tree.Negative: self._negative,
            tree.Operation: self._operation,
            tree.Against: self._against,
            tree.Range: self._range,
            tree.Items: self._items,
            tree.Within: self._within,
            tree.Call: self._call,
            tree.Choice: self._choice,
        }

    def of(self, node: tree.Node) -> Meaning:
        """Return the function of an expression."""
        return self.ways[type(node)](node)

    def passes(self, cell: tree.Tests) -> Passes:
        """Return the function that tells whether the given value passes (DMN 1.5, 10.3.1.2, 7)."""
        if not cell.tests:
            return lambda _scope: True
        tests = [self._test(node) for node in cell.tests]
        if not cell.negated:
            return lambda scope: _any(tests, scope)
        return lambda scope: inverse(_any(tests, scope))

    def _test(self, node: tree.Node) -> Passes:
        meaning = self.of(node)
        if isinstance(node, tree.Against):
            return meaning  # type: ignore[return-value]
        if _asks(node):
            return lambda scope: _truth(meaning(scope))
        said = isinstance(node, tree.Operation | tree.Within)
        return lambda scope: _met(scope.given, meaning(scope), said)

    def _name(self, node: tree.Name) -> Meaning:
        name = node.name
        if name not in self.names:
            raise InvalidError(
                self.at, "unknown_name", f"expected a known name, not {name}; texts are quoted"
            )
        return lambda scope: scope.value(name)

    def _path(self, node: tree.Path) -> Meaning:
        part, name = self.of(node.part), node.name
        return lambda scope: component(part(scope), name)

    def _negative(self, node: tree.Negative) -> Meaning:
        part = self.of(node.part)
        return lambda scope: negative(part(scope))

    def _operation(self, node: tree.Operation) -> Meaning:
        sign, left, right = node.sign, self.of(node.left), self.of(node.right)
        if sign in _ARITHMETIC:
            return lambda scope: calculated(sign, left(scope), right(scope))
        if sign == "and":
            return lambda scope: both(_truth(left(scope)), _truth(right(scope)))
        if sign == "or":
            return lambda scope: _either(_truth(left(scope)), _truth(right(scope)))
        return lambda scope: compared(sign, left(scope), right(scope))

    def _against(self, node: tree.Against) -> Meaning:
        sign, part = node.sign, self.of(node.part)
        return lambda scope: compared(sign, scope.given, part(scope))

    def _range(self, node: tree.Range) -> Meaning:
        low, high = self.of(node.low), self.of(node.high)
        low_in, high_in = node.low_in, node.high_in

        def meaning(scope: Scope) -> object:
            ends = low(scope), high(scope)
            if None in ends or compared("<=", *ends) is None:
                return None
            return Interval(*ends, low_in, high_in)

        return meaning

    def _items(self, node: tree.Items) -> Meaning:
        parts = [self.of(part) for part in node.parts]
        return lambda scope: tuple(part(scope) for part in parts)

    def _within(self, node: tree.Within) -> Meaning:
        part = self.of(node.part)
        tests = [self._test(test) for test in node.tests]
        return lambda scope: _any(tests, replace(scope, given=part(scope)))

    def _call(self, node: tree.Call) -> Meaning:
        name, parts = node.name, [self.of(part) for part in node.parts]
        if name in self.functions:
            return lambda scope: scope.functions[name](*(part(scope) for part in parts))
        if name not in FUNCTIONS:
            known = ", ".join(sorted(FUNCTIONS))
            message = f"the function {name} is not read; expected one of {known}"
            raise InvalidError(self.at, "unsupported", message)
        return lambda scope: applied(name, tuple(part(scope) for part in parts))

    def _choice(self, node: tree.Choice) -> Meaning:
        test, then, other = self.of(node.test), self.of(node.then), self.of(node.other)
        return lambda scope: (then if test(scope) is True else other)(scope)


def _asks(node: tree.Node) -> bool:
    """Tell whether the expression says itself what it asks of the given value."""
    if type(node) is tree.Constant:
        return False
    return any(isinstance(part, tree.Given) for part in tree.inner(node))


def _met(given: object, value: object, said: bool) -> Truth:
    """Tell whether the given value is the value, in the interval or on the list."""
    if isinstance(value, Interval):
        return inside(given, value)
    if isinstance(value, tuple) and not isinstance(given, tuple):
        return _some([_met(given, item, said=False) for item in value])
    if said and value is True and not isinstance(given, bool):
        return True
    return equal(given, value)


def _any(tests: list[Passes], scope: Scope) -> Truth:
    return _some([test(scope) for test in tests])


def _some(truths: list[Truth]) -> Truth:
    return _either(*truths)


def _either(*truths: Truth) -> Truth:
    if True in truths:
        return True
    return None if None in truths else False


def _truth(value: object) -> Truth:
    return value if isinstance(value, bool) else None
