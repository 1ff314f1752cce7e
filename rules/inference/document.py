"""Rules that conclude facts as frozen data: when, what, and which rule comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules import canonical, expect
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.inference.strata import Stratum, stratify
from rules.parser import parse as parse_condition
from rules.scopes import Scope, attribute
from rules.values import kind_of

MOST_RULES = 200
MOST_CONCLUSIONS = 16
MOST_ATTRIBUTES = 200
MOST_NODES = 3_000
"""So many objects and lists a whole document may consist of."""
MOST_ENTRIES = 40_000
"""So many entries they may have together."""
LONGEST_VALUE = 256
LONGEST_NOTE = 4_000
_LONGEST_ID = 64
_HIGHEST = 1_000_000
_FAMILY = "derived"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where ``when`` is true, every attribute in ``conclude`` is proposed its value."""

    id: str
    when: Condition
    conclude: Mapping[str, str | bool | float]
    priority: int = 0
    enabled: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """The whole document; ``strata`` are its attributes in the order in which they are settled."""

    rules: tuple[Rule, ...] = ()
    strata: tuple[Stratum, ...] = field(default=(), compare=False)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes the rules may conclude, in order of their names.

        >>> parse({"rules": []}).attributes
        ()
        """
        return tuple(sorted({path for rule in self.rules for path in rule.conclude}))


def parse(document: object, *, scope: Scope = Scope.SEGMENT) -> Program:
    """Return the rules a JSON document says, or raise ``InvalidError`` with a JSON pointer.

    ``scope`` says which families of attributes may be asked about. An attribute is settled by the
    highest ``priority`` among the rules that are true, then by the order of the list. Rules may ask
    about what other rules conclude: attributes are settled in layers (stratified; K. R. Apt, H. A.
    Blair, A. Walker, 1988, "Towards a theory of declarative knowledge"), and what would turn in a
    circle is refused. Source: docs/inference.md.

    >>> when = {"attribute": "traits.orders", "operator": "at_least", "value": 3}
    >>> rule = {"id": "loyal", "when": when, "conclude": {"derived.stage": "loyalty"}}
    >>> parse({"rules": [rule]}).attributes
    ('derived.stage',)
    """
    said = expect.record(document, "", ("rules",))
    raw = said["rules"]
    _weigh(raw)
    rules = () if raw == [] else _rules(expect.items(raw, "/rules", MOST_RULES), scope)
    return Program(rules, stratify([(r.when, r.conclude, r.priority, r.enabled) for r in rules]))


def resolved(program: Program, conditions: Mapping[str, Condition]) -> Program:
    """Return a program that asks these conditions, by where they stand, in the place of its own.

    >>> from rules.conditions import Everyone, Member
    >>> program = Program((Rule("a", Member("vip"), {"derived.x": 1}),))
    >>> resolved(program, {"/rules/0/when": Everyone()}).rules[0].when
    Everyone()
    """
    rules = (
        replace(rule, when=conditions.get(f"/rules/{i}/when", rule.when))
        for i, rule in enumerate(program.rules)
    )
    return replace(program, rules=tuple(rules))


def conditions(program: Program) -> dict[str, Condition]:
    """Return the conditions of the enabled rules, by where they stand.

    >>> conditions(parse({"rules": []}))
    {}
    """
    found = enumerate(program.rules)
    return {f"/rules/{i}/when": rule.when for i, rule in found if rule.enabled}


def document(program: Program) -> dict[str, object]:
    """Return the canonical JSON of a program; ``parse`` reads the same thing back.

    >>> document(parse({"rules": []}))
    {'rules': []}
    """
    return {"rules": [_document(rule) for rule in program.rules]}


def _document(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "when": canonical.document(rule.when),
        "conclude": dict(rule.conclude),
        "priority": rule.priority,
        "enabled": rule.enabled,
        "note": rule.note,
    }


def _weigh(raw: object) -> None:
    """Refuse a document too large to be read at once, before anything of it is read."""
    waiting, nodes, entries = [raw], 0, 0
    while waiting:
        found = waiting.pop()
        if not isinstance(found, dict | list):
            continue
        nodes += 1
        entries += len(found)
        if nodes > MOST_NODES or entries > MOST_ENTRIES:
            limit = f"expected at most {MOST_NODES} objects and lists, {MOST_ENTRIES} entries"
            raise InvalidError("/rules", "too_large", limit)
        waiting += found.values() if isinstance(found, dict) else found


def _rules(raw: list[object], scope: Scope) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    seen: set[str] = set()
    kinds: dict[str, str | None] = {}
    for i, entry in enumerate(raw):
        rule = _rule(entry, f"/rules/{i}", scope)
        rules.append(rule)
        if rule.id in seen:
            raise InvalidError(f"/rules/{i}/id", "duplicate", "expected an id no other rule has")
        seen.add(rule.id)
        for path, value in rule.conclude.items():
            kind = kinds.setdefault(path, kind_of(value))
            if kind != kind_of(value):
                at = f"/rules/{i}/conclude/{expect.pointer(path)}"
                raise InvalidError(at, "type", f"expected a {kind}, as the rules before conclude")
        if len(kinds) > MOST_ATTRIBUTES:
            limit = f"expected at most {MOST_ATTRIBUTES} attributes"
            raise InvalidError("/rules", "too_large", limit)
    return tuple(rules)


def _rule(raw: object, at: str, scope: Scope) -> Rule:
    said = expect.record(raw, at, ("id", "when", "conclude"), ("priority", "enabled", "note"))
    return Rule(
        expect.text(said["id"], f"{at}/id", _LONGEST_ID),
        parse_condition(said["when"], scope=scope, at=f"{at}/when"),
        _conclusions(said["conclude"], f"{at}/conclude"),
        expect.whole(said.get("priority", 0), f"{at}/priority", -_HIGHEST, _HIGHEST),
        expect.flag(said.get("enabled", True), f"{at}/enabled"),
        expect.text(said.get("note", ""), f"{at}/note", LONGEST_NOTE, 0),
    )


def _conclusions(raw: object, at: str) -> dict[str, str | bool | float]:
    if not isinstance(raw, dict):
        raise InvalidError(at, "type", 'expected an object like {"derived.stage": "loyalty"}')
    if not 1 <= len(raw) <= MOST_CONCLUSIONS:
        raise InvalidError(at, "length", f"expected 1 to {MOST_CONCLUSIONS} attributes")
    found: dict[str, str | bool | float] = {}
    for path, value in raw.items():
        inside = f"{at}/{expect.pointer(path)}"
        if attribute(path, inside, Scope.SEGMENT).partition(".")[0] != _FAMILY:
            raise InvalidError(inside, "attribute", f"expected a dotted path of {_FAMILY}.*")
        told = expect.single(value, inside)
        found[path] = expect.text(told, inside, LONGEST_VALUE) if isinstance(told, str) else told
    return found
