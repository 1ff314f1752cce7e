"""One row of everything for a site, so that every page and route has something to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from cms_adapters.messages import Item
from personalization.content import drafts as contents
from personalization.content import entries, slots
from personalization.content.entries import Read
from personalization.content.models import Slot, Variant
from personalization.content.sources import Binding, Entry, Source
from personalization.decisions import drafts as matrices
from personalization.decisions.models import LoggedDecision, Matrix
from personalization.events.models import ImportRun, Logged, Quarantined, Shard
from personalization.features.models import Feature
from personalization.flows import publication
from personalization.learning.models import TrainedModel
from personalization.plant.instants import to_datetime
from personalization.plant.models import Run
from personalization.profiles.models import Attribute, ConsentEntry, Identity, Link, Profile
from personalization.push import deliveries, endpoints
from personalization.push.deliveries import Draft
from personalization.push.models import Delivery, Endpoint, Outbox
from personalization.segments import drafts as segments
from personalization.segments import rolls, sets, stages, triggers
from personalization.segments.lists import SegmentList
from personalization.segments.models import (
    Definition,
    Firing,
    Member,
    Move,
    Segment,
    SegmentSet,
    StageRules,
    Timer,
    Trigger,
)
from personalization.sites import audit, keys
from personalization.sites.models import Generation, Key, Role, Site
from personalization.sites.naming import identity_id, message_id
from personalization.sites.reviews import Freeze, ReviewTerms

AT = 1_790_000_000_000_000
PRO = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
ROLES = ("viewer", "editor", "publisher", "owner")
ALL_ROLES = (*ROLES, "analyst", "reviewer", "operator", "privacy", "override")
MAY = {
    "viewer": "viewer",
    "analyst": "viewer analyst",
    "editor": "viewer analyst editor",
    "reviewer": "viewer analyst reviewer",
    "publisher": "viewer analyst editor publisher operator privacy",
    "operator": "viewer operator",
    "privacy": "viewer privacy",
    "override": "viewer override",
    "owner": "viewer analyst editor reviewer publisher operator privacy override owner",
}
"""What each role may, written down once more: the product's own table is what is tested."""


def document(slot: str, variant: str = "sale") -> dict[str, Any]:
    return {
        "hit_policy": "first",
        "slot": slot,
        "rows": [{"id": "one", "when": {"segment": "vip"}, "then": {"variant": variant}}],
        "fallback": ["baseline"],
    }


@dataclass
class Estate:
    site: Site
    key: Key
    role: Role
    attribute: Attribute
    feature: Feature
    segment: Segment
    stages: StageRules
    slot: Slot
    variant: Variant
    matrix: Matrix
    profile: Profile
    identity: Identity
    move: Move
    quarantined: Quarantined
    roll: SegmentList
    segment_set: SegmentSet
    trigger: Trigger
    firing: Firing
    run: Run
    source: Source
    entry: Entry
    binding: Binding
    endpoint: Endpoint
    delivery: Delivery


def person(name: str, **options: Any) -> Any:
    return get_user_model().objects.create(username=name, password="!", is_staff=True, **options)


def signed_in(mine: Estate, role: str, name: str = "") -> Client:
    """Return the browser of somebody with a role on a site, by default of ``a-<role>``."""
    user = person(name or f"a-{role}")
    Role.objects.create(site=mine.site, user=user, name=role)
    client = Client()
    client.force_login(user)
    return client


def found(slug: str) -> Estate:
    """Found an estate: the same names and ids on every site, one row of each kind."""
    site = Site.objects.create(slug=slug, name=slug.title())
    Generation.objects.get_or_create(site=site)
    key, _ = keys.mint(site, "sk", "shop")
    role = Role.objects.create(site=site, user=person(f"owner-{slug}"), name="owner")
    attribute = Attribute.objects.create(site=site, path="traits.plan", learned_type="string")
    feature = Feature.objects.create(site=site, name="orders", measure={"event": "Order Completed"})
    stage_rules = _stages(site)
    segment = Segment.objects.create(site=site, slug="vip", name="Very important")
    publication.publish_segment(segments.draft(segment, PRO, {}, "ann").pk, "ann")
    segments.draft(segment, {"everyone": True}, {"min_stay": "1h"}, "ann")
    slot = Slot.objects.create(site=site, key="home.hero", fallback=["baseline"])
    variant = Variant.objects.create(slot=slot, slug="sale")
    baseline = Variant.objects.create(slot=slot, slug="baseline")
    for row in (variant, baseline):
        draft = contents.draft(row, {"html": f"<p>{row.slug}</p>"}, "ann")
        publication.publish_variant(draft.pk, "ann")
    contents.draft(variant, {"html": "<p>newer</p>"}, "ann")
    slots.draft(slot, {"fallback": ["sale", "baseline"]}, "ann")
    matrix = Matrix.objects.create(slot=slot)
    publication.publish_matrix(matrices.draft(matrix, document(slot.key), "ann").pk, "ann")
    matrices.draft(matrix, document(slot.key, "baseline"), "ann")
    for one in (segment, matrix):
        one.refresh_from_db()
    people = _people(site, segment)
    people = (*people[:-1], _list(site), _set(site), *_triggers(site, people[0]), people[-1])
    things = (attribute, feature, segment, stage_rules, slot, variant, matrix)
    told = (*_content(site, variant), *_endpoint(site))
    return Estate(site, key, role, *things, *people, *told)


def _content(site: Site, variant: Variant) -> tuple[Source, Entry, Binding]:
    told = {"url": "https://cms.example", "options": {"types": "posts"}}
    source = Source.objects.create(site=site, slug="blog", adapter="wordpress", **told)
    item = Item("7", "posts", "", 1, published=True, title="Sale", fields={}, html="<p>Sale</p>")
    entries.keep(source.pk, [item], Read(AT, AT, pushed=True))
    binding = Binding.objects.create(variant=variant, source=source, external_id="7", kind="posts")
    return source, Entry.objects.get(source=source), binding


def _endpoint(site: Site) -> tuple[Endpoint, Delivery]:
    endpoint = Endpoint(site=site, url="https://cms.example/hook", types=["segment.*"])
    endpoints.save(endpoint, AT)
    return endpoint, Delivery.objects.get(key=endpoints.ping(endpoint, AT + site.pk))


def _stages(site: Site) -> StageRules:
    rules = StageRules.objects.create(site=site)
    said = {"id": "all", "when": {"everyone": True}, "conclude": {"derived.stage": "awareness"}}
    rules.live = stages.draft(rules, {"rules": [said]}, "ann")
    rules.save()
    rules.revisions.update(status="live")
    stages.draft(rules, {"rules": []}, "ann")
    return rules


def _people(site: Site, segment: Segment) -> tuple[Any, ...]:
    ann = identity_id(site.pk, "user", "ann")
    device = identity_id(site.pk, "anonymous", "device-1")
    profile = Profile.objects.create(id=ann, site_id=site.pk, first_seen=AT)
    identity = Identity.objects.create(
        id=ann, site_id=site.pk, kind="user", value="ann", person=ann, view=ann, first_seen=AT
    )
    Link.objects.create(
        site_id=site.pk,
        one=ann,
        other=device,
        trust="verified",
        said_by="sk",
        at=AT,
        recorded_at=AT,
    )
    ConsentEntry.objects.create(
        site_id=site.pk, identity=ann, purpose="analytics", granted=True, at=AT, source="event"
    )
    key = Definition.objects.filter(revision=segment.live).latest("generation").key
    move = Move.objects.create(
        site_id=site.pk, profile=ann, key=key, entered=True, effective_at=AT, recorded_at=AT,
        cause="event", generation=2, values={"traits.plan": "pro"},
    )  # fmt: skip
    Member.objects.create(key=key, profile=ann, site_id=site.pk, since=AT)
    _traces(site, ann, device)
    quarantined, run = _machinery(site)
    return profile, identity, move, quarantined, run


def _list(site: Site) -> SegmentList:
    roll = rolls.found(site.pk, {"slug": "club"}, {"everyone": True}, "ann", AT)
    roll.live = rolls.upload(roll, [b"userId\nann\n"], "ann", "club.csv", AT)
    roll.save()
    return roll


def _set(site: Site) -> SegmentSet:
    row = SegmentSet.objects.create(site=site, slug="life", name="Lifecycle")
    said = {"members": [{"name": "buyer", "when": PRO}], "default": "visitor"}
    row.live = sets.draft(row, said, {}, "ann")
    row.save()
    row.revisions.update(status="live")
    sets.draft(row, said, {"min_stay": "1h"}, "ann")
    return row


def _triggers(site: Site, profile: Profile) -> tuple[Trigger, Firing]:
    trigger = Trigger.objects.create(site=site, slug="welcome", name="Welcome")
    do = {"action": "webhook", "url": "https://shop.example/hook"}
    trigger.live = triggers.draft(trigger, {"on": {"entered": "vip"}, "do": do}, "ann")
    trigger.save()
    trigger.revisions.update(status="live", published_at=to_datetime(AT))
    triggers.draft(trigger, {"on": {"exited": "vip"}, "do": do}, "ann")
    firing = Firing.objects.create(
        site=site, trigger=trigger, revision=trigger.live, profile=profile.pk, occasion="in",
        key=f"trg_{site.slug}", at=AT, recorded_at=AT, action="webhook", outcome="fired",
    )  # fmt: skip
    payload = {"url": "https://shop.example/hook", "body": {}}
    deliveries.write(site.pk, [Draft(firing.key, f"trigger:{trigger.pk}", "webhook", payload)], AT)
    return trigger, firing


def _traces(site: Site, ann: UUID, device: UUID) -> None:
    LoggedDecision.objects.create(
        site_id=site.pk, profile=ann, slot="home.hero", decided_at=AT, generation=2, row="one",
        variant="sale", reason="TARGETING_MATCH",
    )  # fmt: skip
    Logged.objects.create(
        site_id=site.pk, message=message_id("m1"), owner=ann, device=device, at=AT, received_at=AT,
        kind="track", name="Order Completed", body=b'{"properties": {"revenue": 5}}',
    )  # fmt: skip
    Timer.objects.create(profile=ann, site_id=site.pk, due=AT)
    Outbox.objects.create(
        site_id=site.pk, kind="snapshot", subject=ann.hex, payload=b"{}", written_at=AT
    )


def _machinery(site: Site) -> tuple[Quarantined, Run]:
    Shard.objects.get_or_create(lane="live", number=0)
    ImportRun.objects.create(site=site, fingerprint="f" * 64, file="events.jsonl")
    TrainedModel.objects.create(
        site=site, score="purchase_likelihood", kind="logistic", parameters={}, trained_at=AT
    )
    audit.record(site, "ann", "made", site)
    ReviewTerms.objects.create(site=site)
    Freeze.objects.create(site=site, name="Long ago", start_at=AT, until_at=AT + 1)
    quarantined = Quarantined.objects.create(
        site=site, lane="live", received_at=AT, code="missing", at="/event", message="no name",
        body='{"type": "track"}',
    )  # fmt: skip
    run = Run.objects.create(
        task="recompute_segments", site_id=site.pk, state="done", started_at=AT
    )
    return quarantined, run
