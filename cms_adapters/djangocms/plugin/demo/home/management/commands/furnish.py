"""``manage.py furnish``: an editor, a home page with a slot, and the site's address."""

import os
from typing import Any
from urllib.parse import urlsplit

from cms.api import add_plugin, create_page
from cms.models import Page, PageContent
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.management.base import BaseCommand
from django.db import transaction
from djangocms_versioning.models import Version
from lantern import blank
from lantern.introduction import introduce


class Command(BaseCommand):
    """Make what is missing; what is there stays."""

    help = "Make the demo's editor and home page."

    def handle(self, **_: Any) -> None:
        """Migrate, then make."""
        settings.VAR.mkdir(parents=True, exist_ok=True)
        blank.migrate()
        if settings.TOLD:
            introduce("djangocms", os.environ["DEMO_URL"], settings.TOLD, settings.COUPLING)
        editor, _is_new = get_user_model().objects.get_or_create(
            username="editor", defaults={"is_staff": True, "is_superuser": True}
        )
        editor.set_password(os.environ["DEMO_PASSWORD"])
        editor.save()
        domain = urlsplit(os.environ["DEMO_URL"]).netloc
        Site.objects.update_or_create(pk=1, defaults={"domain": domain, "name": "Lantern"})
        if not Page.objects.exists():
            self._home(editor)

    @transaction.atomic
    def _home(self, editor: Any) -> None:
        page = create_page("Into the hills", "home/page.html", "en", slug="home", created_by=editor)
        content = PageContent.admin_manager.get(page=page)
        placeholder = content.get_placeholders().get(slot="content")
        slot = add_plugin(placeholder, "PersonalizedSlotPlugin", "en", slot="home.hero")
        body = "<h2>For every path</h2><p>What everybody sees stands here.</p>"
        add_plugin(placeholder, "TextPlugin", "en", target=slot, body=body)
        Version.objects.get_for_content(content).publish(editor)
        page.set_as_homepage()
