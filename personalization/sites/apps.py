"""The sites room as a Django application."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "personalization.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"
