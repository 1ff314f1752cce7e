"""Furnishing the demo goes through the real publishing, and twice is once."""

import pytest
from django.contrib.auth import authenticate

from personalization.content.models import Slot, VariantRevision
from personalization.decisions.models import Matrix
from personalization.features.models import Feature
from personalization.flows import keepsakes, lantern, seed
from personalization.segments.models import Segment
from personalization.sites.keys import KeyRing, live
from personalization.sites.models import Generation, Key, Publication

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR", str(tmp_path))


def test_everything_is_live_and_was_published():
    seed.seed()
    told = lantern.definitions()
    segments = Segment.objects.filter(live__status="live")
    assert set(segments.values_list("slug", flat=True)) == set(told["segments"])
    assert Matrix.objects.filter(live__isnull=False).count() == len(told["slots"])
    assert Feature.objects.count() == len(told["features"])
    assert not Publication.objects.exclude(state="live").exists()
    variants = sum(len(slot["variants"]) for slot in told["slots"].values())
    assert VariantRevision.objects.filter(status="live").count() == variants


def test_the_keys_kept_open_the_site():
    kept = seed.seed()
    ring = KeyRing()
    ring.load(live())
    kinds = [ring.find(kept[name]).kind for name in seed.KEYS]
    assert kinds == ["pk", "sk", "mk"]
    assert keepsakes.file().stat().st_mode & 0o077 == 0


def test_the_administrator_can_log_in():
    kept = seed.seed()["admin"]
    assert authenticate(username=kept["user"], password=kept["password"]).is_superuser


def test_a_second_time_changes_nothing():
    first = seed.seed()
    before = Generation.objects.get().number
    assert seed.seed() == first
    assert Generation.objects.get().number == before
    assert Key.objects.count() == 3


def test_what_somebody_edited_stays_as_it_is():
    seed.seed()
    Slot.objects.filter(key="home.hero").update(name="My own")
    seed.seed()
    assert Slot.objects.get(key="home.hero").name == "My own"


def test_lost_keys_are_made_anew():
    first = seed.seed()
    keepsakes.file().unlink()
    second = seed.seed()
    assert second["secret_key"] != first["secret_key"]
    assert authenticate(username="admin", password=second["admin"]["password"])
