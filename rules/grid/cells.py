"""The language of a cell: what a column's attribute must be, as people write it in a table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rules.errors import InvalidError
from rules.grid.spelling import bare, split, unbare
from rules.grid.texts import parsed, quoted
from rules.operators.registry import operators

Document = Mapping[str, object]

_SIGNS = {"at_least": ">=", "at_most": "<=", "less_than": "<", "more_than": ">"}
_NAMES = {sign: name for name, sign in _SIGNS.items()}
_ALONE = {"is_known": "known", "is_unknown": "unknown"}
_ANY_CASE = "ignoring case"
_COMPARED = re.compile(r"(>=|<=|<|>)\s*(.*)", re.DOTALL)
_WORD = re.compile(r"([a-z_]+)(?:\s+(.*))?", re.DOTALL)
_OWN = frozenset(
    {"not", "known", "unknown", "ignoring", "case", "yes", "no", "null", "true", "false"}
)


def _reserved() -> frozenset[str]:
    return _OWN | frozenset(operators)


def written(test: Document) -> str:
    """Return a test on an attribute as the cell of that attribute's column.

    >>> written({"attribute": "traits.age", "operator": "at_least", "value": 3})
    '>= 3'
    >>> written({"attribute": "context.country", "operator": "not_in", "value": ["DE", "AT"]})
    'not DE | AT'
    """
    name, value = str(test["operator"]), test.get("value")
    if test.get("ignore_case"):
        return f"{_general(name, value)} {_ANY_CASE}"
    if name in _SIGNS:
        return f"{_SIGNS[name]} {quoted(value)}"
    if name in _ALONE:
        return _ALONE[name]
    short = _short(name.removeprefix("not_"), value)
    if short is None or name not in (
        "equals",
        "in",
        "between",
        "not_equals",
        "not_in",
        "not_between",
    ):
        return _general(name, value)
    return f"not {short}" if name.startswith("not_") else short


def read(cell: str, attribute: str, at: str) -> dict[str, object]:
    """Return the test a cell says about its column's attribute, as JSON; ``written`` wrote it.

    ``InvalidError`` with the place ``at`` for what is no cell.

    >>> read("not DE | AT", "context.country", "")["operator"]
    'not_in'
    >>> read("contains shoe", "context.page.path", "")["value"]
    'shoe'
    """
    said = cell.strip()
    body = said.removesuffix(_ANY_CASE)
    case: dict[str, object] = {} if body == said else {"ignore_case": True}
    return {"attribute": attribute, **_read(body.strip(), at), **case}


def _read(said: str, at: str) -> dict[str, object]:
    alone = next((name for name, word in _ALONE.items() if said.lower() == word), None)
    if alone:
        return {"operator": alone}
    if compared := _COMPARED.fullmatch(said):
        return {"operator": _NAMES[compared[1]], "value": unbare(compared[2], at)}
    word = _WORD.fullmatch(said)
    if word and word[1] == "not" and word[2]:
        name, value = _short_read(word[2], at)
        return {"operator": f"not_{name}", "value": value}
    if word and word[1] in operators:
        return {"operator": word[1], **({} if word[2] is None else {"value": _value(word[2], at)})}
    name, value = _short_read(said, at)
    return {"operator": name, "value": value}


def _short(name: str, value: object) -> str | None:
    """Return how equality, membership and an interval are written without a word."""
    if name == "equals":
        return bare(value, _reserved())
    assert isinstance(value, list) or name not in ("in", "between")
    if name == "in" and isinstance(value, list) and len(value) > 1:
        return _listed(value)
    if name == "between" and isinstance(value, list):
        return " .. ".join(map(quoted, value))
    return None


def _short_read(said: str, at: str) -> tuple[str, object]:
    low, sign, high = said.partition("..")
    if sign and '"' not in said:
        return "between", [unbare(low, at), unbare(high, at)]
    parts = split(said, "|")
    if len(parts) > 1:
        return "in", [unbare(part, at) for part in parts]
    value = unbare(said, at)
    if isinstance(value, list | dict) or value is None:
        raise InvalidError(at, "value", "expected a value, a list like a | b, or an operator")
    return "equals", value


def _general(name: str, value: object) -> str:
    if value is None:
        return name
    if isinstance(value, list) and len(value) > 1 and all(map(_single, value)):
        return f"{name} {_listed(value)}"
    return f"{name} {bare(value, _reserved()) if _single(value) else quoted(value)}"


def _value(said: str, at: str) -> object:
    if said[:1] in ("[", "{"):
        return parsed(said, at)
    parts = split(said, "|")
    return unbare(said, at) if len(parts) == 1 else [unbare(part, at) for part in parts]


def _listed(values: list[object]) -> str:
    return " | ".join(bare(value, _reserved()) for value in values)


def _single(value: object) -> bool:
    return isinstance(value, str | int | float)
