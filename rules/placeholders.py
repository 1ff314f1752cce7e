"""Personal words in a text: ``{{ path | default:"..." }}`` and nothing more, so no logic can hide.

A template is parsed once into frozen parts; each hole knows from where it stands how its value is
escaped. Source of the escaping rules: OWASP, Cross Site Scripting Prevention Cheat Sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Literal

from rules.errors import InvalidError
from rules.escapes import ESCAPES, Escape, is_web
from rules.markup import Place, Scanner

Kind = Literal["html", "text", "json", "url"]
LONGEST_TEMPLATE = 262_144
MOST_HOLES = 256
LONGEST_RESULT = 65_536

_OPEN, _CLOSE = "{{", "}}"
_SPACE = " \t\r\n"
_DEFAULT = "default"
_URLS = frozenset(
    ("href", "src", "action", "formaction", "poster", "cite", "background", "longdesc", "data")
)
_NO_ATTRIBUTES = frozenset(
    ("style", "srcdoc", "srcset", "imagesrcset", "ping", "xmlns", "id", "name")
)
_NO_TAGS = frozenset(
    {"script", "style", "base", "meta", "link", "object", "embed", "applet", "iframe", "frame"}
    | {"animate", "set", "param"}
)
_GAP = "\ufffc"


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a value goes: the attribute's path, the words instead of it, how it is escaped."""

    path: str
    default: str
    escape: Escape


@dataclass(frozen=True, slots=True)
class Template:
    """Literal text and holes, in order."""

    parts: tuple[str | Hole, ...]

    @property
    def paths(self) -> frozenset[str]:
        """The attributes the template asks for."""
        return frozenset(part.path for part in self.parts if isinstance(part, Hole))


def parse(source: str, *, kind: Kind, prefixes: tuple[str, ...], at: str = "") -> Template:
    """Return the template a text is; ``InvalidError`` says what is wrong with which placeholder.

    ``prefixes`` are the paths that may be shown, each with its last dot ("traits.").

    >>> template = parse('Hello {{ traits.name | default:"you" }}', kind="text",
    ...                  prefixes=("traits.",))
    >>> render(template, {}.get)
    'Hello you'
    """
    if len(source) > LONGEST_TEMPLATE:
        raise InvalidError(at, "length", f"expected at most {LONGEST_TEMPLATE} characters")
    parts = tuple(_parts(source, prefixes, at))
    if sum(isinstance(part, Hole) for part in parts) > MOST_HOLES:
        raise InvalidError(at, "too_large", f"expected at most {MOST_HOLES} placeholders")
    return Template(tuple(_PLACERS[kind](parts, at)))


def check_html(source: str, *, prefixes: tuple[str, ...], at: str = "") -> None:
    """Raise ``InvalidError`` where a placeholder stands neither in text nor in a quoted attribute.

    >>> check_html('<a href="/u/{{ traits.id }}">', prefixes=("traits.",))
    """
    parse(source, kind="html", prefixes=prefixes, at=at)


def render(template: Template, get: Callable[[str], object], most: int = LONGEST_RESULT) -> str:
    """Return the text with every hole filled; unknown and empty values give the default.

    ``InvalidError`` with the code ``too_long`` when more than ``most`` characters come of it.

    >>> render(Template(("Hi ", Hole("traits.name", "", "html"))), {"traits.name": "<b>"}.get)
    'Hi &lt;b&gt;'
    """
    words: list[str] = []
    length = 0
    for part in template.parts:
        word = part if isinstance(part, str) else _filled(part, get)
        length += len(word)
        if length > most:
            raise InvalidError("", "too_long", f"expected a result of at most {most} characters")
        words.append(word)
    return "".join(words)


def _filled(hole: Hole, get: Callable[[str], object]) -> str:
    escape = ESCAPES[hole.escape]
    said = escape(_word(get(hole.path)))
    return said or escape(hole.default) or ("#" if hole.escape in ("url", "url_attribute") else "")


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str | int | float):
        return ""
    return str(value).encode(errors="replace").decode()


def _parts(source: str, prefixes: tuple[str, ...], at: str) -> Iterator[str | Hole]:
    place = 0
    while (start := source.find(_OPEN, place)) >= 0:
        if start > place:
            yield source[place:start]
        hole, place = _hole(source, start + len(_OPEN), at)
        if not hole.path.startswith(prefixes):
            allowed = ", ".join(f"{prefix}*" for prefix in prefixes)
            raise InvalidError(at, "path", f"{hole.path}: expected one of {allowed}")
        yield hole
    if place < len(source):
        yield source[place:]


def _hole(source: str, start: int, at: str) -> tuple[Hole, int]:
    end = _skip(source, start)
    begin = end
    while end < len(source) and source[end] not in "|{}\"'<>&" + _SPACE:
        end += 1
    path = source[begin:end]
    if not path:
        raise _broken(at, "a path")
    end, default = _skip(source, end), ""
    if source.startswith("|", end):
        end = _skip(source, end + 1)
        if not source.startswith(_DEFAULT, end):
            raise _broken(at, 'default:"..." after |')
        end = _skip(source, end + len(_DEFAULT))
        if not source.startswith(":", end):
            raise _broken(at, 'default:"..." after |')
        default, end = _quoted(source, _skip(source, end + 1), at)
    end = _skip(source, end)
    if not source.startswith(_CLOSE, end):
        raise _broken(at, "}} at the end of a placeholder")
    return Hole(path, default, "text"), end + len(_CLOSE)


def _quoted(source: str, start: int, at: str) -> tuple[str, int]:
    """Read a string in quotes of one kind; a backslash makes the next character plain."""
    quote = source[start : start + 1]
    if quote not in ('"', "'"):
        raise _broken(at, "quotes around the default")
    signs: list[str] = []
    place = start + 1
    while place < len(source) and source[place] != quote:
        place += source[place] == "\\"
        signs.append(source[place : place + 1])
        place += 1
    if place >= len(source):
        raise _broken(at, "quotes around the default")
    return "".join(signs), place + 1


def _skip(source: str, place: int) -> int:
    while place < len(source) and source[place] in _SPACE:
        place += 1
    return place


def _broken(at: str, expected: str) -> InvalidError:
    return InvalidError(at, "placeholder", f"expected {expected}")


def _in_text(parts: tuple[str | Hole, ...], _at: str) -> Iterator[str | Hole]:
    yield from parts


def _in_json(parts: tuple[str | Hole, ...], at: str) -> Iterator[str | Hole]:
    inside = escaped = False
    for part in parts:
        if isinstance(part, Hole):
            if not inside or escaped:
                raise InvalidError(at, "place", f"{part.path}: expected it inside a JSON string")
            yield Hole(part.path, part.default, "json")
            continue
        for sign in part:
            inside ^= sign == '"' and not escaped
            escaped = sign == "\\" and not escaped and inside
        yield part


def _in_url(parts: tuple[str | Hole, ...], at: str) -> Iterator[str | Hole]:
    value = "".join(part if isinstance(part, str) else _GAP for part in parts)
    _check_url(value, at)
    for i, part in enumerate(parts):
        if isinstance(part, Hole):
            yield Hole(part.path, part.default, "url" if i == 0 else "url_part")
        else:
            yield part


def _in_html(parts: tuple[str | Hole, ...], at: str) -> Iterator[str | Hole]:
    scanner = Scanner()
    for i, part in enumerate(parts):
        if isinstance(part, str):
            scanner.feed(part)
            yield part
            continue
        place = scanner.place()
        yield Hole(part.path, part.default, _escape(place, part, at))
        if place.state == "quoted":
            scanner.feed(_GAP)
            if _plain(place) in _URLS:
                _check_url(unescape(scanner.value + _until(parts[i + 1 :], scanner.quote)), at)


def _until(parts: tuple[str | Hole, ...], quote: str) -> str:
    """Return the rest of an attribute's value, a sign for each hole."""
    rest = "".join(part if isinstance(part, str) else _GAP for part in parts)
    return rest.partition(quote)[0]


def _escape(place: Place, hole: Hole, at: str) -> Escape:
    name = _plain(place)
    if place.state == "text":
        return "html"
    if place.state != "quoted":
        raise InvalidError(at, "place", f"{hole.path}: expected it in text or a quoted attribute")
    if place.tag in _NO_TAGS or name in _NO_ATTRIBUTES or name.startswith("on"):
        raise InvalidError(at, "place", f"{hole.path}: not allowed in {place.tag} {name}")
    if name in _URLS:
        return "url_part" if place.value else "url_attribute"
    return "attribute"


def _plain(place: Place) -> str:
    """Return the attribute's name without its namespace (xlink:href is href)."""
    return place.attribute.rpartition(":")[2]


def _check_url(value: str, at: str) -> None:
    """Check that no value of the holes can make another scheme of it than http and https."""
    head = value.lstrip()
    if head.startswith(_GAP):
        if head[1:2] not in ("", "/", "?", "#", "&"):
            raise InvalidError(
                at, "place", "expected / ? or # after a placeholder that begins a URL"
            )
        return
    if not is_web(head):
        raise InvalidError(at, "scheme", "expected a URL that is http, https or relative")


_PLACERS: dict[str, Callable[[tuple[str | Hole, ...], str], Iterator[str | Hole]]] = {
    "html": _in_html,
    "text": _in_text,
    "json": _in_json,
    "url": _in_url,
}
