"""Small tables and every visitor there can be for them: the oracle of the checker."""

from __future__ import annotations

from itertools import combinations, product
from math import prod

from rules.facts import Facts
from rules.matrix.check.rows import whole
from tests.rules import naive

CATALOGUE = {
    "traits.plan": "string",
    "traits.age": "number",
    "traits.ok": "boolean",
    "traits.tags": "list",
    "traits.app": "version",
    "traits.seen": "datetime",
    "traits.last": "datetime",
    "context.ip": "ip",
}
DAY = 86_400_000_000
INSTANTS = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]
AT = [1_767_225_600_000_000, 1_769_904_000_000_000]
GRID = {
    "traits.plan": ["".join(t) for n in range(5) for t in product("abz", repeat=n)],
    "traits.age": [-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4],
    "traits.ok": [True, False],
    "traits.tags": [tuple(t) for n in range(4) for t in product(["x", "y", 1, "z"], repeat=n)],
    "traits.app": ["0.1", "1.0-a", "1.0", "v1.0.0", "1.0.1-0", "1.2-a", "1.2", "1.2+b", "2.0"],
    "traits.seen": [AT[0] - 1, AT[0], AT[0] + 1, AT[1] - 1, AT[1], AT[1] + 1],
    "traits.last": [age * DAY + off for age in (-2, -1, 0, 1, 2) for off in (-1, 0, 1)],
    "context.ip": ["9.0.0.1", "10.0.0.0", "10.1.0.0", "10.2.0.1", "11.0.0.0", "::1"],
    "traits.any": ["x", "y", "", 1, 2, 7, True, False, (0.5, 0.5), ("x",)],
    "traits.other": ["x", "y", "", 1, 2, 7, True, False, (0.5, 0.5), ("x",)],
}
SEVERAL = ["collect", "rule_order", "output_order"]
SEGMENTS = ["vip", "new"]
SINGLES = ["x", "y", 1, 2, True, False]


def leaf(draw):
    """Return one random test; the texts and numbers are few, so that tests meet."""
    path = draw.choice([*GRID, *GRID, "segment", "segment", "now"])
    if path == "segment":
        return {"segment": draw.choice(SEGMENTS)}
    if path == "now":
        operator = draw.choice(["before", "not_before", "after"])
        return {"attribute": "time.now", "operator": operator, "value": draw.choice(INSTANTS)}
    if draw.random() < 0.12:
        return {"attribute": path, "operator": draw.choice(["is_known", "is_unknown"])}
    operator, value = draw.choice(list(OPERATORS[path]))
    value = value(draw) if callable(value) else draw.choice(value)
    said = {"attribute": path, "operator": operator, "value": value}
    return {key: part for key, part in said.items() if part is not None}


def _some(values):
    return lambda draw: draw.sample(values, draw.randint(1, 3))


_TEXTS = ["a", "b", "ab", "ba"]
_ALIKE = [(name, SINGLES) for name in ("equals", "not_equals")]
_ALIKE += [(name, _some(SINGLES)) for name in ("in", "not_in")]
_NUMBERS = ["at_least", "less_than", "at_most", "more_than", "equals", "not_equals"]
_RELEASES = ["version_at_least", "version_less_than", "version_at_most", "version_equals"]
_AGES = ["within_last", "not_within_last", "older_than", "within_next"]
OPERATORS = {
    "traits.plan": [
        *((name, [*_TEXTS, ""]) for name in ("equals", "not_equals")),
        *((name, _some(_TEXTS)) for name in ("in", "not_in")),
        *((name, _TEXTS) for name in ("contains", "starts_with", "not_starts_with", "ends_with")),
        ("is_empty", [None]),
    ],
    "traits.age": [
        *((name, [0, 1, 2, 3]) for name in _NUMBERS),
        ("between", [[0, 1], [1, 3]]),
        ("not_between", [[1, 2]]),
    ],
    "traits.ok": [("equals", [True, False]), ("not_equals", [True])],
    "traits.tags": [
        *((name, _some(["x", 1, "y"])) for name in ("has_any", "has_none", "has_all")),
        ("size", [0, 1, {"at_least": 2}, {"at_least": 1, "at_most": 2}]),
        ("is_not_empty", [None]),
    ],
    "traits.app": [(name, ["1.0", "1.2"]) for name in _RELEASES],
    "traits.seen": [(name, INSTANTS) for name in ("before", "not_before", "after", "not_after")],
    "traits.last": [(name, ["1d", "2d"]) for name in _AGES],
    "context.ip": [
        (n, [["10.0.0.0/8"], ["10.1.0.0/16"]]) for n in ("in_network", "not_in_network")
    ],
    "traits.any": _ALIKE,
    "traits.other": _ALIKE,
}


def condition(draw, pool, depth=2):
    """Return a random condition out of a few leaves, nested with any and not."""
    if depth and draw.random() < 0.5:
        parts = [condition(draw, pool, depth - 1) for _ in range(draw.randint(1, 3))]
        return {draw.choice(["all", "any"]): parts}
    if draw.random() < 0.15:
        return {"not": condition(draw, pool, depth)}
    return {"everyone": True} if draw.random() < 0.05 else draw.choice(pool)


def table(draw):
    """Return the document of a random small table: up to six rows over up to four columns."""
    pool = _few_columns([leaf(draw) for _ in range(draw.randint(2, 7))])
    policy = draw.choice(["first", "first", "first", "unique", "priority", "any", *SEVERAL])
    rows = [
        {
            "id": f"r{n}",
            "when": condition(draw, pool),
            "then": {"variant": draw.choice("ab")},
            "rollout": draw.choice([100, 100, 100, 50, 0]),
            "priority": draw.randint(0, 2),
            "enabled": draw.random() < 0.9,
            **draw.choice([{}, {}, {}, {"active": {"from": "2026-01-01T00:00", "zone": "UTC"}}]),
        }
        for n in range(draw.randint(1, 6))
    ]
    said = {"hit_policy": policy, "rows": rows}
    return {**said, "limit": draw.randint(1, 3)} if policy in SEVERAL else said


def _few_columns(leaves):
    paths = list(dict.fromkeys(said.get("attribute", said.get("segment")) for said in leaves))[:4]
    return [said for said in leaves if said.get("attribute", said.get("segment")) in paths]


class Worlds:
    """Every visitor as a bit, and each row as the bits for which it holds."""

    def __init__(self, matrix, most):
        self.matrix = matrix
        self.rows = [row for row in matrix.rows if row.enabled and row.rollout > 0]
        if matrix.hit_policy in ("priority", "output_order"):
            self.rows.sort(key=lambda row: -row.priority)
        self.conditions = {row.id: whole(row) for row in self.rows}
        tests = [test for one in self.conditions.values() for test in _tests(one)]
        self.axes = _axes(tests)
        self.axes += [(("share", row.id), [True, False]) for row in self.rows if row.rollout < 100]
        keys = [key for key, _ in self.axes]
        many = prod(len(values) for _, values in self.axes) > most
        choices = () if many else product(*(values for _, values in self.axes))
        self.people = [dict(zip(keys, choice, strict=True)) for choice in choices]
        self.all = (1 << len(self.people)) - 1
        self.true = {row.id: self._true(row) for row in self.rows}

    def _true(self, row):
        bits = 0
        for i, one in enumerate(self.people):
            holds = naive.answer(self.conditions[row.id], facts(one)) is True
            bits |= (holds and one.get(("share", row.id), True)) << i
        return bits

    def rivals(self, row):
        place, policy = self.rows.index(row), self.matrix.hit_policy
        before, after = self.rows[:place], self.rows[place + 1 :]
        if policy == "unique":
            return before + after
        if policy == "any":
            return before + [other for other in after if other.variant != row.variant]
        return before

    def reached(self, row, rivals):
        """Tell whether somebody gets the row with only these in its way."""
        spare = self.matrix.limit - 1 if self.matrix.hit_policy in SEVERAL else 0
        for i in _bits(self.true[row.id]):
            if sum(self.true[other.id] >> i & 1 for other in rivals) <= spare:
                return True
        return False

    def tells(self, key):
        """Tell whether two visitors who differ in one thing only are answered differently."""
        answers = {}
        for i, one in enumerate(self.people):
            rest = tuple(value for name, value in one.items() if name != key)
            held = tuple(row.id for row in self.rows if self.true[row.id] >> i & 1)
            answer = held[:1] if self.matrix.hit_policy in ("first", "priority") else held
            if answers.setdefault(_typed(rest), answer) != answer:
                return True
        return False

    def idle(self):
        """Yield what rows ask about in vain; a schedule alone asks about nothing."""
        asked = [test for row in self.rows for test in _tests(row.when)]
        now = any(getattr(test, "attribute", "") == "time.now" for test in asked)
        for key, _ in self.axes:
            if key[0] != "share" and (key != "time.now" or now) and not self.tells(key):
                yield key

    def pairs(self):
        return combinations(self.rows, 2)


def facts(one):
    now = one.get("time.now", AT[0] + DAY)
    told = {path: value for path, value in one.items() if isinstance(path, str)}
    if told.get("traits.last") is not None:
        told["traits.last"] = now - told["traits.last"]
    inside = {key[1]: on for key, on in one.items() if key[0] == "segment" and on is not None}
    return Facts(told, inside, {}, now)


def _tests(condition):
    parts = getattr(condition, "parts", None) or (getattr(condition, "part", None),)
    if parts == (None,):
        return [condition]
    return [test for part in parts for test in _tests(part)]


def _axes(tests):
    """Return each thing asked about with its values, of those the tests cannot tell apart one."""
    axes = []
    for path, values in {**GRID, "time.now": GRID["traits.seen"]}.items():
        asked = [test for test in tests if getattr(test, "attribute", "") == path]
        if asked:
            known = path == "time.now"
            alike = {}
            for value in [*values, *([] if known else [None])]:
                seen = tuple(naive.leaf(test, facts({path: value})) for test in asked)
                alike.setdefault(seen, value)
            axes.append((path, list(alike.values())))
    named = {getattr(test, "segment", "") for test in tests}
    members = [(("segment", name), [True, False, None]) for name in SEGMENTS if name in named]
    return axes + members


def _typed(values):
    return tuple((type(value), value) for value in values)


def _bits(mask):
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
