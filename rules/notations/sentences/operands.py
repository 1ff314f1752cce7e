"""Values in a sentence: text in quotes, numbers, durations, instants, lists and named parts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from rules import durations
from rules.expect import MOST_ITEMS
from rules.notations.sentences.said import Said, listed
from rules.notations.sentences.tokens import STRING, Cursor
from rules.phrases import is_pair
from rules.spelling import UNITS, Schema, only_lists, properties
from rules.values import unscaled

_LITERALS = frozenset(("string", "bare", "short", "number"))
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None}
_UNITS = {form: size for name, size in UNITS.items() for form in (name, f"{name}s")}
_LETTERS = {name[0]: size for name, size in UNITS.items()}
_PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_ENTRY = re.compile(
    rf"\s*,\s*({STRING}|-?(?:0|[1-9][0-9]{{0,17}})(?:\.[0-9]{{1,17}})?(?=\s*,))", re.ASCII
)
_DEEPEST = 8
_LONGEST_NUMBER = 40


def operand(cursor: Cursor, schema: Schema, *, seconds: bool = False) -> Said:
    """Return the value that follows an operator of this JSON Schema.

    With ``seconds`` a duration is said where a number of seconds is meant. ``TextError``
    where no such value stands.

    >>> operand(Cursor('"DE", "AT"'), {"type": "array"}).document
    ['DE', 'AT']
    """
    inner, seconds = properties(schema), seconds and "pattern" not in schema
    if inner and cursor.kind == "word" and not begins(cursor):
        return _pairs(cursor, inner)
    start = cursor.at
    first = literal(cursor, seconds=seconds)
    if is_pair(schema) and cursor.take("and"):
        return listed(start, [first, literal(cursor, seconds=seconds)])
    found = [first]
    found += _run(cursor)
    while _continues(cursor):
        found.append(literal(cursor, seconds=seconds))
        if len(found) > MOST_ITEMS:
            raise cursor.error(f"expected at most {MOST_ITEMS} entries", "too_large")
    alone = len(found) == 1 and not (only_lists(schema) and not isinstance(first.document, list))
    return first if alone else listed(start, found)


def literal(cursor: Cursor, depth: int = 1, *, seconds: bool = False) -> Said:
    """Return one value, lists in brackets and objects in braces among them.

    >>> literal(Cursor('{"a": [1, 24 hours]}')).document
    {'a': [1, '24h']}
    """
    start, said = cursor.at, cursor.said
    if cursor.is_at("[", "{"):
        if depth > _DEEPEST:
            raise cursor.error(f"expected at most {_DEEPEST} levels", "too_deep")
        cursor.next()
        return _list(cursor, start, depth) if said == "[" else _object(cursor, start, depth)
    if not begins(cursor):
        raise cursor.error("expected a value: text in quotes, a number, true, false or a list")
    if cursor.kind in {"number", "short"}:
        length = _duration(cursor)
        if length is not None:
            return Said(unscaled(length) if seconds else durations.text(length), start)
        cursor.next()
        return Said(_number(cursor, said, start), start)
    if cursor.kind == "string":
        return Said(text(cursor), start)
    cursor.next()
    return Said(_WORDS.get(said.lower(), said), start)


def begins(cursor: Cursor) -> bool:
    """Tell whether a value begins here.

    >>> begins(Cursor("true")), begins(Cursor("and"))
    (True, False)
    """
    return cursor.kind in _LITERALS or cursor.is_at("[", "{", *_WORDS)


def text(cursor: Cursor) -> str:
    """Take a text in quotes (JSON's escapes) or a path in backticks, and return what it says.

    >>> text(Cursor("`traits.odd name`"))
    'traits.odd name'
    """
    start, said = cursor.at, cursor.said
    if "\\" not in said:
        cursor.next()
        return said[1:-1]
    inner = re.sub(r'\\.|"', lambda sign: '\\"' if sign[0] == '"' else sign[0], said[1:-1])
    try:
        found = json.loads(f'"{inner if said[0] == "`" else said[1:-1]}"')
    except ValueError as error:
        raise cursor.error("expected only the escapes of JSON in a text", at=start) from error
    cursor.next()
    assert isinstance(found, str)
    return found


def duration(cursor: Cursor) -> Said:
    """Take a duration (``24 hours``, ``24h``, ``PT90M``) and return the words JSON has for it.

    >>> duration(Cursor("90 minutes")).document
    '90m'
    """
    start, said = cursor.at, cursor.said
    if cursor.kind == "word" and said[:1] in "Pp":
        cursor.next()
        return Said(said.upper(), start)
    length = _duration(cursor)
    if length is None:
        raise cursor.error("expected a duration like 24 hours, 7 days or 90 minutes")
    return Said(durations.text(length), start)


def _duration(cursor: Cursor) -> int | None:
    """Take a duration and return its microseconds; ``None`` takes nothing."""
    start, said = cursor.at, cursor.said
    if cursor.kind == "short":
        cursor.next()
        return _microseconds(cursor, said[:-1], _LETTERS[said[-1]], start)
    if cursor.kind != "number":
        return None
    cursor.next()
    size = _UNITS.get(cursor.said.lower()) if cursor.kind == "word" else None
    if size is not None:
        cursor.next()
    if size is None or begins(cursor):
        cursor.go(start)
        return None
    return _microseconds(cursor, said, size, start)


def _microseconds(cursor: Cursor, number: str, size: int, start: int) -> int:
    length = Decimal(number) * size if _PLAIN.fullmatch(number) else Decimal(0)
    if not 0 < length <= durations.LONGEST or length != int(length):
        meant = "expected a duration of whole microseconds, at most a century"
        raise cursor.error(meant, "duration", start)
    return int(length)


def _number(cursor: Cursor, said: str, start: int) -> object:
    if len(said) > _LONGEST_NUMBER:
        raise cursor.error(f"expected at most {_LONGEST_NUMBER} digits", "number", start)
    return json.loads(said)


def _run(cursor: Cursor) -> list[Said]:
    """Take what follows of a list as long as it is plain: long lists are read in one go."""
    if not cursor.is_at(","):
        return []
    entries: list[str] = []
    places: list[int] = []
    end = cursor.at
    while len(entries) < MOST_ITEMS and (entry := _ENTRY.match(cursor.text, end)):
        entries.append(entry[1])
        places.append(entry.start(1))
        end = entry.end()
    try:
        values = json.loads(f"[{','.join(entries)}]")
    except ValueError:
        return []
    cursor.left -= len(entries)
    cursor.go(end)
    return list(map(Said, values, places))


def _continues(cursor: Cursor) -> bool:
    """Take a comma that another value follows; it may as well end the part."""
    start = cursor.at
    if not cursor.take(","):
        return False
    if begins(cursor):
        return True
    cursor.go(start)
    return False


def _pairs(cursor: Cursor, inner: Mapping[str, Schema]) -> Said:
    """Return an object that is said key by key: ``latitude 52.52 longitude 13.4``."""
    keys = {tuple(key.lower().split("_")): key for key in inner}
    start = cursor.at
    found: dict[str, Said] = {}
    while key := cursor.phrase(keys):
        if key in found:
            raise cursor.error(f"expected {key} once", "duplicate")
        found[key] = operand(cursor, inner[key])
    if not found:
        said = ", ".join(key.replace("_", " ") for key in inner)
        raise cursor.error(f"expected a value, or one of {said}")
    return Said({key: part.document for key, part in found.items()}, start, found)


def _list(cursor: Cursor, start: int, depth: int) -> Said:
    found: list[Said] = []
    _each(cursor, "]", lambda: found.append(literal(cursor, depth + 1)))
    return listed(start, found)


def _object(cursor: Cursor, start: int, depth: int) -> Said:
    found: dict[str, Said] = {}

    def pair() -> None:
        if cursor.kind != "string":
            raise cursor.error("expected a name in quotes")
        at, key = cursor.at, text(cursor)
        if key in found:
            raise cursor.error(f"expected {key[:64]} once", "duplicate", at)
        cursor.expect(":")
        found[key] = literal(cursor, depth + 1)

    _each(cursor, "}", pair)
    return Said({key: part.document for key, part in found.items()}, start, found)


def _each(cursor: Cursor, close: str, take: Callable[[], None]) -> None:
    if cursor.take(close):
        return
    take()
    while cursor.take(","):
        take()
    cursor.expect(close)
