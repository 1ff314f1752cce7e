"""The supervisor keeps its children, refuses a second self, and leaves nobody behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from personalization.plant import leash
from tests.children import child
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
STRAW = [sys.executable, "tests/plant/house_of_straw.py"]


class House:
    """One run of a supervisor: what it printed, and every process below it."""

    def __init__(self, words, folder, env=None):
        self.output = folder / f"out-{len(list(folder.glob('out-*')))}"
        with self.output.open("wb") as output:
            self.process = child(
                words,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            )

    def text(self):
        return self.output.read_text()

    def wait_until_ready(self):
        until(lambda: "ready" in self.text() or self.process.poll() is not None, 60)
        assert "ready" in self.text(), self.text()
        return self

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def pid(self, name):
        return int(re.findall(rf"{name}=(\d+)", self.text())[-1])


def alive(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def gone(processes):
    def check():
        try:
            return not alive(processes)
        except psutil.NoSuchProcess:
            return False

    return check


@pytest.fixture
def straw(tmp_path):
    started = []

    def start():
        started.append(House([*STRAW, str(tmp_path)], tmp_path))
        return started[-1]

    yield start
    for house in started:
        house.process.kill()
        house.process.wait()


def test_stages_start_in_order_after_their_tasks(straw, tmp_path):
    house = straw().wait_until_ready()
    assert (tmp_path / "migrated").exists()
    assert {"first", "second", "stubborn"} <= set(re.findall(r"(\w+)=", house.text()))


def test_a_polite_end_stops_all_even_the_stubborn(straw):
    house = straw().wait_until_ready()
    family = house.family()
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(20) == 0
    until(gone(family))
    assert house.text().endswith("stopped.\n")


def test_kill_9_of_the_parent_leaves_no_child(straw):
    house = straw().wait_until_ready()
    direct = psutil.Process(house.process.pid).children()
    assert len(direct) == 3
    house.process.kill()
    house.process.wait()
    until(gone(direct))


def test_a_second_start_is_refused_with_the_pid_of_the_first(straw):
    first = straw().wait_until_ready()
    second = straw()
    assert second.process.wait(20) == 1
    assert f"pid {first.process.pid}" in second.text()
    assert alive(first.family())


def test_a_killed_child_comes_back(straw, tmp_path):
    house = straw().wait_until_ready()
    before = house.pid("first")
    os.kill(before, signal.SIGKILL)
    until(lambda: (tmp_path / "log/first.log").read_text().count("here") == 2)
    assert "ended (signal 9); again in 0.2 s" in house.text()
    now = {one.pid for one in psutil.Process(house.process.pid).children()}
    assert before not in now
    assert len(now) == 3


def test_after_kill_9_the_next_start_is_not_refused(straw):
    first = straw().wait_until_ready()
    first.process.kill()
    first.process.wait()
    straw().wait_until_ready()


def test_the_watcher_holds_the_leash_where_the_kernel_cannot(tmp_path):
    words = leash.command(["sleep", "300"], signal.SIGKILL, kernel=False)
    parent = child(["sh", "-c", '"$@" & echo; wait', "sh", *words], stdout=subprocess.PIPE)
    parent.stdout.readline()
    until(lambda: len(psutil.Process(parent.pid).children(recursive=True)) == 2)
    family = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.wait()
    until(gone(family))
    parent.stdout.close()


UP = [sys.executable, "manage.py", "up", "--only", "services"]


@pytest.fixture
def services():
    """``up --only services`` on a folder of its own; every start of one test shares the data."""
    folder = Path(tempfile.mkdtemp(prefix="pz-up-"))  # pytest closes its own to other users
    folder.chmod(0o755)
    removed = {"DATABASE_URL": "", "REDIS_URL": "", "BROKER_URL": "", "CACHE_URL": ""}
    started = []

    def start():
        started.append(
            House(UP, folder, {**removed, "VAR": str(folder / "v"), "TMPDIR": str(folder)})
        )
        return started[-1].wait_until_ready()

    yield start
    for house in started:
        if house.process.poll() is None:
            house.process.terminate()
            house.process.wait(60)
    shutil.rmtree(folder)


def test_kill_9_leaves_no_service_and_the_next_start_recovers(services):
    first = services()
    family = first.family()
    names = {one.name() for one in family}
    assert {"postgres", "valkey-server"} <= names
    first.process.kill()
    first.process.wait()
    until(gone(family), 30)
    second = services()
    assert "ready" in second.text()


def test_postgres_killed_hard_comes_back_by_itself(services):
    house = services()
    direct = psutil.Process(house.process.pid).children()
    postgres = next(one for one in direct if one.name() == "postgres")
    postgres.kill()
    until(lambda: house.text().count("ready to accept connections") == 2, 40)
