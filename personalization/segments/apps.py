"""The segments room as a Django application."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "personalization.segments"
    label = "segments"
    default_auto_field = "django.db.models.BigAutoField"
