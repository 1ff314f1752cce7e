"""The plugins are packages that can be installed: whole, and without their tests and demos."""

import shutil
import subprocess
import zipfile

import pytest

from personalization.plant import beside

pytestmark = pytest.mark.slow

PACKAGES = {
    "django": (
        "personalization_client",
        ["signatures.py", "templates/personalization/head.html", "migrations/0001_initial.py"],
    ),
    "wagtail": (
        "personalization_wagtail",
        ["templates/personalization_wagtail/slot_input.html", "migrations/0001_initial.py"],
    ),
    "djangocms": (
        "personalization_djangocms",
        ["templates/personalization_djangocms/slot.html", "migrations/0001_initial.py"],
    ),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_wheel_has_all_that_is_needed_and_no_more(cms_python, tmp_path, name):
    package, needed = PACKAGES[name]
    shutil.copytree(beside.FOLDER / name / "plugin", tmp_path / "plugin")
    words = ["-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "--no-index"]
    command = [cms_python, *words, "-w", tmp_path / "wheels", tmp_path / "plugin"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "wheels").iterdir()
    with zipfile.ZipFile(wheel) as whole:
        inside = whole.namelist()
    wanted = [f"{package}/{path}" for path in [*needed, "locale/de/LC_MESSAGES/django.mo"]]
    assert [path for path in wanted if path not in inside] == []
    assert {path.partition("/")[0].partition("-")[0] for path in inside} == {package}
    assert any(path.endswith("licenses/LICENSE") for path in inside)
