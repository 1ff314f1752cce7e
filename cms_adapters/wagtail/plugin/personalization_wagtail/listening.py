"""What Wagtail says happened, written down for the server."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from django.http import HttpRequest
from personalization_client import ledger, rendering
from personalization_client.connection import editors
from personalization_client.contents import shelf
from wagtail.models import DraftStateMixin, Page, PageViewRestriction, Site
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from personalization_wagtail import content
from personalization_wagtail.models import PersonalizationSettings
from personalization_wagtail.placements import place


def begin() -> None:
    """Connect what is needed; called once, when all models are loaded."""
    shelf.provider = content.Content()
    editors.public = public
    rendering.looks.append(looks)
    for model in (PersonalizationSettings, Site):
        post_save.connect(editors.forget, sender=model)
        post_delete.connect(editors.forget, sender=model)
    page_published.connect(on_page_published)
    page_unpublished.connect(on_page_unpublished)
    page_slug_changed.connect(on_address_changed)
    post_page_move.connect(on_address_changed)
    published.connect(on_published)
    unpublished.connect(on_unpublished)
    post_save.connect(on_saved)
    pre_delete.connect(on_deleted)
    post_save.connect(on_restricted, sender=PageViewRestriction)
    post_delete.connect(on_restricted, sender=PageViewRestriction)


def looks(request: HttpRequest) -> rendering.Look | None:
    """Have Wagtail's plain preview show what was written, and nothing be tracked in it."""
    return rendering.Look() if getattr(request, "is_preview", False) else None


def public(host: str) -> dict[str, str]:
    """Return what editors said for a host; for no host, or an unknown one, the default site's."""
    rows = PersonalizationSettings.objects.select_related("site")
    row = (
        rows.filter(site__hostname=host).first() or rows.filter(site__is_default_site=True).first()
    )
    return {"server": row.server, "publishable_key": row.publishable_key} if row else {}


def on_page_published(instance: Page, **_: Any) -> None:
    """Tell of a page that is to be seen now."""
    place(instance)
    _tell(ledger.PUBLISHED if _is_public(instance) else ledger.UNPUBLISHED, [instance])


def on_page_unpublished(instance: Page, **_: Any) -> None:
    """Tell of a page that is no more to be seen."""
    _tell(ledger.UNPUBLISHED, [instance])


def on_address_changed(instance: Page, **_: Any) -> None:
    """Tell of all published pages whose address changed with this one's."""
    pages = Page.objects.descendant_of(instance, inclusive=True).live().public()
    _tell(ledger.PUBLISHED, pages.specific().iterator())


def on_published(instance: Model, **_: Any) -> None:
    """Tell of a snippet with drafts that is to be seen now."""
    if _is_snippet(instance):
        _tell(ledger.PUBLISHED, [instance])


def on_unpublished(instance: Model, **_: Any) -> None:
    """Tell of a snippet that is no more to be seen."""
    if _is_snippet(instance):
        _tell(ledger.UNPUBLISHED, [instance])


def on_saved(instance: Model, raw: bool = False, **_: Any) -> None:
    """Tell of a snippet without drafts: what is saved is published."""
    if not raw and _is_snippet(instance) and not isinstance(instance, DraftStateMixin):
        _tell(ledger.PUBLISHED, [instance])


def on_deleted(instance: Model, **_: Any) -> None:
    """Tell of an entry that is no more; of a page only once, as its own class."""
    is_page = isinstance(instance, Page) and type(instance) is instance.specific_class
    if is_page or _is_snippet(instance):
        _tell(ledger.DELETED, [instance])


def on_restricted(instance: PageViewRestriction, **_: Any) -> None:
    """Take back pages that not everybody may see any more, tell of those everybody may again."""
    pages = list(Page.objects.descendant_of(instance.page, inclusive=True).live().specific())
    shown = set(Page.objects.live().public().values_list("pk", flat=True)) & {p.pk for p in pages}
    _tell(ledger.PUBLISHED, [page for page in pages if page.pk in shown])
    _tell(ledger.UNPUBLISHED, [page for page in pages if page.pk not in shown])


def _tell(verb: str, entries: Iterable[Model]) -> None:
    by_host: dict[str, list[ledger.Name]] = {}
    for entry in entries:
        by_host.setdefault(_host(entry), []).append(content.name_of(entry))
    for host, names in by_host.items():
        ledger.record(verb, names, host)


def _is_public(page: Page) -> bool:
    return not page.get_view_restrictions().exists()


def _is_snippet(instance: Model) -> bool:
    return type(instance) in content.snippets()


def _host(entry: Model) -> str:
    site = entry.get_site() if isinstance(entry, Page) else None
    return site.hostname if site else ""
