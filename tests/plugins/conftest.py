"""The CMSs' own environment, with which the plugins' tests and demos run."""

import subprocess

import pytest

from personalization.plant import beside, places

PATIENCE = 600


@pytest.fixture(scope="session")
def cms_python():
    """The interpreter that has the CMSs, or a skip that says how to get it."""
    if not beside.PYTHON.exists():
        pytest.skip("needs .venv-cms (make .venv-cms/installed)")
    return beside.PYTHON


@pytest.fixture(scope="session")
def own_tests(cms_python):
    """Run the tests that a plugin brings, inside its CMS."""

    def run(name):
        plugin = beside.FOLDER / name / "plugin"
        words = [
            "-W",
            "ignore",
            "manage.py",
            "test",
            "--noinput",
            "--settings",
            "test_settings",
            "-t",
            plugin,
            plugin / "tests",
        ]
        done = subprocess.run(
            [cms_python, *words],
            cwd=plugin / "demo",
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(places.ROOT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-6000:]
        return done.stderr

    return run
