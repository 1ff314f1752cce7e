"""What the pure layers say in plain English, said in the reader's language at the edge.

``rules`` and ``cms_adapters`` know no gettext: their sentences are f-strings. docs/phrases.py reads
all of them out of the code into ``locale/phrases.txt``, one template a line, and the catalogues
translate the templates. Here a sentence finds the template it was made from, and its values move
into the translation as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language, pgettext, pgettext_lazy

from personalization.plant.languages import FOLDER

CONTEXT = "said"
FILE = FOLDER / "phrases.txt"
SPOKEN = frozenset(
    (
        "expected",
        "fault",
        "meant",
        "message",
        "most",
        "others",
        "purpose",
        "reason",
        "said",
        "sentence",
        "state",
        "states",
        "taking",
        "visitor",
        "what",
        "why",
    )
)
"""Places that hold words of ours; what stands in any other is somebody's own, and stays."""
DEEPEST = 3
"""Sentences in sentences."""
LONGEST = 5_000
"""A longer text is shown as it is."""
_BETWEEN = {", ": pgettext_lazy("said", ", "), " or ": pgettext_lazy("said", " or ")}
"""What stands between the parts of a list."""
MOST_COLONS = 5
"""So many of them are tried as the end of a place."""
_COLON = ": "
_PLACES = ("/", "row ", "line ")
"""How the place begins that stands before an error."""
_OPENING, _CLOSING, _QUOTES = "([{", ")]}", "\"'`"


class Template(NamedTuple):
    """One sentence: the texts between its places, one more than there are places."""

    source: str
    texts: tuple[str, ...]
    places: tuple[str, ...]

    def values(self, sentence: str) -> dict[str, str] | None:
        """Return what stands at each place, ``None`` where it is another sentence.

        Each text is looked for from left to right where the one before ended: where any way of
        reading the sentence fits, this one does.
        """
        first, *inner, last = self.texts
        end = len(sentence) - len(last)
        if len(first) > end or not sentence.startswith(first) or not sentence.endswith(last):
            return None
        found, at = {}, len(first)
        for place, text in zip(self.places, inner, strict=False):
            here = sentence.find(text, at, end)
            if here < 0:
                return None
            found[place], at = sentence[at:here], here + len(text)
        return {**found, self.places[-1]: sentence[at:end]}


class Book(NamedTuple):
    """Every sentence there is: those without a value, and templates by their first word."""

    plain: frozenset[str]
    by_word: Mapping[str, tuple[Template, ...]]

    def fitting(self, sentence: str) -> Iterator[tuple[Template, dict[str, str]]]:
        """Yield each template a sentence may have been made from, and its values."""
        word = sentence.partition(" ")[0]
        for template in (*self.by_word.get(word, ()), *self.by_word.get("", ())):
            values = template.values(sentence)
            if values is not None:
                yield template, values


class Heard(NamedTuple):
    """A sentence in the reader's language, and how much of it is known to be ours."""

    known: int
    text: str


def spoken(sentence: str) -> str:
    """Return a sentence of ours in the language of this thread; one that nobody knows as it is.

    A sentence may be preceded by its place, ``/all/0: expected a list``, and that by a code.
    """
    if get_language() in {None, settings.LANGUAGE_CODE} or len(sentence) > LONGEST:
        return sentence
    code, colon, rest = sentence.partition(_COLON)
    if rest.startswith("/") and code.isidentifier():
        return f"{code}{colon}{spoken(rest)}"
    heard = _heard(sentence, DEEPEST)
    if sentence.startswith(_PLACES):
        placed = [one for at in _colons(sentence) if (one := _placed(sentence, at))]
        heard = max(placed, key=lambda one: one.known, default=heard)
    return heard.text if heard else sentence


def _colons(sentence: str) -> Iterator[int]:
    """Yield where a place may end; one of a heading may have a colon of its own."""
    at = -1
    for _ in range(MOST_COLONS):
        at = sentence.find(_COLON, at + 1)
        if at < 0:
            return
        yield at


def _placed(sentence: str, at: int) -> Heard | None:
    place, rest = sentence[:at], sentence[at + len(_COLON) :]
    before, after = _heard(place, 0), _heard(rest, DEEPEST)
    return after and Heard(after.known, f"{before.text if before else place}{_COLON}{after.text}")


@cache
def book() -> Book:
    """Return the phrasebook, read once."""
    templates = [parsed(line) for line in FILE.read_text("utf-8").splitlines()]
    plain = frozenset(text for _, (text, *_), places in templates if not places)
    by_word: dict[str, list[Template]] = {}
    for template in (one for one in templates if one.places):
        word, space, _ = template.texts[0].partition(" ")
        by_word.setdefault(word if space else "", []).append(template)
    return Book(plain, {word: tuple(found) for word, found in by_word.items()})


def parsed(source: str) -> Template:
    """Return a template as its texts and places; ``ValueError`` for one that is none.

    >>> parsed("row {row} of {{all}}")[1:]
    (('row ', ' of {all}'), ('row',))
    """
    texts, places = [""], []
    for text, place, _, _ in Formatter().parse(source):
        texts[-1] += text
        if place is not None:
            places.append(place)
            texts.append("")
    return Template(source, tuple(texts), tuple(places))


def _heard(sentence: str, depth: int) -> Heard | None:
    """Return the reading of a sentence in which most of it is ours, ``None`` where there is none.

    What stands in a place for words of ours is read likewise, and counts.
    """
    if sentence in book().plain:
        source = sentence.replace("{", "{{").replace("}", "}}")
        return Heard(len(sentence), _translated(source, {}))
    read = (_filled(*found, depth) for found in book().fitting(sentence))
    return max(read, key=lambda one: one.known, default=None)


def _filled(template: Template, values: dict[str, str], depth: int) -> Heard:
    known = sum(map(len, template.texts))
    for place in SPOKEN.intersection(values) if depth else ():
        inner = _inner(values[place], depth - 1)
        values[place], known = inner.text, known + inner.known
    return Heard(known, _translated(template.source, values))


def _translated(source: str, values: Mapping[str, str]) -> str:
    """Return a translation with its values; in English where a catalogue's has other places."""
    template = parsed(pgettext(CONTEXT, source))
    if set(template.places) != set(values):
        template = parsed(source)
    filled = (*(values[place] for place in template.places), "")
    return "".join(part for pair in zip(template.texts, filled, strict=True) for part in pair)


def _inner(text: str, depth: int) -> Heard:
    """Return a sentence in a sentence: one of ours, a list of ours, or whatever it is."""
    for between, translated in _BETWEEN.items():
        said = [_heard(part, depth) for part in _split(text, between)]
        ours = [one for one in said if one]
        if len(said) > 1 and len(ours) == len(said):
            joined = str(translated).join(one.text for one in ours)
            return Heard(sum(one.known for one in ours), joined)
    return _heard(text, depth) or Heard(0, text)


def _split(text: str, between: str) -> Iterator[str]:
    """Yield the parts of a list; what is quoted or in brackets is not looked into."""
    start, depth, quote = 0, 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPENING or sign in _CLOSING:
            depth += 1 if sign in _OPENING else -1
        elif not depth and at >= start and text.startswith(between, at):
            yield text[start:at]
            start = at + len(between)
    yield text[start:]
