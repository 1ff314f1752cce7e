"""The profiles room as a Django application."""

from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "personalization.profiles"
    label = "profiles"
    default_auto_field = "django.db.models.BigAutoField"
