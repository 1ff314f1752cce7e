"""What is to be imported, and the messages that are in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from personalization.events import files
from personalization.events.mapping import Mapping
from personalization.events.message import IMPORT
from personalization.plant import json
from personalization.plant.json import Malformed


@dataclass(slots=True)
class Order:
    """What is to be imported: a file, how it is read, for which site, in which lane, which part."""

    path: Path
    site_id: int
    mapping: Mapping | None = None
    lane: str = "import"
    piece: tuple[int, int] = (0, 1)

    def fingerprint(self, content: str) -> str:
        """Return what names this import: the same again is the same run."""
        document = dict(self.mapping.document) if self.mapping else None
        told = orjson.dumps([content, document, self.lane, self.piece], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(told).hexdigest()


def messages(order: Order) -> Iterator[Any]:
    """Return the messages of a file; a `Malformed` in place of one that cannot be made."""
    if order.mapping is None and files.is_lines(order.path):
        yield from map(_line, files.lines(order.path))
        return
    if order.mapping is None:
        raise files.Unreadable(f"{order.path.name}: a mapping is needed (--map)")
    for rows in files.groups(order.path, order.mapping.columns, order.mapping.group_by):
        try:
            yield order.mapping.message(rows)
        except Malformed as fault:
            yield fault, rows


def _line(line: bytes) -> Any:
    try:
        event = json.parse(line, IMPORT)
    except Malformed as fault:
        return fault, line.decode("utf-8", "replace").strip()
    if isinstance(event, dict) and not event.get("messageId"):
        event["messageId"] = "line-" + hashlib.blake2b(line.strip(), digest_size=16).hexdigest()
    return event
