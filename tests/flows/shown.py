"""A site that shows something: slots with variants, and decisions stored as decide stores them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import orjson

from personalization.content import drafts as contents
from personalization.content.catalogue import chain
from personalization.content.models import Slot, Variant
from personalization.decisions import drafts as matrices
from personalization.decisions.log import Log
from personalization.decisions.models import Matrix
from personalization.features.known import Request
from personalization.features.models import ProfileState
from personalization.features.snapshot import Seen, Snapshot, Who
from personalization.flows import assembly, decision, hindsight, noting, publication
from personalization.flows.decision import Visitor
from personalization.plant import places
from personalization.plant.lookups import Lookups
from personalization.profiles.models import Identity
from tests.flows.ground import Ground


def decide(site: Any, who: Identity, row: ProfileState, log: Log, now: int, **request: Any) -> None:
    """Decide every slot for somebody, and note what changed, as ``/v1/decide`` does."""
    state = orjson.loads(bytes(row.body))
    snapshot = Snapshot(row.profile.hex, row.version, row.generation, row.digest, state, {})
    locales = site.chain(request.get("locale", ""), chain)
    asking = Who(site.site, who.pk.hex, who.kind == "user")
    visitor = Visitor(site, asking, who.value, locales, Request(request.get("context", {}), {}))
    told = decision.judge(visitor, Seen(snapshot), now)
    for decided in decision.decide(visitor, list(site.slots), told):
        verdict, shown = decided
        answer = (verdict.revision, verdict.row, shown["variant"], shown["reason"])
        before = log.changed(snapshot.profile, shown["slot"], answer)
        if before is not None:
            profile = snapshot.profile
            log.note(noting.entry(visitor, profile, told, decided, before=before))


async def write(log: Log) -> None:
    """Write all that is noted."""
    log.lookups = Lookups(places.database_url())
    while log._waiting:
        assert await log.flush()
    await log.lookups.close()


class Shown(Ground):
    """A site with slots."""

    def __init__(self, slug: str = "lantern", **fields: Any) -> None:
        super().__init__(slug, **fields)
        self.log = Log(Lookups("nowhere"))

    def put(self, key: str, texts: Iterable[str], rows: list[Any], **more: Any) -> Slot:
        """Publish a slot with variants of text, and its matrix."""
        slot = Slot.objects.create(site=self.site, key=key, schema="text", fallback=["base"])
        for text in texts:
            variant = Variant.objects.create(slot=slot, slug=text)
            revision = contents.draft(variant, {"text": text}, "test", "")
            publication.publish_variant(revision.pk, "test", self.clock)
        self.matrix(slot, rows, **more)
        return slot

    def matrix(self, slot: Slot, rows: list[Any], *, publish: bool = True, **more: Any) -> int:
        """Draft a slot's matrix, and publish it; return the revision's number."""
        matrix, _ = Matrix.objects.get_or_create(slot=slot)
        draft = matrices.draft(matrix, {"slot": slot.key, "rows": rows, **more}, "test")
        if publish:
            publication.publish_matrix(draft.pk, "test", self.clock)
        return draft.number

    def see(self, *messages: dict[str, Any]) -> None:
        """Let events happen."""
        self.admit(messages)
        self.drain()

    def decide(self, name: str, kind: str = "user", **request: Any) -> None:
        """Decide every slot for somebody now, and store what changed."""
        site, _ = assembly.build(hindsight.source(self.site.pk))
        who = Identity.objects.get(site_id=self.site.pk, kind=kind, value=name)
        profile = who.person if kind == "user" else who.view
        row = ProfileState.objects.get(pk=profile)
        decide(site, who, row, self.log, self.clock.now(), **request)
        asyncio.run(write(self.log))
