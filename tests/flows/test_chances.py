"""By which name chance decides about very many people, whoever came and went since it was asked."""

from __future__ import annotations

from uuid import UUID, uuid4

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.flows import chances
from personalization.profiles.models import Identity
from rules.allocation import included

pytestmark = pytest.mark.django_db
PEOPLE = [UUID(int=number * 7919 + 2**100) for number in range(12)]
NAMES = dict(zip(PEOPLE, ["u", "é", "user-" + "x" * 130], strict=False))


@pytest.fixture
def site():
    number = 10_000_000 + uuid4().int % 10_000_000
    for who, name in NAMES.items():
        told = {"site_id": number, "kind": "user", "value": name, "first_seen": 0}
        Identity.objects.create(id=who, person=who, view=who, **told)
    yield number
    chances._known.pop(number, None)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.sampled_from(PEOPLE), unique=True), min_size=1, max_size=4))
def test_everybody_has_the_name_of_their_identity_or_else_their_id(site, asked):
    for crowd in asked:
        units = chances.of_all(site, pa.array([who.hex for who in crowd], pa.string()))
        told = [included("seed", NAMES.get(who, str(who)), 50) for who in crowd]
        assert units.included("seed", 50).tolist() == told


def test_names_of_few_sites_are_kept(site):
    for other in range(3):
        chances.of_all(site + other, pa.array([PEOPLE[0].hex]))
    assert len(chances._known) <= chances.SITES
