"""The site as its tests run it: tables made from the models, in a file that is gone afterwards."""

import tempfile
from pathlib import Path

from site_settings import *  # noqa: F403 - settings are names


class Unmigrated:
    """Says of every app that it has no migrations."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


FOLDER = tempfile.TemporaryDirectory(prefix="pz-cms-")
MIGRATION_MODULES = Unmigrated()
DATABASES["default"]["TEST"] = {"NAME": Path(FOLDER.name) / "test.sqlite3"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
