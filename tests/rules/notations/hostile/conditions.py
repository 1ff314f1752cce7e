"""Hostile conditions of our own, and matrices and segments made of them."""

from rules.conditions import Member
from rules.definitions import build
from rules.matrix import document
from rules.parser import parse
from rules.scopes import Scope
from rules.stability import Stability
from tests.rules.notations.hostile.shapes import deep, nested


def READ(said):  # noqa: N802 the same name as beside
    if isinstance(said, dict) and "rows" in said:
        return document.parse(said)
    if isinstance(said, dict) and "segments" in said:
        return build(said["segments"], {})
    return parse(said, scope=Scope.SEGMENT)


FACES = "\U0001f600" * 1_024
"""A text as long as may be, of four bytes a sign."""


def asked(operator, value, path="traits.x"):
    return {"attribute": path, "operator": operator, "value": value}


def each(count, test):
    return {"any": [test(i) for i in range(count)]}


def area(points):
    line = [[i / points, 0] for i in range(points)]
    return {"type": "Polygon", "coordinates": [[*line, line[0]]]}


def rows(count, when):
    return {
        "rows": [{"id": str(i), "when": when(i), "then": {"variant": "x"}} for i in range(count)]
    }


def circle():
    said = {"all": []}
    said["all"] += [said] * 3
    return said


def segments(count):
    names = [f"s{i}" for i in range(count)]
    links = zip(names, [*names[1:], names[0]], strict=True)
    return {"segments": {name: (Member(other), Stability()) for name, other in links}}


MADE = {
    "all in all": lambda: nested("all", {"everyone": True}, lambda inner: [inner]),
    "not in not": lambda: nested("not", {"everyone": True}),
    "held in held": lambda: nested("has_been", {"everyone": True}),
    "a condition in itself": circle,
    "filters in filters": lambda: {"event": "A", "where": nested("not", {"everyone": True})},
    "parts without end": lambda: each(100_000, lambda i: asked("equals", i)),
    "events without end": lambda: each(100, lambda i: {"event": f"E{i}"}),
    "steps without end": lambda: {"sequence": [{"event": "A"}] * 10_000},
    "a list without end": lambda: asked("in", list(range(100_000))),
    "lists without end": lambda: each(500, lambda i: asked("in", [f"{i}.{k}" for k in range(900)])),
    "patterns without end": lambda: each(500, lambda i: asked("matches", f"a{i}" + "(a|b)?" * 80)),
    "a pattern that backtracks": lambda: asked("matches", "(a+)+$"),
    "a pattern of patterns": lambda: asked("matches", "(((a{100}){100}){100})"),
    "a pattern of all letters": lambda: asked("matches", r"[\pL\pN\pS]{1000}"),
    "areas without end": lambda: each(200, lambda _i: asked("inside", area(900))),
    "an area of many points": lambda: asked("inside", area(100_000)),
    "an area nowhere": lambda: asked(
        "inside", {"type": "Polygon", "coordinates": [[[float("nan"), 0]] * 4]}
    ),
    "networks without end": lambda: asked("in_network", ["10.0.0.0/8"] * 100_000),
    "a network of a megabyte": lambda: asked("in_network", "1" * 10**6),
    "a zone that is a path": lambda: asked(
        "time_of_day", {"from": "08:00", "until": "09:00", "zone": "../../etc/passwd"}
    ),
    "an instant beyond the calendar": lambda: asked("before", "99999-01-01T00:00:00Z"),
    "a duration beyond a century": lambda: asked("within_last", "P999999999D"),
    "a number of thousands of digits": lambda: asked("at_least", 10**5_000),
    "NaN": lambda: asked("at_least", float("nan")),
    "infinity": lambda: asked("between", [0, float("inf")]),
    "a truth as a number": lambda: asked("at_least", True),
    "a text of a megabyte": lambda: asked("equals", "x" * 10**6),
    "texts of all planes": lambda: each(500, lambda _i: asked("in", [FACES] * 39)),
    "texts that all differ": lambda: each(
        2, lambda i: asked("in", [FACES[:110] + f"{i}.{k}" for k in range(9_999)])
    ),
    "texts that begin alike": lambda: asked("in", [f"{'a' * 1_000}{k}" for k in range(2_220)]),
    "a path of a megabyte": lambda: asked("equals", 1, "traits." + "a" * 10**6),
    "a path of dots": lambda: asked("equals", 1, "traits" + ".a" * 100_000),
    "an operator of a megabyte": lambda: asked("x" * 10**6, 1),
    "a deep value": lambda: asked("equals", deep(20_000)),
    "a lone surrogate": lambda: asked("equals", "\ud800"),
    "a nought": lambda: asked("equals", "a\0b"),
    "keys without end": lambda: {f"k{i}": 1 for i in range(100_000)},
    "a key that is no text": lambda: {1: 2},
    "no condition": lambda: "x" * 10**6,
    "rows without end": lambda: rows(20_000, lambda _i: {"everyone": True}),
    "rows of many parts": lambda: rows(2_000, lambda i: {"all": [asked("equals", i)] * 200}),
    "rows of long lists": lambda: rows(500, lambda i: asked("in", [f"{i}"] * 5_000)),
    "rows of long texts": lambda: rows(400, lambda _i: asked("in", [FACES] * 2_000)),
    "rows of the same id": lambda: {"rows": [*rows(2, lambda _i: {"everyone": True})["rows"]] * 2},
    "a row in itself": lambda: rows(1, lambda _i: circle()),
    "segments in a circle": lambda: segments(2_000),
    "a segment in itself": lambda: segments(1),
}
TAKEN = {
    "a pattern that backtracks": "RE2 does not",
    "texts that all differ": "20 000 texts of a hundred signs",
    "texts that begin alike": "2 000 texts of a thousand signs",
}
