"""The language's own text form: conditions as English sentences, matrices as blocks of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rules import segment as segments
from rules import wording
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.matrix import document as matrices
from rules.matrix.document import Matrix
from rules.notations.registry import Notation, notations
from rules.notations.sentences import matrices as blocks
from rules.notations.sentences import segments as heads
from rules.notations.sentences.conditions import condition as sentence
from rules.notations.sentences.lines import lines
from rules.notations.sentences.said import Said, TextError, offset
from rules.notations.sentences.tokens import Cursor
from rules.parser import parse
from rules.scopes import Scope
from rules.segment import Segment

Read = TypeVar("Read")


def read(text: str, *, scope: Scope = Scope.MATRIX) -> Condition:
    """Return the condition that a sentence says; white space and line breaks do not matter.

    ``TextError``, an ``InvalidError`` with ``line`` and ``column`` that says what was expected,
    for anything else. Source: docs/text.md.

    >>> read('in segment "vip" or not everyone')
    Any(parts=(Member(segment='vip'), Not(part=Everyone())))
    """
    cursor = Cursor(_text(text))
    said = sentence(cursor)
    if cursor.kind != "end":
        raise cursor.error("expected and, or, or the end")
    return _placed(text, said, lambda document: parse(document, scope=scope))


def write(condition: Condition, *, room: int | None = None) -> str:
    """Return the one sentence that says a condition; ``read`` reads the same condition back.

    It stands on one line, or with ``room`` on several where it has more characters than that.

    >>> write(read('placed order   or (traits.plan is "pro")'))
    'placed an order or traits.plan is "pro"'
    """
    return wording.words(condition) if room is None else "\n".join(lines(condition, room))


def read_matrix(text: str) -> Matrix:
    """Return the matrix that a text says, or ``TextError`` with line and column.

    >>> read_matrix('row "a" when everyone then variant "sale"').rows[0].id
    'a'
    """
    _cursor, said = blocks.said(_text(text))
    return _placed(text, said, matrices.parse)


def write_matrix(matrix: Matrix) -> str:
    """Return the text of a matrix, one block of lines a row; ``read_matrix`` reads it back.

    >>> print(write_matrix(read_matrix('row "a" when everyone then variant "sale"')), end="")
    hit policy "first"
    <BLANKLINE>
    row "a"
      when everyone
      then variant "sale"
    """
    return blocks.written(matrix)


def read_segment(text: str) -> Segment:
    """Return the segment that a text says, or ``TextError`` with line and column.

    >>> read_segment('segment "b" exit after 1 hour when placed an order').stability.exit_after
    3600000000
    """
    return _placed(text, heads.said(_text(text)), segments.parse)


def write_segment(segment: Segment) -> str:
    """Return the text of a segment; ``read_segment`` reads it back.

    >>> print(write_segment(read_segment('segment "all" name "All" when everyone')), end="")
    segment "all"
    name "All"
    <BLANKLINE>
    when everyone
    """
    return heads.written(segment)


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise InvalidError("", "type", "expected text")
    return text


def _placed(text: str, said: Said, read: Callable[[object], Read]) -> Read:
    try:
        return read(said.document)
    except InvalidError as error:
        raise TextError(text, offset(said, error.at), error.code, error.message) from error


notations.put(
    "text",
    Notation(
        "Sentences",
        "A condition as one English sentence, for people to read, write and compare.",
        holds="condition",
        form="text",
        media="text/plain",
        suffix=".txt",
        example="viewed a product at least 3 times within 24 hours"
        " and not placed an order within 24 hours",
        read=read,
        write=write,
    ),
)
notations.put(
    "text_matrix",
    Notation(
        "Sentences of a matrix",
        "A whole matrix as text, one block of lines a row, for version control.",
        holds="matrix",
        form="text",
        media="text/plain",
        suffix=".matrix",
        example='hit policy "first"\n\nrow "winter"\n  when in segment "vip"\n'
        '  then variant "sale"\n\nfallback "baseline"\n',
        read=read_matrix,
        write=write_matrix,
    ),
)
notations.put(
    "text_segment",
    Notation(
        "Sentences of a segment",
        "A whole segment as text: its name, its stability and its condition, for version control.",
        holds="segment",
        form="text",
        media="text/plain",
        suffix=".segment",
        example='segment "keen"\nname "Keen"\nexit after 30 minutes\n\n'
        "when viewed a product at least 3 times within 24 hours\n",
        read=read_segment,
        write=write_segment,
    ),
)
