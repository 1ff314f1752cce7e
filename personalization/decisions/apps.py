"""The decisions room as a Django application."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "personalization.decisions"
    label = "decisions"
    default_auto_field = "django.db.models.BigAutoField"
