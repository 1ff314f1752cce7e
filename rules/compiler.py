"""A condition becomes a function, once: closures over facts that answer in three values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from rules.conditions import (
    All,
    Any,
    Condition,
    EventTest,
    Everyone,
    HasBeen,
    Measure,
    Member,
    Not,
    Same,
    Sequence,
    Test,
    Windowed,
)
from rules.errors import InvalidError
from rules.facts import Facts, Truth
from rules.operators.registry import operators
from rules.values import scaled
from rules.windows.registry import create, kinds

Answer = Callable[[Facts], Truth]
Read = Callable[[Facts], object]
Keys = Mapping[Windowed, str]
"""The key of the live window that answers a measure, a ``same`` or a sequence."""

NOW = "time.now"
"""The one attribute that is never told: the instant of the question itself."""


def compile(condition: Condition, keys: Keys) -> Answer:  # noqa: A001 the word of the field
    """Return the function that answers a condition after Kleene; about 0.2 us for each leaf.

    ``keys`` must know every measure, ``same`` and sequence in it. ``InvalidError`` with the code
    ``unsupported`` for shapes the language has but this version does not run.

    >>> answer = compile(Test("traits.age", "at_least", 18), {})
    >>> answer(Facts({"traits.age": 20})), answer(Facts())
    (True, None)
    """
    return _BUILDERS[type(condition)](condition, keys)


def attributes(condition: Condition) -> frozenset[str]:
    """Return the attributes a condition reads, those its operators look at beside included.

    >>> attributes(Test("traits.age", "at_least", 18))
    frozenset({'traits.age'})
    """
    tests = [leaf for leaf in leaves(condition) if isinstance(leaf, Test | EventTest)]
    own = {test.attribute for test in tests if isinstance(test, Test)}
    return frozenset(own.union(*(operators[test.operator].reads(test.value) for test in tests)))


def segments(condition: Condition) -> frozenset[str]:
    """Return the segments whose membership a condition asks for.

    >>> segments(Not(Member("vip")))
    frozenset({'vip'})
    """
    return frozenset(leaf.segment for leaf in leaves(condition) if isinstance(leaf, Member))


def measures(condition: Condition) -> tuple[Windowed, ...]:
    """Return what needs a live window, each once, in order; a ``same`` or a sequence is one.

    >>> measures(EventTest(Measure("Order Completed")))[0].event
    'Order Completed'
    """
    found = [
        windowed(leaf) if isinstance(leaf, EventTest) else leaf
        for leaf in leaves(condition)
        if isinstance(leaf, EventTest | Same | Sequence)
    ]
    return tuple(dict.fromkeys(found))


def windowed(test: EventTest) -> Measure:
    """Return the measure whose window answers a test: a habit has a window of its own.

    >>> windowed(EventTest(Measure("Order Completed"), "stopped", 5)).kind
    'stopped'
    """
    if not operators[test.operator].of_events:
        return test.measure
    return replace(test.measure, kind=test.operator, setting=test.value)


def in_millionths(kind: str) -> bool:
    """Tell whether the windows of a kind of measure count in millionths.

    >>> in_millionths("sum"), in_millionths("count")
    (True, False)
    """
    return kinds[kind].millionths


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield the leaves from left to right; ``same``, sequences and holds are leaves.

    >>> len(list(leaves(All((Everyone(), Not(Member("vip")))))))
    2
    """
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, All | Any):
            waiting += reversed(part.parts)
        elif isinstance(part, Not):
            waiting.append(part.part)
        else:
            yield part


def reading(attribute: str) -> Read:
    """Return the function that reads an attribute from facts.

    >>> reading("time.now")(Facts(now=5))
    5
    """
    if attribute == NOW:
        return lambda facts: facts.now
    return lambda facts: facts.attributes.get(attribute)


def measuring(measure: Measure, keys: Keys) -> Read:
    """Return the function that reads a measure; an absent window is one in which nothing happened.

    >>> measuring(Measure("Order Completed"), {Measure("Order Completed"): "k"})(Facts())
    0
    """
    key = _key(measure, keys)
    nothing = create(measure).read(0)

    def read(facts: Facts) -> object:
        window = facts.windows.get(key)
        return nothing if window is None else window.read(facts.now)

    return read


def operand(test: EventTest, at: str = "") -> object:
    """Return an event test's operand as its measure counts: sums and the like in millionths.

    ``InvalidError`` with the code ``out_of_range`` for one no aggregate can reach.

    >>> operand(EventTest(Measure("Order Completed", kind="sum", path="properties.total"), value=2))
    2000000
    """
    if not in_millionths(test.measure.kind) or not isinstance(test.value, int | float | tuple):
        return test.value
    if isinstance(test.value, tuple):
        return tuple(scaled(part, at) for part in test.value)
    return scaled(test.value, at)


def _key(measure: Windowed, keys: Keys) -> str:
    if measure not in keys:
        raise InvalidError("", "unbound", "expected a window for every measure of the condition")
    return keys[measure]


def _everyone(_condition: Everyone, _keys: Keys) -> Answer:
    return lambda _facts: True


def _all(condition: All, keys: Keys) -> Answer:
    parts = tuple(compile(part, keys) for part in condition.parts)

    def answer(facts: Facts) -> Truth:
        truth: Truth = True
        for part in parts:
            found = part(facts)
            if found is False:
                return False
            if found is None:
                truth = None
        return truth

    return answer


def _any(condition: Any, keys: Keys) -> Answer:
    parts = tuple(compile(part, keys) for part in condition.parts)

    def answer(facts: Facts) -> Truth:
        truth: Truth = False
        for part in parts:
            found = part(facts)
            if found is True:
                return True
            if found is None:
                truth = None
        return truth

    return answer


def _not(condition: Not, keys: Keys) -> Answer:
    part = compile(condition.part, keys)

    def answer(facts: Facts) -> Truth:
        truth = part(facts)
        return None if truth is None else not truth

    return answer


def _test(condition: Test, _keys: Keys) -> Answer:
    part = operators[condition.operator]
    check = part.bind(condition.value, condition.ignore_case)
    if condition.attribute == NOW:
        return lambda facts: check(facts.now, facts)
    attribute = condition.attribute
    if part.total:
        return lambda facts: check(facts.attributes.get(attribute), facts)

    def answer(facts: Facts) -> Truth:
        value = facts.attributes.get(attribute)
        return None if value is None else check(value, facts)

    return answer


def _member(condition: Member, _keys: Keys) -> Answer:
    segment = condition.segment
    return lambda facts: facts.segments.get(segment)


def _event_test(condition: EventTest, keys: Keys) -> Answer:
    read = measuring(windowed(condition), keys)
    part = operators[condition.operator]
    check = part.bind(operand(condition))
    total = part.total

    def answer(facts: Facts) -> Truth:
        value = read(facts)
        return None if value is None and not total else check(value, facts)

    return answer


def _told(condition: Same | Sequence, keys: Keys) -> Answer:
    """Answer what a window itself says; one that does not exist heard of nothing."""
    key = _key(condition, keys)

    def answer(facts: Facts) -> Truth:
        window = facts.windows.get(key)
        truth = False if window is None else window.read(facts.now)
        return truth if isinstance(truth, bool) else None

    return answer


def _has_been(_condition: HasBeen, _keys: Keys) -> Answer:
    raise _unsupported("has_been")


def _unsupported(shape: str) -> InvalidError:
    return InvalidError("", "unsupported", f"{shape} is not run by this version")


_BUILDERS: Mapping[type, Callable[..., Answer]] = {
    Everyone: _everyone,
    All: _all,
    Any: _any,
    Not: _not,
    Test: _test,
    Member: _member,
    EventTest: _event_test,
    Same: _told,
    Sequence: _told,
    HasBeen: _has_been,
}
