"""Sentences that say a condition: joined by "and" or by "or", turned by "not", in parentheses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules.notations.sentences import events, measures
from rules.notations.sentences.operands import duration, text
from rules.notations.sentences.said import Said, listed, record
from rules.notations.sentences.tokens import Cursor
from rules.parser import DEEPEST, MOST_PARTS, MOST_STEPS

_DEEPEST = 4 * DEEPEST
"""Parentheses may stand where none are needed, but not without end."""
_JOINTS = {"and": "all", "or": "any"}


def condition(cursor: Cursor, depth: int = 1) -> Said:
    """Return the JSON that the sentence says, up to where it ends.

    ``TextError`` with line and column where no condition stands, or "and" and "or" are mixed
    without parentheses.

    >>> condition(Cursor('in segment "vip" and not everyone')).document
    {'all': [{'segment': 'vip'}, {'not': {'everyone': True}}]}
    """
    start = cursor.at
    found = [_part(cursor, depth)]
    joint = cursor.said.lower() if cursor.is_at(*_JOINTS) else ""
    while joint and cursor.take(joint):
        found.append(_part(cursor, depth))
        if len(found) > MOST_PARTS:
            raise cursor.error(f"expected at most {MOST_PARTS} parts", "too_large")
    if cursor.is_at(*_JOINTS):
        meant = 'expected parentheses around what belongs together, "and" and "or" are mixed'
        raise cursor.error(meant)
    return record(start, **{_JOINTS[joint]: listed(start, found)}) if joint else found[0]


def _part(cursor: Cursor, depth: int) -> Said:
    if depth > _DEEPEST:
        raise cursor.error(f"expected at most {DEEPEST} levels", "too_deep")
    if cursor.is_at("("):
        return _parentheses(cursor, depth)
    if cursor.kind == "path":
        return _test(cursor)
    start, word = cursor.at, cursor.said.lower() if cursor.kind == "word" else ""
    if word in _OPENINGS:
        cursor.next()
        return _OPENINGS[word](cursor, start, depth)
    name = None if word == "did" else events.done(cursor)
    if name is None:
        raise cursor.error(
            "expected a condition: an attribute and an operator, an event, in segment, "
            "everyone, not or parentheses"
        )
    return events.counted(cursor, name, _where(depth))


def _parentheses(cursor: Cursor, depth: int) -> Said:
    cursor.expect("(")
    found = condition(cursor, depth + 1)
    if not cursor.take(")"):
        raise cursor.error("expected and, or, or a closing parenthesis")
    return found


def _where(depth: int) -> events.Where:
    return lambda cursor: _parentheses(cursor, depth)


def _test(cursor: Cursor) -> Said:
    path = events.path(cursor)
    return events.asked(cursor, attribute=path)


def _not(cursor: Cursor, start: int, depth: int) -> Said:
    return record(start, **{"not": _part(cursor, depth + 1)})


def _did(cursor: Cursor, start: int, depth: int) -> Said:
    absent = cursor.take("not")
    said = events.counted(cursor, events.named(cursor, "did"), _where(depth))
    return record(start, **{"not": said}) if absent else said


def _in(cursor: Cursor, start: int, depth: int) -> Said:
    if cursor.take("segment"):
        if cursor.kind != "string":
            raise cursor.error('expected the name of a segment in quotes, like "vip"')
        at = cursor.at
        return record(start, segment=Said(text(cursor), at))
    strict = cursor.at if cursor.take("strict") else None
    if not cursor.take("sequence"):
        raise cursor.error("expected segment, sequence or strict sequence after in")
    found = {"sequence": _steps(cursor, depth)}
    if strict is not None:
        found["strict"] = Said(document=True, at=strict)
    while _same_key(cursor, found) or events.span(cursor, found, _where(depth)):
        pass
    return record(start, **found)


def _same_key(cursor: Cursor, found: events.Parts) -> bool:
    if "same" in found or not cursor.take("for"):
        return False
    cursor.expect("the", "same")
    found["same"] = events.path(cursor)
    return True


def _steps(cursor: Cursor, depth: int) -> Said:
    start = cursor.at
    cursor.expect("(")
    found = [_step(cursor, depth)]
    while cursor.take(","):
        cursor.expect("then")
        found.append(_step(cursor, depth))
        if len(found) > MOST_STEPS:
            raise cursor.error(f"expected at most {MOST_STEPS} steps", "too_large")
    if not cursor.take(")"):
        raise cursor.error('expected ", then" and the next step, or a closing parenthesis')
    return listed(start, found)


def _step(cursor: Cursor, depth: int) -> Said:
    start = cursor.at
    absent = cursor.take("not")
    if not absent and cursor.take("did"):
        absent = cursor.take("not")
        name: Said | None = events.named(cursor, "did")
    else:
        name = events.done(cursor)
    if name is None:
        raise cursor.error('expected an event, like did "Signed Up"')
    often = events.times(cursor)
    said = events.counted(cursor, name, _where(depth))
    parts = dict(said.parts) | ({} if often is None else {"value": often})
    step = record(name.at, **parts)
    return record(start, **{"not": step}) if absent else step


def _the(cursor: Cursor, start: int, depth: int) -> Said:
    cursor.go(start)
    return measures.measured(cursor, _where(depth))


def _for(cursor: Cursor, start: int, depth: int) -> Said:
    cursor.expect("the", "same")
    found = {"same": events.path(cursor)}
    while events.span(cursor, found, _where(depth)):
        pass
    inner = _parentheses(cursor, depth)
    group = next((key for key in ("all", "any") if key in inner.parts), None)
    parts = inner.parts[group] if group else listed(inner.at, [inner])
    return record(start, **found, **{group or "all": parts})


def _has(cursor: Cursor, start: int, depth: int) -> Said:
    cursor.expect("been", "true", "for")
    length = duration(cursor)
    return record(start, **{"has_been": _parentheses(cursor, depth), "for": length})


def _group(key: str) -> Callable[[Cursor, int, int], Said]:
    def group(cursor: Cursor, start: int, depth: int) -> Said:
        cursor.expect("of", "(")
        found = [condition(cursor, depth + 1)]
        while cursor.take(",") and len(found) <= MOST_PARTS:
            found.append(condition(cursor, depth + 1))
        if not cursor.take(")"):
            raise cursor.error("expected a comma and the next part, or a closing parenthesis")
        return record(start, **{key: listed(start, found)})

    return group


_OPENINGS: Mapping[str, Callable[[Cursor, int, int], Said]] = {
    "everyone": lambda _cursor, start, _depth: record(
        start, everyone=Said(document=True, at=start)
    ),
    "not": _not,
    "did": _did,
    "in": _in,
    "the": _the,
    "for": _for,
    "has": _has,
    "all": _group("all"),
    "any": _group("any"),
}
