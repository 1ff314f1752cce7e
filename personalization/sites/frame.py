"""The admin as a Django application, with our menu in place of the stock one."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class FrameConfig(AdminConfig):
    """Django's admin with the product's menu."""

    default_site = "personalization.sites.menu.Menu"
