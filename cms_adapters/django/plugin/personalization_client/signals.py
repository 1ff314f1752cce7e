"""For a project whose cache the plugin does not know: connect, and throw pages away yourself."""

from django.dispatch import Signal

purged = Signal()
"""Sent with ``tags`` (``slot:home.hero``) and ``urls`` of which kept pages may be old."""
