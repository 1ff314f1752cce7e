"""How a value is made harmless for the place it goes to, one function a place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Literal
from urllib.parse import quote

Escape = Literal["text", "html", "attribute", "url", "url_attribute", "url_part", "json"]

_SCHEMES = ("http", "https")
_IN_URL = "/:?#[]@!$&()*+,;=%~-._"
_KEPT = "\n\t"


def is_web(url: str) -> bool:
    r"""Tell whether a URL is http, https or relative, as browsers read it (WHATWG URL, 4.4).

    Browsers drop tabs and line ends anywhere, and spaces and controls in front.

    >>> is_web("/a"), is_web("https://x"), is_web("java\tscript:alert(1)")
    (True, True, False)
    """
    seen = "".join(sign for sign in url if sign > " ")
    head = seen
    for sign in "/?#\\":
        head = head.partition(sign)[0]
    scheme, colon, _ = head.partition(":")
    return not colon or scheme.lower() in _SCHEMES


def _text(value: str) -> str:
    return "".join(sign for sign in value if sign >= " " or sign in _KEPT)


def _html(value: str) -> str:
    return escape(_text(value), quote=True)


def _url(value: str) -> str:
    seen = "".join(sign for sign in value if sign > " ")
    return quote(seen, safe=_IN_URL, errors="replace") if is_web(seen) else ""


def _url_attribute(value: str) -> str:
    return escape(_url(value), quote=True)


def _url_part(value: str) -> str:
    return quote(value, safe="", errors="replace")


def _json(value: str) -> str:
    """Escape for the inside of a JSON string, also one that stands in a script element."""
    return json.dumps(value)[1:-1].translate({60: "\\u003c", 62: "\\u003e", 38: "\\u0026"})


ESCAPES: Mapping[Escape, Callable[[str], str]] = {
    "text": _text,
    "html": _html,
    "attribute": _html,
    "url": _url,
    "url_attribute": _url_attribute,
    "url_part": _url_part,
    "json": _json,
}
"""The escaping of each place; what is unsafe as a whole URL becomes nothing."""
