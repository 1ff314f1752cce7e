"""After a test that committed, only the tables that hold rows are emptied: most hold none.

Django's flush truncates all of them and makes content types and permissions anew, which took half a
second a test.
"""

from __future__ import annotations

from django.db import connection
from django.test import TransactionTestCase

KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""What migrations wrote, and no test changes."""


def empty(_: TransactionTestCase) -> None:
    """Empty every table that holds rows, in one statement."""
    quote = connection.ops.quote_name
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {quote(name)})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        held = [quote(name) for (name,) in cursor.fetchall()]
        if held:
            cursor.execute(f"TRUNCATE {', '.join(held)} CASCADE")


def install() -> None:
    """Let every test that commits be cleaned up after like this."""
    TransactionTestCase._fixture_teardown = empty
