"""Where content comes from: sources, their entries, the hooks heard, and the variants they fill."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.db import models

from cms_adapters import messages
from cms_adapters.registry import adapters
from personalization.content.doors import Door
from personalization.plant.instants import InstantField
from personalization.sites import signing


def kinds() -> list[tuple[str, str]]:
    """Return the adapters there are, as choices."""
    return [(name, one.label) for name, one in adapters.items()]


class Source(models.Model):
    """One CMS of a site: how it is reached, what its hooks are verified with, and how it does.

    While ``sync_began_at`` is set a sync is under way and ``sync_cursor`` says how far it is;
    ``resume`` is where the next one may begin, for a CMS that tells what changed since.
    """

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="sources")
    slug = models.SlugField(max_length=60)
    adapter = models.CharField(max_length=40, choices=kinds)
    url = models.CharField(max_length=2_000, blank=True)
    options = models.JSONField(default=dict, blank=True)
    default_locale = models.CharField(max_length=20, blank=True, default="")
    publishes = models.BooleanField(default=True)
    enabled = models.BooleanField(default=True)
    secret = models.TextField(blank=True, default="", editable=False)
    former = models.TextField(blank=True, default="", editable=False)
    renewed_at = InstantField(default=0, editable=False)
    token = models.TextField(blank=True, default="", editable=False)
    last_hook_at = InstantField(null=True, blank=True)
    last_read_at = InstantField(null=True, blank=True)
    last_fault = models.CharField(max_length=300, blank=True, default="")
    last_fault_at = InstantField(null=True, blank=True)
    sync_every = models.PositiveIntegerField(default=86_400)
    sync_due = InstantField(null=True, blank=True)
    sync_number = models.PositiveIntegerField(default=0)
    sync_whole = models.BooleanField(default=True)
    sync_cursor = models.TextField(blank=True, default="")
    sync_rows = models.PositiveIntegerField(default=0)
    sync_began_at = InstantField(null=True, blank=True)
    sync_ended_at = InstantField(null=True, blank=True)
    resume = models.TextField(blank=True, default="")

    class Meta:
        unique_together = [("site", "slug")]

    def __str__(self) -> str:
        return self.slug

    @property
    def lane(self) -> str:
        """Whose deliveries the reads from this source are."""
        return f"source:{self.pk}"

    @property
    def terms(self) -> str:
        """What a sync is begun under: where is read from, as what, and with which token.

        A place in what a CMS has means nothing under other ones. Keyed: the token is a secret.
        """
        said = repr((self.adapter, self.url, sorted(self.options.items()), self.token))
        key = signing.derived("terms of a sync")
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12, key=key).hexdigest()

    def still_asks(self, payload: Mapping[str, Any]) -> bool:
        """Tell whether a part of a sync was asked for under the terms there are now."""
        return bool(payload.get("terms", self.terms) == self.terms)

    def reread(self, before: str) -> bool:
        """Forget where the next sync may begin, if the terms are not those of ``before``.

        Return whether a sync is under way that begins anew for that.
        """
        if self.terms == before:
            return False
        self.resume = ""
        self.save(update_fields=["resume"])
        return self.sync_began_at is not None

    def described(self, now: int) -> messages.Source:
        """Return the source as its adapter takes it, with its token."""
        door = Door.of(vars(self))
        return door.described(now, signing.opened(self.token) or "" if self.token else "")


class Entry(models.Model):
    """One entry of a CMS in one locale, as it was last seen; a deleted one stays as a tombstone.

    The locale ``*`` stands for all there are: the tombstone of an entry of which nothing is left.
    ``seen_at`` is when the read ended that last said so.
    """

    class Status(models.TextChoices):
        PUBLISHED = "published"
        DRAFT = "draft"
        DELETED = "deleted"

    source = models.ForeignKey("content.Source", models.CASCADE, related_name="entries")
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=120, blank=True, default="")
    locale = models.CharField(max_length=20, blank=True, default="")
    version = models.BigIntegerField()
    status = models.CharField(max_length=9, choices=Status.choices)
    title = models.CharField(max_length=500, blank=True, default="")
    url = models.CharField(max_length=2_000, blank=True, default="")
    fields = models.JSONField(default=dict, blank=True)
    html = models.TextField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    seen_at = InstantField()
    changed_at = InstantField()

    class Meta:
        unique_together = [("source", "external_id", "kind", "locale")]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id} {self.locale}".strip()


class Hook(models.Model):
    """A message of a CMS that was taken, by the hash of what names it: a repetition is known."""

    source = models.ForeignKey("content.Source", models.CASCADE, related_name="hooks")
    name = models.CharField(max_length=64)
    at = InstantField(db_index=True)

    class Meta:
        unique_together = [("source", "name")]


class Binding(models.Model):
    """A variant that is filled by an entry; ``mapping`` says with which of its fields.

    ``stale`` says that the entry changed and the variant does not yet show it; ``fault`` why it
    cannot be shown.
    """

    variant = models.OneToOneField("content.Variant", models.CASCADE, related_name="binding")
    source = models.ForeignKey("content.Source", models.CASCADE, related_name="bindings")
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=120, blank=True, default="")
    mapping = models.JSONField(default=dict, blank=True)
    stale = models.BooleanField(default=True, editable=False)
    fault = models.CharField(max_length=300, blank=True, default="", editable=False)
    settled_at = InstantField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["source", "external_id"], name="binding_entry"),
            models.Index(fields=["id"], name="binding_stale", condition=models.Q(stale=True)),
        ]

    def __str__(self) -> str:
        return f"{self.variant} <- {self.external_id}"

    def entries(self) -> Any:
        """Return the entry's rows that are not tombstones of all locales."""
        rows = Entry.objects.filter(source_id=self.source_id, external_id=self.external_id)
        rows = rows.filter(kind=self.kind) if self.kind else rows
        return rows.exclude(locale="*").order_by("locale", "version", "kind")
