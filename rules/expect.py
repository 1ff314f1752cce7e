"""What a JSON value is expected to be, or an error that names the place and what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from rules.errors import InvalidError
from rules.values import canonical, scalar

LONGEST_TEXT = 1_024
MOST_ITEMS = 10_000
_SHOWN = 8
_DIGITS = 19


def record(
    raw: object, at: str, required: Sequence[str] = (), optional: Sequence[str] = ()
) -> Mapping[str, object]:
    """Return a JSON object that has the required keys and no unknown one.

    >>> record({"a": 1}, "", ["a"])
    {'a': 1}
    """
    if not isinstance(raw, dict):
        raise InvalidError(at, "type", "expected an object")
    allowed = (*required, *optional)
    for key in raw:
        if key not in allowed:
            shown = ", ".join(allowed[:_SHOWN])
            raise InvalidError(f"{at}/{pointer(key)}", "unknown_key", f"expected one of {shown}")
    for key in required:
        if key not in raw:
            raise InvalidError(at, "missing", f"expected the key {key}")
    return raw


def typed(raw: str) -> int | str:
    """Return the whole number somebody typed, else the text as it is: longer than 18 is no number.

    >>> typed("12"), typed("twelve"), typed("\u00b2")
    (12, 'twelve', '\u00b2')
    """
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < _DIGITS else raw


def pointer(key: object) -> str:
    """Return a key as one token of a JSON pointer (RFC 6901), shortened.

    >>> pointer("a/b")
    'a~1b'
    """
    said = key[:64] if isinstance(key, str) else type(key).__name__
    return said.replace("~", "~0").replace("/", "~1")


def text(raw: object, at: str, most: int = LONGEST_TEXT, least: int = 1) -> str:
    """Return a string of ``least`` to ``most`` characters that can be stored and sent.

    >>> text("pro", "/value")
    'pro'
    """
    if not isinstance(raw, str):
        raise InvalidError(at, "type", "expected a string")
    if not least <= len(raw) <= most:
        raise InvalidError(at, "length", f"expected {least} to {most} characters")
    if "\0" in raw or not (raw.isascii() or _has_bytes(raw)):
        raise InvalidError(at, "characters", "expected text without NUL and lone surrogates")
    return raw


def _has_bytes(said: str) -> bool:
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_plain(said: str) -> bool:
    r"""Tell whether ``text`` takes a string without a closer look.

    >>> is_plain("pro"), is_plain("a\0b")
    (True, False)
    """
    return len(said) <= LONGEST_TEXT and said.isascii() and "\0" not in said


def number(raw: object, at: str, least: float | None = None, most: float | None = None) -> float:
    """Return a finite number, whole ones as ``int``, between two bounds (both included).

    >>> number(2.0, "/value")
    2
    """
    value = canonical("number", raw)
    if not isinstance(value, int | float):
        raise InvalidError(at, "type", "expected a finite number")
    if (least is not None and value < least) or (most is not None and value > most):
        raise InvalidError(at, "out_of_range", f"expected a number from {least} to {most}")
    return value


def whole(raw: object, at: str, least: int, most: int) -> int:
    """Return a whole number between two bounds (both included).

    >>> whole(3, "/times", 1, 10)
    3
    """
    value = number(raw, at, least, most)
    if not isinstance(value, int):
        raise InvalidError(at, "type", "expected a whole number")
    return value


def flag(raw: object, at: str) -> bool:
    """Return a boolean.

    >>> flag(True, "/enabled")
    True
    """
    if not isinstance(raw, bool):
        raise InvalidError(at, "type", "expected true or false")
    return raw


def single(raw: object, at: str) -> str | bool | float:
    """Return one string, number or boolean in canonical form.

    >>> single(2.0, "/value")
    2
    """
    if isinstance(raw, str):
        return text(raw, at, least=0)
    value = scalar(raw)
    if value is None:
        raise InvalidError(at, "type", "expected a string, a finite number, true or false")
    return value


def one_of(raw: object, at: str, known: Sequence[str]) -> str:
    """Return one of a few words.

    >>> one_of("week", "/unit", ("day", "week"))
    'week'
    """
    if not isinstance(raw, str) or raw not in known:
        raise InvalidError(at, "value", f"expected one of {', '.join(known)}")
    return raw


def items(raw: object, at: str, most: int = MOST_ITEMS) -> list[object]:
    """Return a list that is neither empty nor longer than ``most``.

    >>> items([1], "/value")
    [1]
    """
    if not isinstance(raw, list):
        raise InvalidError(at, "type", "expected a list")
    if not 1 <= len(raw) <= most:
        raise InvalidError(at, "length", f"expected 1 to {most} entries")
    return raw


def rising(pair: tuple[float, float], at: str) -> tuple[float, float]:
    """Return two numbers of which the first is not above the second.

    >>> rising((1, 2), "/value")
    (1, 2)
    """
    if any(first > second for first, second in pairwise(pair)):
        raise InvalidError(at, "order", "expected the smaller number first")
    return pair
