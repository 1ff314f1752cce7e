"""Joining people in one batch: who is linked outside the batch stays linked, and harms nobody."""

from __future__ import annotations

import pytest

from personalization.profiles.models import Identity
from tests.flows.ground import Ground, track

pytestmark = pytest.mark.django_db


def person(kind: str, value: str) -> str:
    return Identity.objects.get(kind=kind, value=value).person.hex


def test_a_known_device_beside_newly_joined_people_keeps_its_owner() -> None:
    ground = Ground()
    ground.admit([track("Viewed", "ann", 1, messageId="1") | {"anonymousId": "anns"}])
    ground.drain()
    ann = person("user", "ann")
    ground.admit(
        [
            {**track("Viewed", None, 2, messageId="2"), "anonymousId": "anns"},
            {**track("Viewed", "bob", 3, messageId="3"), "anonymousId": "bobs"},
        ]
    )
    assert ground.drain() == 2
    assert person("anonymous", "anns") == person("user", "ann") == ann
    assert person("anonymous", "bobs") == person("user", "bob") != ann


def test_a_link_brings_along_everybody_linked_before() -> None:
    ground = Ground()
    for n, (user, device) in enumerate([("ann", "phone"), ("ann", "desk"), ("bob", "bobs")]):
        ground.admit([{**track("Viewed", user, n, messageId=f"{n}"), "anonymousId": device}])
        ground.drain()
    ground.admit(
        [
            {"type": "alias", "userId": "ann", "previousId": "old-ann", "messageId": "a"},
            {**track("Viewed", None, 5, messageId="b"), "anonymousId": "bobs"},
        ]
    )
    ground.drain()
    people = {person(*who) for who in [("user", "ann"), ("anonymous", "phone"),
                                       ("anonymous", "desk"), ("user", "old-ann")]}  # fmt: skip
    assert len(people) == 1
    assert person("anonymous", "bobs") == person("user", "bob")
    assert person("user", "bob") not in people
