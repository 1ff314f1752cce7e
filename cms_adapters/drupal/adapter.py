"""Drupal with our plugin: Standard Webhooks, and nodes by the plugin's own path."""

from __future__ import annotations

from cms_adapters.registry import adapters
from cms_adapters.standard import Standard


@adapters.named("drupal")
class Drupal(Standard):
    """The plugin says and answers what is standard among our plugins."""

    label = "Drupal"
