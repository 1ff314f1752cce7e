"""Fixtures of content from elsewhere: a site in force, and one web process for each module."""

from tests.api.conftest import running, stage, web

__all__ = ["running", "stage", "web"]
