"""The suite's own ground: PostgreSQL, broker and cache answer, each with the right character."""

import pytest
import redis
from django.db import connection

from personalization.plant import places
from personalization.plant.models import ClockOffset


@pytest.mark.django_db
def test_tables_stand_and_commits_are_synchronous():
    ClockOffset.objects.create(microseconds=7)
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
    assert ClockOffset.objects.get().microseconds == 7


def test_the_broker_evicts_nothing():
    with redis.Redis.from_url(places.broker_url()) as client:
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
