"""`manage.py events tail` shows what the log holds."""

import io
import itertools
import uuid

import orjson
import pytest
from django.core.management import call_command

from personalization.events import tail
from personalization.events.models import Logged

pytestmark = pytest.mark.django_db
AT = 1_795_251_600_000_000


def logged(*names, site=1):
    for name in names:
        Logged.objects.create(
            site_id=site, message=uuid.uuid4(), owner=uuid.UUID(int=7), at=AT, received_at=AT,
            kind="track", name=name, body=b'{"properties":{"n":1}}', counted=name != "Late",
            marks="late" if name == "Late" else "",
        )  # fmt: skip


def shown(*options):
    out = io.StringIO()
    call_command("events", "tail", *options, stdout=out)
    return out.getvalue().splitlines()


def test_the_newest_come_last_as_lines():
    logged("One", "Two", "Late")
    lines = shown("-n", "2")
    assert [line.split()[2] for line in lines] == ["Two", "Late"]
    assert lines[0].startswith("2026-11-21T09:00:00.000Z  track")
    assert lines[1].endswith("late not counted")


def test_each_line_may_be_json():
    logged("One")
    (document,) = map(orjson.loads, shown("--json"))
    assert (document["name"], document["body"]) == ("One", {"properties": {"n": 1}})
    assert document["at"] == "2026-11-21T09:00:00.000Z"


def test_what_comes_later_follows_once(monkeypatch):
    logged("One")
    monkeypatch.setattr(tail.time, "sleep", lambda _: logged("Two"))
    names = [entry.name for entry in itertools.islice(tail.entries(None, 5, follow=True), 4)]
    assert names == ["One", "Two", "Two", "Two"]


def test_another_sites_events_are_not_shown():
    logged("Other", site=2)
    logged("Mine", site=1)
    assert [entry.name for entry in tail.entries(1, 5, follow=False)] == ["Mine"]
