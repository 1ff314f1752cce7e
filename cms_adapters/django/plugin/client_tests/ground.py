"""What the tests of both plugins stand on: the settings, and a CMS to be asked to do things."""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.test import TransactionTestCase
from personalization_client.connection import editors
from personalization_client.sender import sender

TOKEN = "t" * 32
OUT = "whsec_" + "QUJD" * 8
IN = "whsec_" + "REVG" * 8
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
