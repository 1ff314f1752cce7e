"""The events room as a Django application."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "personalization.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
