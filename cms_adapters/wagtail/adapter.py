"""Wagtail with our plugin: Standard Webhooks, and pages and snippets by the plugin's own path."""

from __future__ import annotations

from cms_adapters.registry import adapters
from cms_adapters.standard import Standard


@adapters.named("wagtail")
class Wagtail(Standard):
    """The plugin says and answers what is standard among our plugins."""

    label = "Wagtail"
