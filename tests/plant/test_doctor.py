"""The doctor tells what is up and what is wrong, and its exit code says which."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command

from personalization.events import balance
from personalization.events.models import Counter, Packed
from personalization.management.commands import doctor
from personalization.plant import diagnosis, heartbeat, house, places, valkey
from personalization.plant.account import PlantError
from personalization.plant.models import ClockOffset
from tests.children import child
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def evicting_broker(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="pz-v-") as folder:
        path = f"{folder}/v.sock"
        words = [str(valkey.installed_server()), "--port", "0", "--unixsocket", path, "--save", ""]
        process = child([*words, "--maxmemory", "10mb", "--maxmemory-policy", "allkeys-lru"])
        until(lambda: valkey.answers(f"unix://{path}"))
        monkeypatch.setenv("BROKER_URL", f"unix://{path}")
        yield
        process.send_signal(signal.SIGKILL)
        process.wait()


def count(site, **names):
    for name, number in names.items():
        Counter.objects.create(site_id=site, slot=0, name=name, count=number)


@pytest.mark.django_db
def test_the_books_are_even_when_every_accepted_event_has_a_fate():
    count(1, accepted=10, applied=4, deduplicated=2, refused=1, quarantined=1)
    Packed.objects.create(site_id=1, lane="live", shard=0, received_at=0, count=2, payload=b"")
    count(2, accepted=3, applied=2)
    assert [(book["site"], book["difference"]) for book in balance.books()] == [(1, 0), (2, 1)]
    assert any("site 2: the books are off by 1" in fault for fault in doctor.examine()["faults"])


@pytest.mark.django_db(transaction=True)
def test_json_as_a_command_names_services_pending_work_and_missing_processes(child_env):
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT,
        env=child_env,
        capture_output=True,
        check=False,
        timeout=60,
    )
    found = json.loads(done.stdout)
    assert [one["name"] for one in found["services"]] == ["postgres", "broker", "cache"]
    assert all(one["up"] for one in found["services"])
    assert [lane["lane"] for lane in found["pending"]["lanes"]] == ["live", "import"]
    assert "no web process gives a sign of life" in found["faults"]
    assert done.returncode == 1


@pytest.mark.django_db
def test_a_living_process_is_seen_until_it_ends(empty_cache):
    stopping = heartbeat.start("web")
    until(lambda: [one["pid"] for one in heartbeat.living()] == [os.getpid()])
    assert "no web process gives a sign of life" not in doctor.examine()["faults"]
    stopping.set()
    until(lambda: not heartbeat.living())


def test_a_broker_that_evicts_is_refused_at_start(evicting_broker):
    with pytest.raises(PlantError, match="broker evicts"):
        diagnosis.away()


def test_services_that_are_away_are_told_not_raised(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("CACHE_URL", "redis://127.0.0.1:1/0")
    assert [found.up for found in diagnosis.services()] == [False, False, False]
    assert diagnosis.away() == ["postgres", "broker", "cache"]


def test_the_house_starts_without_a_postgres_that_is_away_and_migrates_nothing(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    stages = house.plan({"services", "live"}).stages
    assert [program.name for program in stages[-1]] == ["live"]
    monkeypatch.delenv("DATABASE_URL")
    stages = house.plan({"services", "live"}).stages
    assert [program.name for program in stages[-1]] == ["migrate", "live"]


def test_unsafe_settings_are_named(settings):
    settings.DEBUG, settings.ALLOWED_HOSTS, settings.SECRET_KEY = True, ["*"], "short"
    told = " ".join(doctor.unsafe())
    assert all(word in told for word in ("DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "HTTPS=1"))


@pytest.mark.django_db
def test_a_superuser_with_a_guessable_password_is_a_fault(django_user_model):
    django_user_model.objects.create_superuser("root", password="root")
    assert "root can be guessed into: change the password" in doctor.examine()["faults"]


@pytest.mark.django_db
def test_the_clock_goes_forward_by_durations_and_back_at_once(capsys):
    call_command("clock", "--forward", "25h")
    call_command("clock", "--forward", "1h")
    assert ClockOffset.objects.get().microseconds == 26 * 3600 * 1_000_000
    call_command("clock", "--reset")
    assert ClockOffset.objects.get().microseconds == 0
    assert "0 s ahead" in capsys.readouterr().out


def test_urls_are_shown_without_secrets():
    assert "pw" not in diagnosis.hide("redis://:pw@h:1/0") + diagnosis.hide("unix:///s?password=pw")
    assert diagnosis.hide(places.cache_url()).startswith("unix:")
