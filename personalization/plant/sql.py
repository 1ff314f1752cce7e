"""Raw SQL on Django's connection, for the few places that work on many rows in one statement.

The parameters travel beside the statement (psycopg's own cursor, which also prepares what is asked
often), not inside it as Django's cursor sends them: for arrays of thousands that is several times
cheaper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.utils import DatabaseErrorWrapper

Parameters = Sequence[object] | Mapping[str, object]


def cursor() -> psycopg.Cursor[Any]:
    """Return a cursor of the driver on Django's connection, in Django's transaction."""
    connection.ensure_connection()
    opened = psycopg.Cursor(connection.connection)
    opened.format = psycopg.pq.Format.BINARY
    return opened


def rows(statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """Run a statement that answers rows, and return them."""
    with DatabaseErrorWrapper(connection), cursor() as asked:
        return asked.execute(statement, parameters).fetchall()


def run(statement: str, parameters: Parameters = ()) -> None:
    """Run a statement."""
    with DatabaseErrorWrapper(connection):
        cursor().execute(statement, parameters)


@contextmanager
def ahead() -> Iterator[None]:
    """Run what is ``run`` inside without waiting for it: the store works while we think.

    The first statement that fails ends the block with its error, at the latest at its end; asking
    for ``rows`` waits for all that was run before.
    """
    connection.ensure_connection()
    with DatabaseErrorWrapper(connection), connection.connection.pipeline():
        yield


def copy(statement: str, lines: Iterable[Sequence[object]]) -> None:
    """Stream rows into a table with COPY."""
    with DatabaseErrorWrapper(connection), cursor() as asked, asked.copy(statement) as stream:
        for line in lines:
            stream.write_row(line)


def hexed(column: str) -> str:
    """Return the SQL for a uuid column as 32 hex digits (cheaper than objects on hot paths)."""
    return f"encode(uuid_send({column}), 'hex')"
