"""A mapping says, as a small JSON document, how rows of somebody's file become Segment messages."""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from personalization.plant.json import Malformed

Row = Named[str, Any]
FIELDS = ("messageId", "userId", "anonymousId")
FORMS = ("column", "value", "text", "sum", "list")
TESTS = ("starts_with", "equals", "present")
KNOWN = {
    "title", "notes", "group_by", "filter", "event", "type", "timestamp", "properties", "traits",
    *FIELDS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping document; ``columns`` are those it reads."""

    document: Named[str, Any]
    zone: ZoneInfo
    columns: frozenset[str]

    @property
    def group_by(self) -> str | None:
        """The column whose equal values make one event of several rows, if any."""
        return self.document.get("group_by")

    def message(self, rows: Sequence[Row]) -> dict[str, Any] | None:
        """Return the message of one row or group; ``None`` where the filter leaves it out."""
        document, first = self.document, rows[0]
        if "filter" in document and not _holds(document["filter"], first):
            return None
        message: dict[str, Any] = {"type": document.get("type", "track")}
        if message["type"] == "track":
            message["event"] = _event(document["event"], first)
        for field in FIELDS:
            if field in document:
                message[field] = _text(_value(document[field], rows))
        told = document["timestamp"]["column"]
        message["timestamp"] = min(self._instant(value) for value in {row[told] for row in rows})
        for field in ("properties", "traits"):
            if field in document:
                message[field] = _object(document[field], rows)
        if not message.get("messageId"):
            message["messageId"] = _fingerprint(rows)
        return {name: value for name, value in message.items() if value is not None}

    def _instant(self, value: Any) -> str:
        """Return a time as RFC 3339; one without a zone is read in the mapping's, fold 0."""
        told = self.document["timestamp"]
        try:
            moment = value if isinstance(value, datetime) else _moment(value, told.get("format"))
        except (TypeError, ValueError):
            raise Malformed("invalid_time", f"/{told['column']}", f"no time: {value!r}") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        return moment.astimezone(ZoneInfo("UTC")).isoformat()


def parse(document: Any) -> Mapping:
    """Return the mapping of a document, or raise `Malformed` naming what is wrong in it."""
    if not isinstance(document, dict):
        raise Malformed("not_an_object", "", "a mapping must be an object")
    for name in document.keys() - KNOWN:
        raise Malformed("unknown", f"/{name}", f"a mapping has {', '.join(sorted(KNOWN))}")
    told = document.get("timestamp")
    if not isinstance(told, dict) or not isinstance(told.get("column"), str):
        raise Malformed("missing", "/timestamp", "must name a column")
    if not ({"userId", "anonymousId"} & document.keys()):
        raise Malformed("missing", "/userId", "userId or anonymousId is needed")
    columns = {told["column"]} | _wanted(document)
    return Mapping(document, _zone(told.get("zone", "UTC")), frozenset(columns))


def _wanted(document: Named[str, Any]) -> set[str]:
    """Return the columns a document reads besides the time's."""
    forms = {f"/{field}": document[field] for field in FIELDS if field in document}
    for field in ("properties", "traits"):
        forms |= {f"/{field}/{name}": form for name, form in document.get(field, {}).items()}
    columns = {column for at, form in forms.items() for column in _reads(form, at)}
    if document.get("type", "track") == "track":
        columns |= _choices(document.get("event"))
    if "filter" in document:
        columns |= _tested(document["filter"], "/filter")
    return columns | ({document["group_by"]} if document.get("group_by") else set())


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, TypeError, ValueError):
        raise Malformed("unknown", "/timestamp/zone", f"no such time zone: {name!r}") from None


def _reads(form: Any, at: str) -> set[str]:
    """Return the columns a form reads, or raise."""
    if not isinstance(form, dict) or len(form.keys() & set(FORMS)) != 1:
        raise Malformed("unknown", at, f"must have one of {', '.join(FORMS)}")
    if "unless" in form:
        return {form["unless"]} | _reads({k: v for k, v in form.items() if k != "unless"}, at)
    if "list" in form:
        parts = [_reads(part, f"{at}/list/{name}") for name, part in form["list"].items()]
        return set().union(*parts)
    if "text" in form:
        return {part.partition("}")[0] for part in form["text"].split("{")[1:]}
    if form.get("as", "text") not in ("text", "integer", "number"):
        raise Malformed("unknown", f"{at}/as", "must be text, integer or number")
    return {form["column"]} if "column" in form else set(form.get("sum", ()))


def _choices(event: Any) -> set[str]:
    choices = event if isinstance(event, list) else [{"name": event}]
    if not all(isinstance(c, dict) and isinstance(c.get("name"), str) for c in choices):
        raise Malformed("missing", "/event", "must be a name, or a list of {when, name}")
    tested = [_tested(choice["when"], "/event") for choice in choices if "when" in choice]
    return set().union(*tested)


def _tested(test: Any, at: str) -> set[str]:
    if not isinstance(test, dict) or len(test.keys() & set(TESTS)) != 1 or "column" not in test:
        raise Malformed("unknown", at, f"a test has a column and one of {', '.join(TESTS)}")
    return {test["column"]}


def _event(event: Any, row: Row) -> str:
    if isinstance(event, str):
        return event
    for choice in event:
        if "when" not in choice or _holds(choice["when"], row):
            return str(choice["name"])
    raise Malformed("missing", "/event", "no name fits this row")


def _holds(test: Named[str, Any], row: Row) -> bool:
    value = _plain(row.get(test["column"]))
    if "present" in test:
        return (value is not None) is test["present"]
    if "equals" in test:
        return bool(_text(value) == _text(test["equals"]))
    return value is not None and str(value).startswith(test["starts_with"])


def _object(forms: Named[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    found = {name: _value(form, rows) for name, form in forms.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(form: Named[str, Any], rows: Sequence[Row]) -> Any:
    """Return a form's value: of the first row, over all rows (sum), or one a row (list)."""
    given = _plain(rows[0].get(form.get("unless", "")))
    if "value" in form or given is not None:
        return form.get("value") if given is None else None
    if "list" in form:
        return [_object(form["list"], [row]) for row in rows]
    if "sum" in form:
        return float(sum((_product(form["sum"], row) for row in rows), Decimal(0)))
    if "text" in form:
        return _filled(form["text"], rows[0])
    value = _plain(rows[0].get(form["column"]))
    if value is None or (form.get("as", "text") == "text" and isinstance(value, str)):
        return value
    return _converted(value, form.get("as"), form["column"])


def _filled(text: str, row: Row) -> str:
    head, *rest = text.split("{")
    for part in rest:
        column, _, tail = part.partition("}")
        head += (_text(_plain(row.get(column))) or "") + tail
    return head


def _product(columns: Sequence[str], row: Row) -> Decimal:
    found = Decimal(1)
    for column in columns:
        found *= _decimal(_plain(row.get(column)), column)
    return found


def _converted(value: Any, form: str | None, column: str) -> Any:
    if form == "integer":
        number = _decimal(value, column)
        if number != number.to_integral_value():
            raise Malformed("not_a_number", f"/{column}", f"no whole number: {value!r}")
        return int(number)
    if form == "number":
        return float(_decimal(value, column))
    return _text(value) if form == "text" or not isinstance(value, bool | int | float) else value


def _decimal(value: Any, column: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise Malformed("not_a_number", f"/{column}", f"no number: {value!r}"[:300]) from None


def _plain(value: Any) -> Any:
    """Return a cell's value; what is empty or NaN is none."""
    return None if value == "" or (isinstance(value, float) and isnan(value)) else value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _moment(text: Any, form: str | None) -> datetime:
    return datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007


def _fingerprint(rows: Sequence[Row]) -> str:
    """Return a message id that the same rows always have: equal rows are one event."""
    told = orjson.dumps([dict(row) for row in rows], default=str)
    return "row-" + blake2b(told, digest_size=16).hexdigest()
