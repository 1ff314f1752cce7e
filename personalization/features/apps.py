"""The features room as a Django application."""

from django.apps import AppConfig


class FeaturesConfig(AppConfig):
    name = "personalization.features"
    label = "features"
    default_auto_field = "django.db.models.BigAutoField"
