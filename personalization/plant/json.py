"""Strict JSON: the one parser for every byte from outside, with its limits and its faults."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""Integers outside of these 64 bits are refused, since they would turn into something near them."""
LONG = b"0" * 19
"""Nineteen digits in a row are the shortest that may not fit in 64 bits."""
DIGITS = bytes.maketrans(b"123456789", b"000000000")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost: bytes, levels of nesting, and keys of objects altogether."""

    size: int = 512 * 1024
    depth: int = 32
    keys: int = 20_000


STANDARD = Limits()


class Fault(NamedTuple):
    """What is wrong: a word out of a small set, where (a JSON pointer), and a sentence."""

    code: str
    at: str
    message: str


class Malformed(ValueError):  # noqa: N818 - a word of the wire, not a programming error
    """The document is not the JSON we take."""

    def __init__(self, code: str, at: str, message: str) -> None:
        super().__init__(message)
        self.code, self.at, self.message = code, at, message


def parse(body: bytes, limits: Limits = STANDARD) -> Any:
    r"""Return the document, or raise `Malformed` naming the first fault and where it is.

    Of a key that is given twice the last value counts. NUL, lone surrogates, NaN, infinities,
    integers over 64 bit, and documents over the limits are refused.

    >>> parse(b'{"a": [1, 2]}')
    {'a': [1, 2]}
    >>> parse(b'{"a": ["\u0000"]}')
    Traceback (most recent call last):
    ...
    personalization.plant.json.Malformed: a NUL character is not allowed
    """
    value, suspect = read(body, limits)
    if suspect or may_be_large(body, limits):
        found = fault(value, limits)
        if found:
            raise Malformed(*found)
    return value


def read(body: bytes, limits: Limits = STANDARD) -> tuple[Any, bool]:
    """Return the document and whether a part of it is suspect and must be asked for its `fault`.

    What is grammatical but not allowed (a lone surrogate, NaN, a byte that is not UTF-8) does not
    fail here, so that one bad part of an envelope harms only itself. The limits on depth and keys
    are not looked at: they are the part's own.
    """
    if len(body) > limits.size:
        raise Malformed("too_large", "", f"more than {limits.size} bytes")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _lenient(body), True
    if LONG in body.translate(DIGITS):
        return _lenient(body), True
    return value, b"\\u0000" in body


def fault(value: Any, limits: Limits = STANDARD) -> Fault | None:
    """Return the first fault of a parsed value, or ``None``."""
    keys = 0
    waiting: list[tuple[str, Any, int]] = [("", value, 1)]
    while waiting:
        at, part, level = waiting.pop()
        found = _scalar(part, at) if not isinstance(part, dict | list) else None
        if found:
            return found
        if not isinstance(part, dict | list):
            continue
        if level > limits.depth:
            return Fault("too_deep", at[:200], f"nested deeper than {limits.depth} levels")
        if isinstance(part, dict):
            keys += len(part)
            found = _key(part, at)
            if keys > limits.keys or found:
                return found or Fault("too_many_keys", at[:200], f"more than {limits.keys} keys")
        pairs = part.items() if isinstance(part, dict) else enumerate(part)
        waiting.extend([(f"{at}/{_escaped(name)}", held, level + 1) for name, held in pairs][::-1])
    return None


def may_be_large(body: bytes, limits: Limits) -> bool:
    """Return whether a document can be over the limits on depth or keys (a cheap upper bound)."""
    opened = body.count(b"{") + body.count(b"[")
    return opened > limits.depth or body.count(b":") > limits.keys


def dumps(value: Any) -> bytes:
    """Return the value as JSON."""
    return orjson.dumps(value)


def _scalar(part: Any, at: str) -> Fault | None:
    if isinstance(part, str):
        return _text(part, at)
    if isinstance(part, bool) or part is None:
        return None
    if isinstance(part, float) and not math.isfinite(part):
        word = "not_a_number" if math.isnan(part) else "number_out_of_range"
        return Fault(word, at[:200], "not a finite number")
    if isinstance(part, int) and not SMALLEST <= part <= LARGEST:
        return Fault("number_out_of_range", at[:200], "an integer of more than 64 bit")
    return None


def _text(part: str, at: str) -> Fault | None:
    if "\0" in part:
        return Fault("nul", at[:200], "a NUL character is not allowed")
    if part.isascii():
        return None
    try:
        part.encode()
    except UnicodeEncodeError:
        return Fault("bad_unicode", at[:200], "a lone surrogate or a byte that is not UTF-8")
    return None


def _key(part: dict[str, Any], at: str) -> Fault | None:
    return next(filter(None, (_text(name, at) for name in part)), None)


def _escaped(name: object) -> str:
    text = str(name)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= len(LONG) + 1 else math.inf


def _lenient(body: bytes) -> Any:
    """Read with the standard library: integers stay exact, and one bad part is kept to be named."""
    try:
        text = body.decode("utf-8", "surrogateescape")
        return json.loads(text, parse_int=_whole)
    except RecursionError:
        raise Malformed("too_deep", "", "nested too deep to be read") from None
    except ValueError as error:
        raise Malformed("malformed", "", f"not JSON: {error}"[:300]) from None
