"""Filling: what one variant is to show in each locale, drafted from its entry; what it lacks."""

from __future__ import annotations

from personalization.content import drafts, wishes
from personalization.content.models import VariantRevision
from personalization.content.sources import Binding
from personalization.content.wishes import Wishes
from personalization.flows import beginning
from personalization.flows.beginning import Thing
from personalization.plant.clock import Clock
from personalization.push import coalescing, news
from personalization.sites import audit
from personalization.sites.models import Generation, Publication

REQUESTED = "content.requested"


def settle(binding: Binding, clock: Clock) -> list[Publication]:
    """Draft what an entry says in each locale; return what is to be published and retired."""
    variant, author = binding.variant, f"source:{binding.source.slug}"
    wished = wishes.of(binding, variant.slot.schema, binding.source.default_locale)
    live = {one.locale: one for one in variant.revisions.filter(status="live")}
    ours = {locale for locale, one in live.items() if one.author == author}
    begun: list[Publication] = []
    for locale in sorted({*wished.contents, *wished.spoken, *ours}):
        content, shown = wished.contents.get(locale), live.get(locale)
        if content is None and shown is not None:
            begun.append(_begin(binding, "variant_retired", shown, clock))
        elif content is not None and (shown is None or shown.content != content):
            draft = _draft(binding, locale, content, author)
            begun += [_begin(binding, "variant", draft, clock)] if binding.source.publishes else []
    _ask(binding, wished, clock, ends=any(one.kind == "variant_retired" for one in begun))
    fresh = {"stale": False, "fault": wished.fault[:300], "settled_at": clock.now()}
    Binding.objects.filter(pk=binding.pk).update(**fresh)
    return begun


def _begin(binding: Binding, kind: str, revision: VariantRevision, clock: Clock) -> Publication:
    site, author = binding.source.site_id, f"source:{binding.source.slug}"
    return beginning.row(Thing(site, kind, binding.variant_id, revision.pk), author, clock)


def _draft(binding: Binding, locale: str, content: object, author: str) -> VariantRevision:
    """Return the newest draft where it says the same, or a new one."""
    variant = binding.variant
    newest = variant.revisions.filter(locale=locale).order_by("-number").first()
    if newest is None or newest.status != VariantRevision.Status.DRAFT or newest.content != content:
        newest = drafts.draft(variant, content, author, locale)
        detail = {"number": newest.number, "locale": locale, "entry": binding.external_id}
        audit.record(binding.source.site_id, author, "drafted", variant, detail)
    return newest


def _ask(binding: Binding, wished: Wishes, clock: Clock, *, ends: bool) -> None:
    """Ask the site's endpoints for content, once, where an entry has none to show any more."""
    lost = not wished.contents and (ends or binding.settled_at is None)
    broken = wished.fault != "" and wished.fault[:300] != binding.fault
    if not lost and not broken:
        return
    site, variant = binding.source.site_id, binding.variant
    missing = "entry_unpublished" if wished.spoken else "entry_missing"
    generation = Generation.objects.values_list("number", flat=True).get(site_id=site)
    data = coalescing.thin(
        generation,
        "entry_unusable" if wished.fault else missing,
        slots=[variant.slot.key],
        tags=[f"slot:{variant.slot.key}", f"variant:{variant.slug}"],
    )
    news.write(site, generation, [(REQUESTED, data)], clock.now())
