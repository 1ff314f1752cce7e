"""A real CMS beside the house, with our plugin in it: what the demos and their tests run."""

from __future__ import annotations

import os
from pathlib import Path

from personalization.plant import places
from personalization.plant.account import PlantError
from personalization.plant.house import answers
from personalization.plant.program import Program

FOLDER = places.ROOT / "cms_adapters"
PYTHON = Path(os.environ.get("CMS_PYTHON") or places.ROOT / ".venv-cms" / "bin" / "python")
"""The interpreter that has the CMSs; ``CMS_PYTHON`` names one with other versions of them."""
OPENERS = ("manage.py", "serve")
"""What opens a site: a Django project, or a program of its own, with ``furnish`` beside it."""


def names() -> list[str]:
    """Return the CMSs whose plugin brings a site to show itself in."""
    return sorted(
        path.parents[2].name for part in OPENERS for path in FOLDER.glob(f"*/plugin/demo/{part}")
    )


def named(name: str) -> set[str]:
    """Return what the programs of a CMS are called."""
    return {name, f"{name}-furnish"}


def programs(name: str, url: str, told: Path, password: str) -> tuple[Program, Program]:
    """Return what furnishes the CMS's own site, and what serves it at ``url``.

    ``told`` is the file with the server's address and keys, ``password`` the editor's.
    """
    folder = FOLDER / name / "plugin" / "demo"
    furnish, serve = _commands(name, folder, url)
    env = {
        "DEMO_TOLD": str(told),
        "DEMO_VAR": str(places.var() / name),
        "DEMO_URL": url,
        "DEMO_PASSWORD": password,
        "DJANGO_SETTINGS_MODULE": "site_settings",
        "PYTHONUNBUFFERED": "1",
    }
    return (
        Program(f"{name}-furnish", furnish, env, folder=folder),
        Program(name, serve, env, folder=folder, ready=lambda: answers(url)),
    )


def _commands(name: str, folder: Path, url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the commands that furnish and serve."""
    if (folder / "serve").exists():
        return (str(folder / "furnish"),), (str(folder / "serve"),)
    if not PYTHON.exists():
        raise PlantError(f"there is no {PYTHON}: make demo-{name} installs it")
    command = (str(PYTHON), "manage.py")
    return (*command, "furnish"), (*command, "runserver", "--noreload", url.removeprefix("http://"))
