"""Hostile rules of JsonLogic: read, and answered for data as hostile as they are."""

from rules.notations import jsonlogic
from tests.rules.notations.hostile.shapes import deep, nested

DATA = {"a": "x" * 100_000, "n": 5, "l": list(range(10_000)), "deep": deep(20_000)}
READ = jsonlogic.read


def ANSWER(said):  # noqa: N802 the same name as beside
    return jsonlogic.evaluate(said, DATA)


def circle():
    said = {"and": []}
    said["and"] += [said] * 3
    return said


def thrice(name):
    inner = True
    for _ in range(3):
        inner = {name: [[1] * 1_000, inner]}
    return inner


MADE = {
    "and in and": lambda: nested("and", True, lambda inner: [inner]),
    "not in not": lambda: nested("!", True),
    "if in if": lambda: nested("if", True, lambda inner: [inner, 1, 2]),
    "var in var": lambda: nested("var", "a", times=1_000),
    "or without end": lambda: {"or": [{"==": [{"var": "n"}, -i - 1]} for i in range(100_000)]},
    "if without end": lambda: {"if": [False, 1] * 50_000},
    "and of and of and": lambda: {"and": [{"and": [{"and": [True] * 100}] * 100}] * 100},
    "a rule in itself": circle,
    "all in all in all": lambda: thrice("all"),
    "none in none in none": lambda: thrice("none"),
    "a list without end": lambda: {"in": [{"var": "n"}, list(range(100, 100_000))]},
    "a path without end": lambda: {"var": ".".join("a" * 50_000)},
    "a name of a megabyte": lambda: {"var": "a" * 10**6},
    "names without end": lambda: {f"k{i}": 1 for i in range(100_000)},
    "missing without end": lambda: {"missing": ["a"] * 100_000},
    "missing in great numbers": lambda: {"missing_some": [10**5_000, ["a"]]},
    "missing in infinite numbers": lambda: {"missing_some": [float("inf"), ["a"]]},
    "a number of thousands of digits": lambda: {"==": [10**5_000, 1]},
    "a text of digits": lambda: {"==": ["9" * 100_000, 1]},
    "an exponent": lambda: {"<": ["1e999999", 1]},
    "another base": lambda: {"==": ["0x" + "f" * 10_000, 1]},
    "NaN": lambda: {"==": [float("nan"), float("nan")]},
    "infinity": lambda: {"<": [float("inf"), 1]},
    "a deep list": lambda: {"==": [deep(20_000), "x"]},
    "lists of lists": lambda: {"==": [[[[1] * 100] * 100] * 100, ""]},
    "a list as a text": lambda: {"==": [[1] * 50_000, "1,1"]},
    "a text in a text": lambda: {"in": ["x" * 50_000 + "y", {"var": "a"}]},
    "map": lambda: {"map": [{"var": "l"}, {"*": [{"var": ""}, 2]}]},
    "reduce": lambda: {"reduce": [{"var": "l"}, {"+": [1, 2]}, 0]},
    "arithmetic": lambda: {"+": ["1"] * 100_000},
    "text put together": lambda: {"cat": ["a"] * 100_000},
    "a method": lambda: {"method": ["a", "constructor"]},
    "an operation nobody knows": lambda: {"system": ["ls"]},
    "two operations": lambda: {"and": [True], "or": [False]},
    "a name that is no text": lambda: {1: 2},
    "a lone surrogate": lambda: {"==": ["\ud800", "\ud800"]},
}
TAKEN = {
    name: "read, or answered, in its time"
    for name in MADE
    if name
    not in {
        "and in and", "not in not", "if in if", "or without end", "and of and of and",
        "a rule in itself", "all in all in all", "map", "reduce", "arithmetic",
        "text put together", "a method", "an operation nobody knows",
    }
}  # fmt: skip
"""What may be taken by one of the two; JsonLogic compares loosely where our language refuses."""
