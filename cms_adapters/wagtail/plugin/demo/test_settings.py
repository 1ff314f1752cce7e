"""The site as its tests run it: in memory, without migrating step by step."""

from site_settings import *  # noqa: F403 - settings are names


class Unmigrated:
    """Says of every app that it has no migrations: its tables are made from its models."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = Unmigrated()
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
