"""Events in a sentence: what was done, how often, within which span, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules.notations.sentences.operands import duration, operand, text
from rules.notations.sentences.said import Said, listed, record
from rules.notations.sentences.tokens import Cursor
from rules.operators.items import ITEM
from rules.operators.registry import Operator
from rules.phrases import ARTICLES, counts, events, operator_words

Where = Callable[[Cursor], Said]
Parts = dict[str, Said]

UNITS_OF_TIMES = ("time", "times")


def done(cursor: Cursor) -> Said | None:
    """Take what somebody did and return the event's name; ``None`` takes nothing.

    >>> done(Cursor("placed an order")).document, done(Cursor("everyone"))
    ('Order Completed', None)
    """
    start = cursor.at
    name = cursor.phrase(events(), ARTICLES)
    if name is not None:
        return Said(name, start)
    return named(cursor, "did") if cursor.take("did") else None


def named(cursor: Cursor, after: str) -> Said:
    """Take the name of an event in quotes.

    >>> named(Cursor('"Order Completed"'), "did").document
    'Order Completed'
    """
    if cursor.kind != "string":
        raise cursor.error(
            f'expected the name of an event in quotes after {after}, like "Signed Up"'
        )
    start = cursor.at
    return Said(text(cursor), start)


def counted(cursor: Cursor, name: Said, where: Where) -> Said:
    """Return the condition that an event and what follows it say.

    >>> counted(Cursor("at least 3 times"), Said("A", 0), lambda cursor: Said(None, 0)).document
    {'event': 'A', 'operator': 'at_least', 'value': 3}
    """
    found = {"event": name}
    times: Parts = {}
    while circumstance(cursor, found, where) or _count(cursor, times):
        pass
    return record(name.at, **found, **times)


def operator(cursor: Cursor) -> Operator:
    """Take the words of an operator.

    >>> operator(Cursor("is at least 3")).name
    'at_least'
    """
    part = cursor.phrase(operator_words())
    if part is None:
        raise cursor.error("expected an operator like is, is not, is one of, is at least, contains")
    return part


def value(cursor: Cursor, part: Operator, *, seconds: bool = False) -> Said:
    """Take the value of an operator, or in parentheses what it asks of an entry of a list.

    >>> from rules.operators.registry import operators
    >>> value(Cursor("(is at least 3)"), operators["any_item"]).document
    {'operator': 'at_least', 'value': 3}
    """
    start = cursor.at
    if part.shape is not ITEM or not cursor.take("("):
        return operand(cursor, part.shape.schema, seconds=seconds)
    found = [_entry(cursor)]
    while cursor.take("and"):
        found.append(_entry(cursor))
    if not cursor.take(")"):
        raise cursor.error("expected and, or a closing parenthesis")
    return listed(start, found) if len(found) > 1 else found[0]


def _entry(cursor: Cursor) -> Said:
    at = cursor.at
    if operator(cursor).shape is ITEM:
        raise cursor.error("expected an operator on single values", at=at)
    cursor.go(at)
    return asked(cursor)


def asked(cursor: Cursor, **found: Said) -> Said:
    """Take an operator, its value, and whether case is ignored, beside what is already found.

    >>> asked(Cursor('contains "a" ignoring case')).document
    {'operator': 'contains', 'value': 'a', 'ignore_case': True}
    """
    at, part = cursor.at, operator(cursor)
    found["operator"] = Said(part.name, at)
    if part.shape.name != "none":
        found["value"] = value(cursor, part)
    at = cursor.at
    if cursor.take("ignoring"):
        cursor.expect("case")
        found["ignore_case"] = Said(document=True, at=at)
    return record(min([at, *(part.at for part in found.values())]), **found)


def path(cursor: Cursor) -> Said:
    """Take the path of an attribute.

    >>> path(Cursor("traits.plan")).document
    'traits.plan'
    """
    if cursor.kind != "path":
        raise cursor.error("expected an attribute like properties.product_id")
    start, said = cursor.at, cursor.said
    if said[0] == "`":
        return Said(text(cursor), start)
    cursor.next()
    return Said(said, start)


def span(cursor: Cursor, found: Parts, where: Where) -> bool:
    """Take one part of a span of time into the parts of a document, and tell whether one stood.

    >>> parts = {}
    >>> taken = span(Cursor("within 24 hours"), parts, lambda cursor: Said(None, 0))
    >>> taken, parts["within"].document
    (True, '24h')
    """
    start = cursor.at
    word = cursor.said.lower() if cursor.kind == "word" else ""
    if word not in _SPANS:
        return False
    cursor.next()
    taken = _SPANS[word](cursor, where)
    if taken is None:
        cursor.go(start)
        return False
    key, said = taken
    _once(cursor, found, key, start)
    found[key] = said
    return True


def times(cursor: Cursor) -> Said | None:
    """Take how often a step is done, ``3 times``; ``None`` takes nothing.

    >>> times(Cursor("3 times")).document
    3
    """
    if cursor.kind != "number":
        return None
    said = operand(cursor, {})
    _times(cursor)
    return said


def circumstance(cursor: Cursor, found: Parts, where: Where) -> bool:
    """Take a part of a span or a filter into the parts of a document; tell whether one stood.

    >>> parts = {}
    >>> circumstance(Cursor("within 24 hours"), parts, lambda cursor: Said(None, 0))
    True
    """
    start = cursor.at
    if span(cursor, found, where):
        return True
    if not cursor.take("where"):
        return False
    _once(cursor, found, "where", start)
    found["where"] = where(cursor)
    return True


def _once(cursor: Cursor, found: Parts, key: str, at: int) -> None:
    if key in found:
        raise cursor.error(f"expected {key.replace('_', ' ')} once", "duplicate", at)


def _count(cursor: Cursor, found: Parts) -> bool:
    start = cursor.at
    part = cursor.phrase(counts())
    if part is None:
        return False
    _once(cursor, found, "operator", start)
    found["operator"] = Said(part.name, start)
    if part.shape.name != "none":
        found["value"] = operand(cursor, part.shape.schema)
    if not part.of_events:
        _times(cursor)
    return True


def _times(cursor: Cursor) -> None:
    if not cursor.is_at(*UNITS_OF_TIMES):
        raise cursor.error("expected times")
    cursor.next()


def _between(cursor: Cursor, _: Where) -> tuple[str, Said] | None:
    """Take two durations; between two numbers of times lies no span."""
    start = cursor.at
    first = operand(cursor, {})
    if not isinstance(first.document, str):
        return None
    cursor.go(start)
    longer = duration(cursor)
    cursor.expect("and")
    ends = listed(start, [longer, duration(cursor)])
    cursor.expect("ago")
    return "between", ends


def _session(cursor: Cursor, _: Where) -> tuple[str, Said] | None:
    start = cursor.at
    if not cursor.take("this"):
        return None
    cursor.expect("session")
    if cursor.take("with"):
        cursor.expect("pauses", "under")
        return "in_session", duration(cursor)
    return "in_session", Said(document=True, at=start)


def _since(cursor: Cursor, where: Where) -> tuple[str, Said]:
    if not cursor.take("the"):
        return "since", _instant(cursor)
    cursor.expect("last")
    name = named(cursor, "the last")
    if not cursor.take("that"):
        return "since_last", name
    cursor.expect("has")
    return "since_last", record(name.at, event=name, where=where(cursor))


def _instant(cursor: Cursor) -> Said:
    if cursor.kind not in {"bare", "string"}:
        raise cursor.error("expected an instant like 2026-12-01T08:00:00Z")
    return operand(cursor, {})


_SPANS: Mapping[str, Callable[[Cursor, Where], tuple[str, Said] | None]] = {
    "within": lambda cursor, _: ("within", duration(cursor)),
    "between": _between,
    "since": _since,
    "until": lambda cursor, _: ("until", _instant(cursor)),
    "in": _session,
}
