"""XML from strangers as a small tree: no DTD, no entities, nothing external, all bounded."""

from __future__ import annotations

from xml.parsers import expat

from rules.errors import InvalidError
from rules.xml.element import Element

LONGEST = 4_000_000
"""Bytes of one document."""
MOST_ELEMENTS = 20_000
MOST_ATTRIBUTES = 30_000
"""Equals signs in a document: those of attributes, of namespaces and of its texts."""
LONGEST_ATTRIBUTE = 8_192
"""Characters of the values of one element's attributes."""
MOST_STRANGE = 5_000
"""Elements that are passed over, such as those of diagrams."""
DEEPEST = 64
_GAP = "\n"
"""Stands between a namespace and a name: no namespace can have it in it."""


def parsed(raw: str | bytes, roots: tuple[str, ...], known: frozenset[str]) -> Element:
    """Return the root of a document, one of these names, or raise ``InvalidError`` with the line.

    What is not ``known`` is passed over, with all that is in it, as long as it is not much.

    Whatever is said in a document type declaration is refused unread: that is where entities,
    their explosions and references to files and hosts come from.

    >>> parsed("<a x='1'><b>text</b></a>", ("a",), frozenset("ab")).one("b").text
    'text'
    """
    return _Reader(roots, known).read(_bounded(raw))


def declared(raw: bytes, most: int = LONGEST) -> None:
    """Raise ``InvalidError`` where a document declares a type, or is not well-formed.

    ``most`` is how many bytes it may have.

    >>> declared(b"<a/>")
    """
    if len(raw) > most:
        raise InvalidError("", "too_large", f"expected at most {most} bytes of XML")
    _run(_parser(), raw)


def _bounded(raw: str | bytes) -> str | bytes:
    if not isinstance(raw, str | bytes):
        raise InvalidError("", "type", "expected a document of XML")
    if len(raw) > LONGEST:
        raise InvalidError("", "too_large", f"expected at most {LONGEST} bytes of XML")
    text = raw.removeprefix("\ufeff").lstrip() if isinstance(raw, str) else raw.lstrip()
    if _count(text, "<") > 2 * MOST_ELEMENTS:
        raise InvalidError("", "too_large", f"expected at most {MOST_ELEMENTS} elements of XML")
    if _count(text, "=") > MOST_ATTRIBUTES:
        raise InvalidError("", "too_large", f"expected at most {MOST_ATTRIBUTES} attributes of XML")
    return text


def _count(text: str | bytes, sign: str) -> int:
    return text.count(sign) if isinstance(text, str) else text.count(sign.encode())


def _refused(*_said: object) -> int:
    raise InvalidError("", "unsupported", "a document type declaration is not read")


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=_GAP)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refused
    parser.EntityDeclHandler = _refused
    parser.ExternalEntityRefHandler = _refused
    return parser


def _run(parser: expat.XMLParserType, raw: str | bytes) -> None:
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        message = f"expected well-formed XML: {expat.ErrorString(error.code)}"
        at = f"line {error.lineno}, column {error.offset + 1}"
        raise InvalidError(at, "syntax", message) from error
    except (ValueError, LookupError) as error:
        if isinstance(error, InvalidError):
            raise
        raise InvalidError("", "encoding", "expected XML in UTF-8 or UTF-16") from error


class _Reader:
    """One reading of one document, from its first element to its last."""

    def __init__(self, roots: tuple[str, ...], known: frozenset[str]) -> None:
        self.roots = roots
        self.known = known
        self.count = 0
        self.strange = 0
        self.skipped = 0
        self.open: list[Element] = []
        self.pieces: list[list[str]] = []
        self.root: Element | None = None
        self.parser = _parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def read(self, raw: str | bytes) -> Element:
        _run(self.parser, raw)
        assert self.root is not None
        return self.root

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(_GAP)
        if self.open and (self.skipped or name not in self.known):
            self.skip()
            return
        self.count += 1
        if self.count > MOST_ELEMENTS:
            message = f"expected at most {MOST_ELEMENTS} elements of XML"
            raise InvalidError(f"line {self.parser.CurrentLineNumber}", "too_large", message)
        plain = self.plain(attributes) if attributes else attributes
        element = Element(space, name, plain, line=self.parser.CurrentLineNumber)
        if not self.open and name not in self.roots:
            raise InvalidError(f"/{name}", "value", f"expected {' or '.join(self.roots)}")
        self.deeper(len(self.open))
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.pieces.append([])

    def plain(self, attributes: dict[str, str]) -> dict[str, str]:
        if sum(map(len, attributes.values())) > LONGEST_ATTRIBUTE:
            at = f"line {self.parser.CurrentLineNumber}"
            message = f"expected at most {LONGEST_ATTRIBUTE} characters of attributes"
            raise InvalidError(at, "too_large", message)
        return {key: value for key, value in attributes.items() if _GAP not in key}

    def skip(self) -> None:
        self.strange += 1
        self.skipped += 1
        self.deeper(self.skipped)
        if self.strange > MOST_STRANGE:
            message = f"expected at most {MOST_STRANGE} elements that are not read"
            raise InvalidError(f"line {self.parser.CurrentLineNumber}", "too_large", message)

    def deeper(self, depth: int) -> None:
        if depth >= DEEPEST:
            at = f"line {self.parser.CurrentLineNumber}"
            raise InvalidError(at, "too_deep", f"expected at most {DEEPEST} levels of XML")

    def end(self, _tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
        else:
            self.open.pop().text = "".join(self.pieces.pop())

    def characters(self, text: str) -> None:
        if not self.skipped:
            self.pieces[-1].append(text)
