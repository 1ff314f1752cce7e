"""A GrowthBook condition answered over raw attributes, as its JavaScript SDK answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.errors import InvalidError
from rules.expect import pointer
from rules.notations import javascript
from rules.notations.mongo import comparisons
from rules.notations.mongo.comparisons import OPERATORS

MOST_STEPS = 20_000
"""What one answer may cost: parts looked at, each for each element of the lists they look into."""
_MOST_FRAMES = 480
_PATTERN = 3
"""Eight signs of a pattern take as long to compile as a step."""
_COSTLY = "too_costly"
Groups = Mapping[str, object]
Visited = frozenset[str]


def evaluate(
    condition: object, attributes: object, saved_groups: object = None, *, at: str = ""
) -> bool:
    """Tell whether a GrowthBook condition holds for raw JSON attributes.

    ``saved_groups`` maps a group's id to its list of values, or to GrowthBook's typed entry. A
    missing attribute is null. ``InvalidError`` names the place of what is no condition, of what is
    too deep, too large or too costly, and of a pattern that RE2 cannot run; an operator nobody
    knows and a broken pattern are false. Source: GrowthBook's JavaScript SDK, whose reading of
    loose types this follows; objects are equal whatever the order of their keys.

    >>> evaluate({"country": "DE", "age": {"$gte": 18}}, {"country": "DE", "age": 20})
    True
    >>> evaluate({"id": {"$inGroup": "beta"}}, {"id": 7}, {"beta": [7]})
    True
    """
    javascript.bounded(condition, at)
    javascript.bounded(attributes, "/attributes")
    if not isinstance(attributes, dict):
        raise InvalidError("/attributes", "type", "expected an object of attributes")
    if not isinstance(saved_groups, dict | None):
        raise InvalidError("/saved_groups", "type", "expected an object of groups")
    return _Answer(saved_groups or {}).condition(attributes, condition, at, frozenset())


class _Answer:
    """One answer: the groups it may look into, and how many steps and frames it has left."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.left = MOST_STEPS
        self.frames = _MOST_FRAMES
        self.weights: dict[int, int] = {}
        self.words: Mapping[str, Callable[[object, object, str, Visited], bool]] = {
            "$and": self._and,
            "$or": self._or,
            "$nor": lambda *asked: not self._or(*asked),
            "$not": lambda *asked: not self.condition(*asked),
            "$savedGroup": self._group,
            "$savedGroups": lambda *_: False,
        }
        self.looking: Mapping[str, Callable[[object, object, str, Visited], bool]] = {
            "$inGroup": lambda value, name, at, _: self._grouped(value, name, at, True),
            "$notInGroup": lambda value, name, at, _: self._grouped(value, name, at, False),
            "$not": lambda *asked: not self.value(*asked),
            "$size": self._size,
            "$elemMatch": self._element,
            "$all": self._all,
            "$alli": self._alli,
        }

    def _step(self, at: str, *seen: object) -> None:
        self.left -= 1
        for value in seen:
            if isinstance(value, list | dict):
                self.left -= self._weight(value)
            elif isinstance(value, str):
                self.left -= len(value) >> 8
        if self.left < 0:
            raise InvalidError(at, _COSTLY, f"expected an answer within {MOST_STEPS} steps")

    def _weight(self, value: object) -> int:
        if id(value) not in self.weights:
            self.weights[id(value)] = javascript.weight(value)
        return self.weights[id(value)]

    def condition(self, subject: object, raw: object, at: str, visited: Visited) -> bool:
        """Answer an object of paths and of $and, $or, $nor, $not, $savedGroup."""
        for name, wanted in _object(raw, at).items():
            self._step(at)
            place = f"{at}/{pointer(name)}"
            if name in self.words:
                if not self.words[name](subject, wanted, place, visited):
                    return False
            elif not self.value(comparisons.at_path(subject, name), wanted, place, visited):
                return False
        return True

    def _and(self, subject: object, raw: object, at: str, visited: Visited) -> bool:
        for index, part in enumerate(_list(raw, at)):
            if not self.condition(subject, part, f"{at}/{index}", visited):
                return False
        return True

    def _or(self, subject: object, raw: object, at: str, visited: Visited) -> bool:
        for index, part in enumerate(_list(raw, at)):
            if self.condition(subject, part, f"{at}/{index}", visited):
                return True
        return not raw

    def value(
        self, value: object, wanted: object, at: str, visited: Visited, ignore_case: bool = False
    ) -> bool:
        """Answer what stands behind a path: a plain value, or an object of operators."""
        self._step(at, value)
        if not isinstance(wanted, dict) or not comparisons.is_operators(wanted):
            return comparisons.alike(wanted, value, ignore_case)
        for name, operand in wanted.items():
            place = f"{at}/{pointer(name)}"
            self._step(place, value, operand)
            if name in comparisons.PATTERNS:
                self.left -= len(javascript.text(operand)) >> _PATTERN
            if name in OPERATORS:
                if not OPERATORS[name](value, operand, place):
                    return False
            elif name not in self.looking or not self.looking[name](value, operand, place, visited):
                return False
        return True

    def _size(self, value: object, wanted: object, at: str, visited: Visited) -> bool:
        return isinstance(value, list) and self.value(len(value), wanted, at, visited)

    def _element(self, value: object, wanted: object, at: str, visited: Visited) -> bool:
        inner = _object(wanted, at)
        answer = self.value if comparisons.is_operators(inner) else self.condition
        for element in value if isinstance(value, list) else ():
            if element is not None and answer(element, inner, at, visited):
                return True
        return False

    def _all(
        self, value: object, wanted: object, at: str, visited: Visited, ignore_case: bool = False
    ) -> bool:
        if not isinstance(wanted, list) or not isinstance(value, list):
            return False
        for index, part in enumerate(wanted):
            place = f"{at}/{index}"
            if not any(self.value(one, part, place, visited, ignore_case) for one in value):
                return False
        return True

    def _alli(self, value: object, wanted: object, at: str, visited: Visited) -> bool:
        return self._all(value, wanted, at, visited, ignore_case=True)

    def _grouped(self, value: object, name: object, at: str, wanted: bool) -> bool:
        members = self._members(name)
        if members is None:
            return False
        self.left -= len(members) >> 6
        self._step(at)
        return comparisons.is_in(value, members) is wanted

    def _members(self, name: object) -> Sequence[object] | None:
        """Return the values of a list group, none for an unknown one, ``None`` for a broken one."""
        entry = self.groups.get(javascript.text(name), [])
        if isinstance(entry, dict) and entry.get("type") == "list":
            entry = entry.get("values")
        return entry if isinstance(entry, list) else None

    def _group(self, subject: object, raw: object, at: str, visited: Visited) -> bool:
        """Answer a reference to a typed group; one that is broken or circular holds for nobody."""
        reference = raw if isinstance(raw, dict) else {}
        name = reference.get("id")
        if not isinstance(name, str) or name in visited:
            return False
        entry = self.groups.get(name)
        if not isinstance(reference.get("attributeKey", ""), str) or not isinstance(entry, dict):
            return False
        if entry.get("type") == "list":
            path = reference.get("attributeKey", entry.get("attributeKey"))
            value = comparisons.at_path(subject, path) if isinstance(path, str) else None
            return isinstance(path, str) and self._grouped(value, name, at, True)
        whole = entry.get("condition")
        return entry.get("type") == "condition" and self._nested(
            subject, whole, at, visited | {name}
        )

    def _nested(self, subject: object, condition: object, at: str, visited: Visited) -> bool:
        frames = self.frames
        try:
            self.frames -= 3 * (javascript.bounded(condition, at) - 2)
            return self.frames > 0 and self.condition(subject, condition, at, visited)
        except InvalidError as error:
            if error.code == _COSTLY:
                raise
            return False
        finally:
            self.frames = frames


def _object(raw: object, at: str) -> dict[str, object]:
    if not isinstance(raw, dict) or not all(isinstance(key, str) for key in raw):
        raise InvalidError(at, "type", "expected an object that is a condition")
    return raw


def _list(raw: object, at: str) -> list[object]:
    if not isinstance(raw, list):
        raise InvalidError(at, "type", "expected a list of conditions")
    return raw
