"""Wagtail's content for the server: published pages and snippets, and what is public of them."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils import translation
from personalization_client import rendering
from personalization_client.contents import Item
from personalization_client.ledger import Name, version_of
from wagtail.contrib.frontend_cache.utils import PurgeBatch
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, Page, Site
from wagtail.rich_text import expand_db_html
from wagtail.snippets.models import get_snippet_models

from personalization_wagtail.models import Placement

PAGES = "page"
BODY = "body"


class Content:
    """Pages first, then the snippets of each model; a cursor is a model and the last key of it."""

    def entry(self, name: Name) -> Sequence[Item]:
        """Return one published entry, if everybody may see it."""
        model = _model(name.kind) if name.kind else Page
        if model is None or not name.external_id.isdecimal():
            return []
        rows = _rows(model).filter(pk=int(name.external_id[:18]))
        items = [item_of(row) for row in _specific(model, rows)]
        return [item for item in items if not name.locale or item.locale == name.locale]

    def page(self, after: str, limit: int) -> tuple[Sequence[Item], str]:
        """Return the next published entries."""
        models = {PAGES: Page, **{model._meta.label: model for model in snippets()}}
        labels = list(models)
        label, _colon, last = after.partition(":")
        if label not in models:
            label, last = PAGES, "0"
        start = int(last) if last.isdecimal() else 0
        rows = _rows(models[label]).filter(pk__gt=start).order_by("pk")
        found = list(_specific(models[label], rows)[:limit])
        items = [item_of(row) for row in found]
        if len(found) == limit:
            return items, f"{label}:{found[-1].pk}"
        following = labels[labels.index(label) + 1 :]
        return items, f"{following[0]}:0" if following else ""

    def purge(self, tags: Sequence[str], urls: Sequence[str]) -> None:
        """Purge the pages with these slots, and those of the URLs that are this site's own."""
        slots = {tag.removeprefix("slot:") for tag in tags if tag.startswith("slot:")}
        placed = Placement.objects.filter(slot__in=slots).values("page_id")
        batch = PurgeBatch()
        batch.add_pages(Page.objects.live().filter(pk__in=placed).specific())
        hosts = set(Site.objects.values_list("hostname", flat=True))
        batch.add_urls([url for url in urls if urlsplit(url).hostname in hosts])
        batch.purge()


def snippets() -> list[type[Model]]:
    """Return the snippet models that say what of them is public, in a fixed order."""
    told = [model for model in get_snippet_models() if _says(model)]
    return sorted(told, key=lambda model: model._meta.label)


def name_of(entry: Model) -> Name:
    """Return what an entry is called outside."""
    locale = getattr(entry, "locale", None)
    kind = entry.specific_class._meta.label if isinstance(entry, Page) else entry._meta.label
    return Name(kind, str(entry.pk), locale.language_code if locale else "")


def item_of(entry: Model) -> Item:
    """Return a published entry in the server's words, in its own language."""
    name = name_of(entry)
    published = getattr(entry, "last_published_at", None)
    with translation.override(name.locale or translation.get_language()), rendering.plain():
        return Item(
            id=name.external_id,
            kind=name.kind,
            locale=name.locale,
            version=version_of(published),
            title=entry.title if isinstance(entry, Page) else str(entry),
            url=(entry.full_url or "") if isinstance(entry, Page) else "",
            html=_html(entry),
            fields=dict(_fields(entry)),
        )


def _says(model: type[Model]) -> bool:
    return hasattr(model, "api_fields") or hasattr(model, "personalization_html")


def _model(kind: str) -> type[Model] | None:
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, Page) or model in snippets() else None


def _rows(model: type[Model]) -> QuerySet[Any]:
    if issubclass(model, Page):
        return model.objects.live().public().filter(depth__gt=1)
    if issubclass(model, DraftStateMixin):
        return model.objects.filter(live=True)
    return model.objects.all()


def _specific(model: type[Model], rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.specific() if model is Page else rows


def _html(entry: Model) -> str | None:
    """Return the HTML of the field or method that ``personalization_html`` names, or of body."""
    named = getattr(entry, "personalization_html", BODY)
    if callable(named):
        return str(named())
    fields = {field.name: field for field in entry._meta.get_fields()}
    return _rendered(fields[named], getattr(entry, named)) if named in fields else None


def _rendered(field: Any, value: Any) -> str | None:
    if isinstance(field, StreamField):
        return str(value.render_as_block())
    if isinstance(field, RichTextField):
        return expand_db_html(value)
    return str(value) if value else None


def _fields(entry: Model) -> Iterator[tuple[str, Any]]:
    """Yield what the model itself declares public: its ``api_fields``."""
    for declared in getattr(entry, "api_fields", ()):
        name = getattr(declared, "name", declared)
        value = getattr(entry, name, None)
        value = value() if callable(value) else value
        if isinstance(value, str | int | float | bool | None):
            yield name, value
        elif not hasattr(value, "stream_block"):
            yield name, str(value)
