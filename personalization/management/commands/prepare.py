"""``manage.py prepare``: bring the tables up to date, one process of the house at a time."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

LOCK = 7_319_011


class Command(BaseCommand):
    """Parts started at the same moment wait for each other here."""

    help = "Run the migrations, alone: whoever comes second waits, then finds nothing to do."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                call_command("migrate", interactive=False, verbosity=1, skip_checks=True)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
