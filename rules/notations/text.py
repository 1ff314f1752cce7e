"""The language's own text form: conditions as English sentences, matrices as blocks of them."""

from __future__ import annotations

from rules import wording
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.notations.sentences.conditions import condition
from rules.notations.sentences.said import TextError, offset
from rules.notations.sentences.tokens import Cursor
from rules.parser import parse
from rules.scopes import Scope


def read(text: str, *, scope: Scope = Scope.MATRIX) -> Condition:
    """Return the condition that a sentence says; white space and line breaks do not matter.

    ``TextError``, an ``InvalidError`` with ``line`` and ``column`` that says what was expected,
    for anything else. Source: docs/text.md.

    >>> read('not placed an order within 24 hours')
    Not(part=EventTest(measure=Measure(event='Order Completed', where=None, span=Span(length=86400000000, offset=0, since=None, until=None, in_session=False), kind='count', path=None), operator='at_least', value=1))
    """
    cursor = Cursor(text)
    said = condition(cursor)
    if cursor.kind != "end":
        raise cursor.error("expected and, or, or the end")
    try:
        return parse(said.document, scope=scope)
    except InvalidError as error:
        raise TextError(text, offset(said, error.at), error.code, error.message) from error


def write(condition: Condition) -> str:
    """Return the one sentence that says a condition, on one line; ``read`` reads it back.

    >>> write(read('in segment "vip" or (traits.plan is "pro")'))
    'in segment "vip" or traits.plan is "pro"'
    """
    return wording.words(condition)
