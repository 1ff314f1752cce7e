"""For a project whose cache this plugin does not know: connect and throw the pages away yourself."""

from django.dispatch import Signal

purged = Signal()
"""Sent with ``tags`` (``slot:home.hero``) and ``urls`` of which kept pages may be old."""
