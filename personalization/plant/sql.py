"""Raw SQL on Django's connection, for the few places that work on many rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection


def rows(statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run a statement that answers rows, and return them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def run(statement: str, parameters: Sequence[object] = ()) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def hexed(column: str) -> str:
    """Return the SQL for a uuid column as 32 hex digits (cheaper than objects on hot paths)."""
    return f"encode(uuid_send({column}), 'hex')"
