"""The learning room as a Django application."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "personalization.learning"
    label = "learning"
    default_auto_field = "django.db.models.BigAutoField"
