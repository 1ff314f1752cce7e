"""Mirroring: a variant shows what its entry says, or nothing: its slot has a fallback."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction

from personalization.content import drafts, wishes
from personalization.content.models import VariantRevision
from personalization.content.sources import Binding
from personalization.flows import publication, retirement
from personalization.plant.clock import Clock
from personalization.sites import audit

log = logging.getLogger(__name__)


def step(clock: Clock) -> int:
    """Bring one variant up to its entry; return how many were looked at, 0 when none waits."""
    pk = 0
    try:
        with transaction.atomic():
            stale = Binding.objects.filter(stale=True).order_by("pk")
            binding = stale.select_for_update(skip_locked=True).first()
            if binding is None:
                return 0
            pk = binding.pk
            settle(binding, clock)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("binding %s cannot be settled", pk)
        Binding.objects.filter(pk=pk).update(stale=False, fault=f"not shown: {fault!r}"[:300])
    return 1


def settle(binding: Binding, clock: Clock) -> None:
    """Draft and publish what an entry says in each locale; retire what it says no more."""
    variant, source = binding.variant, binding.source
    author = f"source:{source.slug}"
    wished = wishes.of(binding, variant.slot.schema, source.default_locale)
    live = {one.locale: one for one in variant.revisions.filter(status="live")}
    ours = {locale for locale, one in live.items() if one.author == author}
    for locale in sorted({*wished.contents, *wished.spoken, *ours}):
        content, shown = wished.contents.get(locale), live.get(locale)
        if content is None and shown is not None:
            retirement.retire_variant(shown.pk, author, clock)
        elif content is not None and (shown is None or shown.content != content):
            _show(binding, locale, content, author, clock)
    fresh = {"stale": False, "fault": wished.fault[:300], "settled_at": clock.now()}
    Binding.objects.filter(pk=binding.pk).update(**fresh)


def _show(binding: Binding, locale: str, content: object, author: str, clock: Clock) -> None:
    """Publish the content in a locale, or leave it as a draft where people publish themselves."""
    variant = binding.variant
    newest = variant.revisions.filter(locale=locale).order_by("-number").first()
    if newest is None or newest.status != VariantRevision.Status.DRAFT or newest.content != content:
        newest = drafts.draft(variant, content, author, locale)
        detail = {"number": newest.number, "locale": locale, "entry": binding.external_id}
        audit.record(variant.slot.site_id, author, "drafted", variant, detail)
    if binding.source.publishes:
        publication.publish_variant(newest.pk, author, clock)
