"""A JsonLogic rule answered over raw data: its logic, comparisons, quantifiers and accessors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.errors import InvalidError
from rules.expect import pointer
from rules.notations import javascript as js
from rules.notations.logic import comparisons
from rules.notations.logic.refusals import REFUSED

MOST_STEPS = 20_000
"""What one answer may cost: operations run, each for each element of the lists they look into."""
_QUANTIFIED = 2


def evaluate(
    rule: object, data: object = None, *, javascript: bool = False, at: str = ""
) -> object:
    """Return what a JsonLogic rule makes of raw JSON data; what ``var`` does not find is null.

    The answers are those of the suites that the JsonLogic community keeps, where text that is no
    number cannot be compared with a number and null is 0 beside one; with ``javascript`` they are
    those of json-logic-js to the letter, where such a comparison is false. ``InvalidError`` names
    the place of an operation that is not run here, of a wrong number of arguments, of what cannot
    be compared, and of a rule or data too deep, too large or too costly. What a rule does not reach
    is not run. Source: jsonlogic.com; json-logic/compat-tables; jwadhams/json-logic-js.

    >>> evaluate({"and": [{">=": [{"var": "age"}, 18]}, {"in": ["a", {"var": "tags"}]}]},
    ...          {"age": 20, "tags": ["a"]})
    True
    >>> evaluate({"if": [{"missing": ["name"]}, "who?", {"var": "name"}]}, {})
    'who?'
    """
    js.bounded(rule, at)
    js.bounded(data, "/data")
    return _Answer(javascript).run(rule, data, at)


class _Answer:
    """One answer: the dialect it is in, and how many steps it has left."""

    def __init__(self, letter: bool) -> None:
        self.letter = letter
        self.left = MOST_STEPS
        self.weights: dict[int, int] = {}

    def run(self, raw: object, data: object, at: str) -> object:
        """Run a rule: an object of one operation, a list of rules, or a plain value."""
        if isinstance(raw, list):
            self._step(at, raw)
            if not any(isinstance(part, dict | list) for part in raw):
                return raw
            return [self.run(part, data, f"{at}/{i}") for i, part in enumerate(raw)]
        if not isinstance(raw, dict) or not raw or (self.letter and len(raw) > 1):
            return raw
        if len(raw) > 1:
            raise InvalidError(at, "operation", "expected an object with one operation")
        name, asked = next(iter(raw.items()))
        place = f"{at}/{pointer(name)}"
        self._step(place)
        if name in _OPERATIONS:
            return _OPERATIONS[name](self, asked, data, place)
        if name in comparisons.COMPARISONS:
            return self._compared(name, asked, data, place)
        reason = REFUSED.get(name, "JsonLogic does not know it")
        raise InvalidError(place, "operation", f"{str(name)[:64]} is not run here: {reason}")

    def _step(self, at: str, *seen: object) -> None:
        self.left -= 1
        for value in seen:
            if isinstance(value, list | dict):
                if id(value) not in self.weights:
                    self.weights[id(value)] = js.weight(value)
                self.left -= self.weights[id(value)]
            elif isinstance(value, str):
                self.left -= len(value) >> 8
        if self.left < 0:
            raise InvalidError(at, "too_costly", f"expected an answer within {MOST_STEPS} steps")

    def _arguments(self, raw: object, at: str, least: int = 0) -> Sequence[object]:
        if self.letter and not isinstance(raw, list):
            raw = [raw]
        if not isinstance(raw, list) or (len(raw) < least and not self.letter):
            raise InvalidError(at, "arguments", f"expected a list of {least or 'its'} arguments")
        return raw

    def _unary(self, raw: object, data: object, at: str) -> Sequence[object]:
        """Run the arguments of an operation that takes one as it stands, too."""
        found = self.run(raw, data, at)
        return found if isinstance(raw, list) and isinstance(found, list) else [found]

    def _truthy(self, value: object) -> bool:
        if isinstance(value, dict):
            return self.letter or bool(value)
        return bool(value) if isinstance(value, list) else js.truthy(value)

    def run_truth(self, raw: object, data: object, at: str) -> bool:
        found = self._unary(raw, data, at)
        return bool(found) and self._truthy(found[0])

    def run_and(self, raw: object, data: object, at: str) -> object:
        found: object = None
        for index, part in enumerate(self._arguments(raw, at)):
            found = self.run(part, data, f"{at}/{index}")
            if not self._truthy(found):
                break
        return found

    def run_or(self, raw: object, data: object, at: str) -> object:
        found: object = None
        for index, part in enumerate(self._arguments(raw, at)):
            found = self.run(part, data, f"{at}/{index}")
            if self._truthy(found):
                break
        return found

    def run_if(self, raw: object, data: object, at: str) -> object:
        parts = self._arguments(raw, at)
        for index in range(0, len(parts) - 1, 2):
            if self._truthy(self.run(parts[index], data, f"{at}/{index}")):
                return self.run(parts[index + 1], data, f"{at}/{index + 1}")
        last = len(parts) - 1
        return self.run(parts[last], data, f"{at}/{last}") if len(parts) % 2 else None

    def _compared(self, name: str, raw: object, data: object, at: str) -> bool:
        parts = self._arguments(raw, at, 2)
        compare = comparisons.COMPARISONS[name]
        if self.letter:
            found = [self.run(part, data, f"{at}/{i}") for i, part in enumerate(parts)]
            self._step(at, *found)
            return comparisons.by_the_letter(name, found)
        first = self.run(parts[0], data, f"{at}/0")
        for index, part in enumerate(parts[1:], 1):
            second = self.run(part, data, f"{at}/{index}")
            self._step(at, first, second)
            if not compare(first, second, at):
                return False
            first = second
        return True

    def run_var(self, raw: object, data: object, at: str) -> object:
        found = self._unary(raw, data, at)
        path = found[0] if found else None
        otherwise = found[1] if len(found) > 1 else None
        self._step(at, path)
        return comparisons.looked_up(data, path, otherwise)

    def run_missing(self, raw: object, data: object, at: str) -> list[object]:
        keys = self._unary(raw, data, at)
        if keys and isinstance(keys[0], list):
            keys = keys[0]
        self._step(at, *keys)
        return [key for key in keys if comparisons.looked_up(data, key, None) in (None, "")]

    def run_missing_some(self, raw: object, data: object, at: str) -> list[object]:
        found = self._unary(raw, data, at)
        if len(found) != _QUANTIFIED or not isinstance(found[1], list):
            raise InvalidError(at, "arguments", "expected a number and a list of names")
        need, keys = found
        missing = self.run_missing(keys, data, at)
        enough = js.order(len(found[1]) - len(missing), need)
        return [] if enough in (0, 1) else missing

    def run_in(self, raw: object, data: object, at: str) -> bool:
        found = [*self._unary(raw, data, at), None, None]
        self._step(at, found[0], found[1])
        return comparisons.within(found[0], found[1])

    def run_all(self, raw: object, data: object, at: str) -> bool:
        elements, test = self._quantified(raw, data, at)
        return bool(elements) and all(
            self._truthy(self.run(test, element, f"{at}/1")) for element in elements
        )

    def run_some(self, raw: object, data: object, at: str) -> bool:
        elements, test = self._quantified(raw, data, at)
        return any(self._truthy(self.run(test, element, f"{at}/1")) for element in elements)

    def _quantified(self, raw: object, data: object, at: str) -> tuple[Sequence[object], object]:
        parts = [*self._arguments(raw, at), None, None]
        elements = self.run(parts[0], data, f"{at}/0")
        self._step(at, elements)
        return (elements if isinstance(elements, list) else []), parts[1]


_OPERATIONS: Mapping[str, Callable[[_Answer, object, object, str], object]] = {
    "and": _Answer.run_and,
    "or": _Answer.run_or,
    "if": _Answer.run_if,
    "?:": _Answer.run_if,
    "!": lambda answer, raw, data, at: not answer.run_truth(raw, data, at),
    "!!": _Answer.run_truth,
    "var": _Answer.run_var,
    "missing": _Answer.run_missing,
    "missing_some": _Answer.run_missing_some,
    "in": _Answer.run_in,
    "all": _Answer.run_all,
    "some": _Answer.run_some,
    "none": lambda answer, raw, data, at: not answer.run_some(raw, data, at),
}
