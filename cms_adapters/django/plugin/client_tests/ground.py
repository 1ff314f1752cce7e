"""What the tests of both plugins stand on: the settings, and a CMS to be asked to do things."""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection as database
from django.test import TransactionTestCase
from personalization_client.connection import editors
from personalization_client.sender import sender

TOKEN = "t" * 32
OUT = "whsec_" + "QUJD" * 8
IN = "whsec_" + "REVG" * 8
KEPT = {"django_content_type", "auth_permission", "django_site"}
AWAY = "http://127.0.0.1:9"


def settings(**more: Any) -> dict[str, Any]:
    """Return the plugin's settings, with a server that nobody listens at."""
    return {"SERVER": AWAY, "SECRET_KEY": "sk_test", "PUBLISHABLE_KEY": "pk_test", **more}


def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait for a condition with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


class CMSCase(TransactionTestCase):
    """A CMS that can publish, change, unpublish and delete pages, each in its own way."""

    kind = ""

    def setUp(self) -> None:
        """Begin with nothing kept."""
        cache.clear()
        editors.forget()
        self.found()

    def tearDown(self) -> None:
        """Let the thread that sends come to its end before the tables are emptied."""
        sender.settle()

    def _fixture_teardown(self) -> None:
        """Empty the tables but for those that the CMSs keep the keys of in memory."""
        names = database.introspection.django_table_names(only_existing=True, include_views=False)
        tables = [name for name in names if name not in KEPT]
        database.ops.execute_sql_flush(database.ops.sql_flush(no_style(), tables))

    def found(self) -> None:
        """Make what the CMS needs before there can be pages."""

    def publish(self, slug: str, slot: str = "", text: str = "For everybody") -> Any:
        """Publish a page with a text, in a slot if one is named."""
        raise AssertionError(slug)

    def change(self, page: Any, text: str) -> None:
        """Publish a newer version of the page."""
        raise AssertionError(page)

    def unpublish(self, page: Any) -> None:
        """Take the page back."""
        raise AssertionError(page)

    def delete(self, page: Any) -> None:
        """Delete the page."""
        raise AssertionError(page)
