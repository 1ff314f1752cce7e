"""In which order derived attributes are settled, so that inference ends and order means nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rules.compiler import attributes, leaves
from rules.conditions import All, Any, Condition, HasBeen, Not, Test
from rules.errors import InvalidError
from rules.operators.registry import operators

DERIVED = "derived."
_SHOWN = 8

Said = tuple[Condition, Mapping[str, object], int, bool]
"""What is needed of one rule: when, what it concludes, its priority, whether it is enabled."""


class Stratum(NamedTuple):
    """Attributes settled together, each with its rules (by number) in order of precedence.

    ``depth`` counts the layers below. ``circle``: they ask about each other, which is admitted only
    where a conclusion can never be taken back, and then until nothing new is concluded.
    """

    attributes: Mapping[str, tuple[int, ...]]
    depth: int
    circle: bool = False


def stratify(rules: Sequence[Said]) -> tuple[Stratum, ...]:
    """Return the strata of rules, lowest first.

    ``InvalidError`` (code ``unknown``) for a derived attribute that is asked about and concluded by
    no rule, (code ``circle``) for attributes that depend on themselves where a conclusion could be
    taken back. The components are Tarjan's (1972, "Depth-first search and linear graph
    algorithms").

    >>> from rules.conditions import Everyone
    >>> low = (Everyone(), {"derived.a": 1}, 0, True)
    >>> high = (Test("derived.a", "equals", 1), {"derived.b": 2}, 0, True)
    >>> [list(stratum.attributes) for stratum in stratify([high, low])]
    [['derived.a'], ['derived.b']]
    """
    concluded = {path for _, conclude, _, _ in rules for path in conclude}
    asked = [derived(when) for when, _, _, _ in rules]
    for i, paths in enumerate(asked):
        if _remembers(rules[i][0]):
            message = "expected has_been over facts that are not derived"
            raise InvalidError(f"/rules/{i}/when", "unsupported", message)
        if strange := sorted(paths - concluded):
            message = f"expected a derived attribute that a rule concludes, not {strange[0]}"
            raise InvalidError(f"/rules/{i}/when", "unknown", message)
    needs: dict[str, set[str]] = {path: set() for path in sorted(concluded)}
    ranked: dict[str, list[int]] = {path: [] for path in needs}
    for i in sorted(range(len(rules)), key=lambda i: -rules[i][2]):
        _, conclude, _, enabled = rules[i]
        for path in conclude if enabled else ():
            needs[path] |= asked[i]
            ranked[path].append(i)
    depths: dict[str, int] = {}
    return tuple(
        _stratum(part, rules, asked, (needs, ranked, depths)) for part in _components(needs)
    )


def derived(condition: Condition) -> frozenset[str]:
    """Return the derived attributes a condition asks about, also inside what it holds.

    >>> derived(Not(Test("derived.stage", "equals", "loyalty")))
    frozenset({'derived.stage'})
    """
    paths = set(attributes(condition))
    for leaf in leaves(condition):
        if isinstance(leaf, HasBeen):
            paths |= derived(leaf.part)
    return frozenset(path for path in paths if path.startswith(DERIVED))


def _stratum(
    part: list[str],
    rules: Sequence[Said],
    asked: Sequence[frozenset[str]],
    found: tuple[Mapping[str, set[str]], Mapping[str, list[int]], dict[str, int]],
) -> Stratum:
    needs, ranked, depths = found
    inside = set(part)
    circle = any(needs[path] & inside for path in part)
    if circle:
        asking = sorted({i for path in part for i in ranked[path] if asked[i] & inside})
        for i in asking:
            _only_grows(inside, f"/rules/{i}/when", rules[i][0])
        for path in part:
            if len({repr(rules[i][1][path]) for i in ranked[path]}) > 1:
                first = next(i for i in ranked[path] if asked[i] & inside)
                raise _circle(f"/rules/{first}/when", inside, f"{path} has more than one value")
    below = {needed for path in part for needed in needs[path]} - inside
    depth = 1 + max((depths[path] for path in below), default=-1)
    depths.update(dict.fromkeys(part, depth))
    return Stratum({path: tuple(ranked[path]) for path in part}, depth, circle)


def _only_grows(circle: set[str], at: str, when: Condition) -> None:
    """Refuse a circle in which something concluded could become untrue again.

    Kleene's connectives only ever turn unknown into true or false as more is known. So an attribute
    with one possible value, asked by operators that do not see the unknown, is never taken back.
    """
    for leaf, negated in _placed(when):
        takes_back = negated or not isinstance(leaf, Test) or operators[leaf.operator].total
        if takes_back and derived(leaf) & circle:
            raise _circle(at, circle, "asked through a negation, or whether it is known")


def _circle(at: str, circle: set[str], reason: str) -> InvalidError:
    shown = ", ".join(sorted(circle)[:_SHOWN])
    return InvalidError(at, "circle", f"expected no circle through {shown}: {reason}")


def _remembers(condition: Condition) -> bool:
    """Whether it asks how long something derived has been so: inference keeps nothing."""
    return any(isinstance(leaf, HasBeen) and derived(leaf) for leaf in leaves(condition))


def _placed(condition: Condition, negated: bool = False) -> Iterator[tuple[Condition, bool]]:
    """Yield the leaves, and whether each stands below a negation."""
    if isinstance(condition, All | Any):
        for part in condition.parts:
            yield from _placed(part, negated)
    elif isinstance(condition, Not):
        yield from _placed(condition.part, True)
    else:
        yield condition, negated


def _components(needs: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected attributes, those that others need first; no recursion."""
    found: list[list[str]] = []
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: dict[str, None] = {}
    for root in needs:
        if root not in index:
            _visit(root, needs, (index, low), stack, found)
    return found


def _visit(
    root: str,
    needs: Mapping[str, set[str]],
    numbers: tuple[dict[str, int], dict[str, int]],
    stack: dict[str, None],
    found: list[list[str]],
) -> None:
    index, low = numbers
    walk = [(root, iter(sorted(needs[root])))]
    index[root] = low[root] = len(index)
    stack[root] = None
    while walk:
        node, rest = walk[-1]
        after = next((other for other in rest if other not in index or other in stack), None)
        if after is None:
            walk.pop()
            if walk:
                low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
            if low[node] == index[node]:
                found.append(_popped(stack, node))
        elif after in index:
            low[node] = min(low[node], index[after])
        else:
            index[after] = low[after] = len(index)
            stack[after] = None
            walk.append((after, iter(sorted(needs[after]))))


def _popped(stack: dict[str, None], node: str) -> list[str]:
    part: list[str] = []
    while not part or part[-1] != node:
        part.append(stack.popitem()[0])
    return sorted(part)
