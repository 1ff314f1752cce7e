"""``manage.py furnish``: an editor, a home page with a slot, and the site's address."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from lantern import blank
from lantern.introduction import introduce
from wagtail.models import Page, Site

from home.models import HomePage


class Command(BaseCommand):
    """Make what is missing; what is there stays."""

    help = "Make the demo's editor and home page."

    def handle(self, **_: Any) -> None:
        """Migrate, then make."""
        settings.VAR.mkdir(parents=True, exist_ok=True)
        blank.migrate()
        if settings.TOLD:
            introduce("wagtail", os.environ["DEMO_URL"], settings.TOLD, settings.COUPLING)
        editor, _is_new = get_user_model().objects.get_or_create(
            username="editor", defaults={"is_staff": True, "is_superuser": True}
        )
        editor.set_password(os.environ["DEMO_PASSWORD"])
        editor.save()
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        site = Site.objects.get(is_default_site=True)
        site.hostname, site.port, site.site_name = address.hostname, address.port, "Lantern"
        if not HomePage.objects.exists():
            site.root_page = self._home()
        site.save()

    def _home(self) -> HomePage:
        Page.objects.filter(depth=2).delete()
        root = Page.objects.get(depth=1)
        root.refresh_from_db()
        page = HomePage(title="Into the hills", slug="home", lead="Boots, tents and lamps.")
        page.body.append(
            (
                "slot",
                {
                    "slot": "home.hero",
                    "fallback": [
                        ("text", "<h2>For every path</h2><p>What everybody sees stands here.</p>")
                    ],
                },
            )
        )
        root.add_child(instance=page)
        page.save_revision().publish()
        return page
