"""How names and values are spelled in a sentence, so that they are read back as the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from rules import durations
from rules.conditions import MICROSECONDS
from rules.phrases import is_pair
from rules.values import scaled, unscaled

Schema = Mapping[str, object]

PATH = r"[^\W\d][\w-]*+(?:\.[\w$-]++)++"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)(?![\w:.-])"
CLOCK = r"\d\d:\d\d(?![\w:.-])"
DATE = r"\d{4}-\d\d-\d\d(?![\w:.-])"
UNITS: Mapping[str, int] = {
    "day": durations.DAY,
    "hour": durations.HOUR,
    "minute": durations.MINUTE,
    "second": MICROSECONDS,
    "week": 7 * durations.DAY,
}
"""The units of durations in microseconds, in the order in which they are tried."""

_BARE_PATH = re.compile(f"{PATH}")
_BARE_TEXT = re.compile(f"{INSTANT}|{CLOCK}", re.ASCII)


def quoted(text: str) -> str:
    """Return a JSON string that stands on one line: what cannot be seen is escaped.

    >>> quoted("pro")
    '"pro"'
    """
    plain = json.dumps(text, ensure_ascii=False)
    if plain.isprintable():
        return plain
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in plain)


def path(name: str) -> str:
    """Return an attribute's path; one with odd characters stands between backticks.

    >>> path("traits.plan"), path("traits.odd name")
    ('traits.plan', '`traits.odd name`')
    """
    if _BARE_PATH.fullmatch(name):
        return name
    return "`" + quoted(name)[1:-1].replace("`", "\\u0060") + "`"


def duration(microseconds: int) -> str:
    """Return a duration in words, in the largest unit that stays whole, a day as 24 hours.

    People mean a rolling window by it, not a date.

    >>> duration(86_400_000_000), duration(5_400_000_000), duration(1_500_000)
    ('24 hours', '90 minutes', '1.5 seconds')
    """
    for name, size in UNITS.items():
        number, rest = divmod(microseconds, size)
        if not rest and (name, number) != ("day", 1):
            return many(number, name)
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return f"{seconds}.{rest:06d}".rstrip("0") + " seconds"


def many(number: float, name: str) -> str:
    """Return so many of something.

    >>> many(1, "time"), many(3, "time")
    ('1 time', '3 times')
    """
    return f"{value(number)} {name}" if number == 1 else f"{value(number)} {name}s"


def operand(written: object, schema: Schema, *, seconds: bool = False) -> str:
    """Return an operator's value as it follows the operator; ``seconds`` are said as durations.

    >>> operand(["DE", "AT"], {"type": "array"}), operand([3], {})
    ('"DE", "AT"', '[3]')
    """
    if isinstance(written, Mapping) and written:
        inner = properties(schema)
        pairs = (
            f"{key.replace('_', ' ')} {operand(part, inner.get(key, {}))}"
            for key, part in written.items()
        )
        return " ".join(pairs) if inner else value(written)
    if not isinstance(written, list | tuple) or not _plainly(written, schema):
        return _one(written, schema, seconds)
    entry = schema.get("items")
    inner = entry if isinstance(entry, Mapping) else {}
    joint = " and " if is_pair(schema) else ", "
    return joint.join(_one(part, inner, seconds) for part in written)


def properties(schema: Schema) -> Mapping[str, Schema]:
    """Return the JSON Schemas of an object's keys, whichever of the alternatives has them.

    >>> properties({"oneOf": [{"type": "number"}, {"properties": {"a": {}}}]})
    {'a': {}}
    """
    found: dict[str, Schema] = {}
    for branch in branches(schema):
        inner = branch.get("properties")
        if isinstance(inner, Mapping):
            found.update(inner)
    return found


def branches(schema: Schema) -> list[Schema]:
    """Return the alternatives of a JSON Schema, or it alone.

    >>> branches({"oneOf": [{}, {"type": "null"}]})
    [{}, {'type': 'null'}]
    """
    found = schema.get("oneOf") or schema.get("anyOf")
    return list(found) if isinstance(found, list) else [schema]


def only_lists(schema: Schema) -> bool:
    """Tell whether nothing but a list can stand there, so that one value alone is a list of one.

    >>> only_lists({"type": "array"}), only_lists({"oneOf": [{"type": "array"}, {}]})
    (True, False)
    """
    return all(branch.get("type") == "array" for branch in branches(schema))


def value(written: object, schema: Schema | None = None) -> str:
    """Return one JSON value: what is text stands in quotes, lists in brackets, objects in braces.

    >>> value({"a": [1, "x", None, True]})
    '{"a": [1, "x", null, true]}'
    """
    if isinstance(written, str):
        return _text(written, schema or {})
    if isinstance(written, Mapping):
        return "{" + ", ".join(f"{quoted(k)}: {value(part)}" for k, part in written.items()) + "}"
    if isinstance(written, list | tuple):
        return "[" + ", ".join(map(value, written)) + "]"
    return json.dumps(written)


def _plainly(written: list[object] | tuple[object, ...], schema: Schema) -> bool:
    """Tell whether a list can stand without brackets and still be told from what stands alone."""
    if len(written) == 1:
        return only_lists(schema) and not isinstance(written[0], list | tuple)
    return len(written) > 1


def _one(written: object, schema: Schema, seconds: bool) -> str:
    if seconds and isinstance(written, int | float) and not isinstance(written, bool):
        length = scaled(written) if abs(written) < durations.LONGEST / MICROSECONDS else 0
        return duration(length) if length > 0 and unscaled(length) == written else value(written)
    return value(written, schema)


def _text(written: str, schema: Schema) -> str:
    if schema.get("pattern") == durations.PATTERN:
        return duration(durations.parse(written))
    shaped = "pattern" in schema or schema.get("format") == "date-time"
    return written if shaped and _BARE_TEXT.fullmatch(written) else quoted(written)
