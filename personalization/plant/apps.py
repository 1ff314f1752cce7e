"""The plant room as a Django application."""

from django.apps import AppConfig


class PlantConfig(AppConfig):
    name = "personalization.plant"
    label = "plant"
    default_auto_field = "django.db.models.BigAutoField"
