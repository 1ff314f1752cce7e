"""Rules that conclude facts, made up at random, and said a second time as plainly as can be."""

from __future__ import annotations

from rules.facts import Facts
from tests.rules import naive

ATTRIBUTES = ["derived.a", "derived.b", "derived.c", "derived.d"]
VALUES = {
    "derived.a": ["low", "high", "1"],
    "derived.b": [1, 2, 2.5],
    "derived.c": [True, False],
    "derived.d": ["x"],
}
BASE = ["traits.plan", "traits.age", "traits.tags"]
SINGLES = ["pro", "free", "", 0, 1, 2, True, False]


def documents(random, rules=6, leaves=4):
    """Return a document whose attributes ask only about those before them: it has no circle."""
    made = [_rule(random, f"r{i}", leaves) for i in range(random.randint(1, rules))]
    known = {path: VALUES[path][0] for path in ATTRIBUTES}
    never = {"id": "never", "when": {"everyone": True}, "conclude": known, "enabled": False}
    return {"rules": [*made, never]}


def _rule(random, name, leaves):
    concluded = random.sample(ATTRIBUTES, random.choice([1, 1, 1, 2]))
    lowest = min(ATTRIBUTES.index(path) for path in concluded)
    return {
        "id": name,
        "when": _condition(random, ATTRIBUTES[:lowest], leaves),
        "conclude": {path: random.choice(VALUES[path]) for path in concluded},
        "priority": random.choice([0, 0, 1, -5]),
        "enabled": random.random() > 0.1,
    }


def _condition(random, below, leaves):
    if leaves <= 1 or random.random() < 0.3:
        return _leaf(random, below)
    shape = random.choice(["all", "any", "not"])
    if shape == "not":
        return {"not": _condition(random, below, leaves - 1)}
    share = leaves // 2
    return {shape: [_condition(random, below, share) for _ in range(random.randint(1, 2))]}


def _leaf(random, below):
    if random.random() < 0.1:
        return random.choice([{"everyone": True}, {"segment": "vip"}, {"segment": "new"}])
    path = random.choice([*BASE, *below, *below])
    operator = random.choice(["equals", "not_equals", "is_known", "is_unknown", "at_least", "in"])
    test = {"attribute": path, "operator": operator}
    if operator in ("is_known", "is_unknown"):
        return test
    singles = [*SINGLES, *VALUES.get(path, ())]
    value = random.choice([0, 1, 2]) if operator == "at_least" else random.choice(singles)
    return {**test, "value": [value, random.choice(singles)] if operator == "in" else value}


def facts(random):
    """Return what is known of somebody: little, and of any type."""
    attributes = {path: random.choice([*SINGLES, None]) for path in BASE if random.random() < 0.7}
    segments = {name: random.random() < 0.5 for name in ("vip", "new") if random.random() < 0.7}
    return Facts({**attributes, "derived.a": "stale"}, segments)


def conclusions(program, given):
    """Return what a program concludes: who is asked about is settled first, by recursion."""
    settled: dict[str, object] = {}

    def settle(path):
        if path not in settled:
            settled[path] = None
            settled[path] = next(
                (rule.conclude[path] for rule in ranked if path in rule.conclude and holds(rule)),
                None,
            )
        return settled[path]

    def holds(rule):
        return naive.answer(rule.when, facts_now) is True

    ranked = sorted((r for r in program.rules if r.enabled), key=lambda rule: -rule.priority)
    attributes = _Asked(given.attributes, settle, {p for r in program.rules for p in r.conclude})
    facts_now = Facts(attributes, given.segments, given.windows, given.now)
    return {p: v for p in sorted(attributes.derived) if (v := settle(p)) is not None}


class _Asked(dict):
    def __init__(self, given, settle, derived):
        super().__init__(given)
        self.settle, self.derived = settle, derived

    def get(self, path, default=None):
        if path.startswith("derived."):
            return self.settle(path) if path in self.derived else default
        return super().get(path, default)
