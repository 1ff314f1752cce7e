"""The push room as a Django application."""

from django.apps import AppConfig


class PushConfig(AppConfig):
    name = "personalization.push"
    label = "push"
    default_auto_field = "django.db.models.BigAutoField"
