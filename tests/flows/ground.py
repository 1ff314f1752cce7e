"""What the drain's tests stand on: a site, messages put into its inbox, and turns of the drain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from personalization.events import inbox, packing
from personalization.events.message import IMPORT, LIVE, Call
from personalization.events.models import Counter, Packed
from personalization.events.parcel import Parcel, pack
from personalization.flows import event, publication, refolding
from personalization.flows.event import Appetite
from personalization.plant.clock import FixedClock
from personalization.plant.instants import to_text
from personalization.plant.json import Limits
from personalization.profiles.models import ConsentEntry, Identity
from personalization.segments.models import Move, Segment, SegmentRevision
from personalization.sites.models import Generation, Site
from personalization.sites.naming import identity_hex

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
START = 1_790_000_000 * SECOND


USUAL = Appetite()


class Ground:
    """One site with a clock that stands still until it is moved."""

    def __init__(self, slug: str = "lantern", **fields: Any) -> None:
        self.site = Site.objects.create(slug=slug, name=slug.title(), **fields)
        Generation.objects.create(site=self.site)
        self.clock = FixedClock(START)
        self.keys: dict[str, str] = {}

    def segment(self, slug: str, condition: Any, **stability: Any) -> str:
        """Publish a segment and return its definition's key."""
        segment, _ = Segment.objects.get_or_create(site=self.site, slug=slug, name=slug)
        number = segment.revisions.count() + 1
        revision = SegmentRevision.objects.create(
            segment=segment, number=number, condition=condition, stability=stability
        )
        publication.publish_segment(revision.pk, "test", self.clock)
        return event.shares.definitions.live(self.site.pk).segments[slug]

    def admit(
        self,
        messages: Iterable[dict[str, Any]],
        lane: str = "live",
        *,
        verified: bool = True,
        limits: Limits | None = None,
    ) -> None:
        """Put messages into the inbox as admission does, received now."""
        call = Call(
            site_id=self.site.pk,
            lane=lane,
            received_at=self.clock.now(),
            limits=limits or (IMPORT if lane == "import" else LIVE),
            verified=verified,
        )
        parcel = Parcel(self.site.pk, lane, self.clock.now())
        pack(messages, None, call, parcel)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO events_inbox (site_id, lane, shard, received_at, count, payload)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                packing.rows([parcel]),
            )
        for word in parcel.words:
            ConsentEntry.objects.create(
                site_id=word.site_id, identity=word.identity, purpose=word.purpose,
                granted=word.granted, at=word.at, source=word.source,
            )  # fmt: skip

    def drain(self, lane: str = "live", appetite: Appetite = USUAL) -> int:
        """Walk until the lane is empty; return how many events went through."""
        total = 0
        with transaction.atomic():
            inbox.lease(lane, 0, 0)  # an emptied store gets its leases back
        while passed := event.walk(lane, self.clock, appetite).events:
            total += passed
        return total

    def fire(self) -> None:
        """Let every timer that has come due fire."""
        while refolding.due(self.clock).letters:
            pass

    def moves(self, name: str, kind: str = "user") -> list[tuple[str, str, int]]:
        """Return what stands: (segment, entered or exited, seconds after the start)."""
        profile = self.profile(name, kind)
        slugs = {
            key: slug for slug, key in event.shares.definitions.live(self.site.pk).segments.items()
        }
        return [
            (slugs[m.key], "in" if m.entered else "out", (m.effective_at - START) // SECOND)
            for m in Move.objects.filter(profile=profile, superseded_at=None).order_by(
                "effective_at", "id"
            )
        ]

    def profile(self, name: str, kind: str = "user") -> str:
        """Return the id of the person behind a name."""
        return Identity.objects.get(pk=identity_hex(self.site.pk, kind, name)).person.hex

    def balance(self) -> dict[str, int]:
        """Return how many events met which fate."""
        counts: dict[str, int] = {}
        for name, count in Counter.objects.filter(site_id=self.site.pk).values_list(
            "name", "count"
        ):
            counts[name] = counts.get(name, 0) + count
        counts["pending"] = sum(Packed.objects.values_list("count", flat=True))
        return counts


def track(name: str, user: str | None = None, at: int = 0, **properties: Any) -> dict[str, Any]:
    """Return a track call at so many seconds after the start."""
    message: dict[str, Any] = {
        "type": "track",
        "event": name,
        "properties": properties,
        "timestamp": to_text(START + at * SECOND),
    }
    if user is not None:
        message["userId"] = user
    return message
