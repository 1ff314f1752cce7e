"""Hostile conditions of GrowthBook: read, and answered for a visitor as hostile as they are."""

from rules.notations import growthbook
from tests.rules.notations.hostile.shapes import deep, nested

VISITOR = {"a": "x" * 100_000, "n": 5, "l": list(range(10_000)), "deep": deep(20_000)}
READ = growthbook.read


def ANSWER(said):  # noqa: N802 the same name as beside
    return growthbook.evaluate(said, VISITOR)


def circle():
    said = {"$and": []}
    said["$and"] += [said] * 3
    return said


def each(count, test):
    return {"$or": [test(i) for i in range(count)]}


MADE = {
    "and in and": lambda: nested("$and", {"a": 1}, lambda inner: [inner]),
    "not in not": lambda: nested("$not", {"a": 1}),
    "not in not of a value": lambda: {"a": nested("$not", {"$eq": 1})},
    "or without end": lambda: each(100_000, lambda i: {"a": i}),
    "or of or of or": lambda: {"$or": [{"$or": [{"$or": [{"b": 1}] * 100}] * 100}] * 100},
    "nor of nor of nor": lambda: {"$nor": [{"$nor": [{"$nor": [{"b": 1}] * 60}] * 60}] * 60},
    "a condition in itself": circle,
    "a list without end": lambda: {"n": {"$in": list(range(100_000))}},
    "a list against a list": lambda: {"l": {"$in": list(range(20_000, 39_000))}},
    "all against a list": lambda: {"l": {"$all": list(range(10_000))}},
    "patterns against a list": lambda: {"l": {"$all": [{"$regex": f"x{i}"} for i in range(500)]}},
    "entries against a list": lambda: {"l": {"$elemMatch": {"$in": list(range(20_000, 30_000))}}},
    "a pattern that backtracks": lambda: {"a": {"$regex": "(x+x+)+y"}},
    "a pattern of patterns": lambda: {"a": {"$regex": "(x{1000}){1000}"}},
    "a pattern that looks ahead": lambda: {"a": {"$regex": "(?=x)"}},
    "a pattern that looks back": lambda: {"a": {"$regex": r"(x)\1"}},
    "a long pattern": lambda: {"a": {"$regex": "x" * 100_000}},
    "patterns without end": lambda: each(3_000, lambda i: {"a": {"$regex": f"x{i}"}}),
    "a path without end": lambda: {".".join("a" * 50_000): 1},
    "a name of a megabyte": lambda: {"a" * 10**6: 1},
    "names without end": lambda: {f"k{i}": 1 for i in range(50_000)},
    "versions without end": lambda: {"a": {"$vgt": "1." * 500_000}},
    "a number of thousands of digits": lambda: {"n": {"$gt": 10**5_000}},
    "a text of digits": lambda: {"n": {"$gt": "9" * 100_000}},
    "an exponent": lambda: {"n": {"$gt": "1e999999999"}},
    "NaN": lambda: {"n": {"$gt": float("nan")}},
    "infinity": lambda: {"n": {"$lt": float("inf")}},
    "a deep value": lambda: {"a": deep(20_000)},
    "deep against deep": lambda: {"deep": deep(20_000)},
    "sizes of sizes": lambda: {"l": {"$size": nested("$size", 1)}},
    "texts without regard to case": lambda: {"a": {"$ini": ["X" * 100_000] * 1_000}},
    "a lone surrogate": lambda: {"a": {"$eq": "\ud800"}},
    "a name that is no text": lambda: {1: 2, None: 3},
    "no condition": lambda: [1] * 100_000,
    "a text": lambda: "x" * 10**6,
    "a name of the language": lambda: {"__proto__": {"$exists": True}},
}
TAKEN = {
    name: "read, or answered, in its time"
    for name in MADE
    if name
    not in {
        "and in and", "not in not", "not in not of a value", "or without end",
        "or of or of or", "nor of nor of nor", "a condition in itself", "a list without end",
        "patterns without end", "no condition", "a text",
    }
}  # fmt: skip
"""What may be taken by one of the two: GrowthBook compares loosely where our language refuses."""
