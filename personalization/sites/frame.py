"""The admin as a Django application, with our menu in place of the stock one."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig

from personalization.sites import spoken


class FrameConfig(AdminConfig):
    """Django's admin with the product's menu, every name of which can be translated."""

    default_site = "personalization.sites.menu.Menu"

    def ready(self) -> None:
        """Find the pages, then put their names through gettext."""
        super().ready()
        spoken.speak(admin.site)
