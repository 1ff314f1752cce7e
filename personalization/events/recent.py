"""The newest events of a few identities, read by their index, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from personalization.events.models import Logged
from personalization.plant.instants import to_text


def of(ids: Sequence[UUID], most: int, *, by_device: bool) -> list[dict[str, Any]]:
    """Return the newest events, by when they happened."""
    rows = Logged.objects.filter(**{"device__in" if by_device else "owner__in": ids})
    return [_plain(row) for row in rows.order_by("-at", "-id")[:most]]


def _plain(row: Logged) -> dict[str, Any]:
    told = {"at": to_text(row.at), "kind": row.kind, "name": row.name}
    fate = {"counted": row.counted, "marks": row.marks}
    return {**told, **fate, **orjson.loads(bytes(row.body) or b"{}")}
