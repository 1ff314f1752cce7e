"""The content room as a Django application."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "personalization.content"
    label = "content"
    default_auto_field = "django.db.models.BigAutoField"
