"""Instants as integer microseconds UTC: the one form of time inside the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import models

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000


class InstantField(models.BigIntegerField):  # type: ignore[type-arg] # generic in the stubs only
    """A column of integer microseconds UTC."""


def to_datetime(instant: int) -> datetime:
    """Return the instant as an aware datetime in UTC, exact to the microsecond."""
    return EPOCH + timedelta(microseconds=instant)


def from_datetime(moment: datetime) -> int:
    """Return the aware datetime as integer microseconds UTC."""
    return (moment - EPOCH) // MICROSECOND


def to_text(instant: int) -> str:
    """Return the instant in RFC 3339 with a Z, milliseconds unless it is finer."""
    moment = to_datetime(instant)
    spec = "microseconds" if instant % 1000 else "milliseconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"
