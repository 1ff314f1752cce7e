"""What django CMS says happened, written down for the server; and who looks at a page."""

from typing import Any

from cms.models import Page, PageContent
from cms.signals import post_placeholder_operation
from django.apps import apps
from django.contrib.sites.models import Site
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from personalization_client import ledger, rendering
from personalization_client.connection import editors
from personalization_client.contents import shelf

from personalization_djangocms import content
from personalization_djangocms.models import SiteConnection

AS = "personalize"
"""The parameter of a preview's address that names a segment; no other page reads it."""

OPERATIONS = ("operation_publish", "operation_unpublish")


def begin() -> None:
    """Connect what is needed; called once, when all models are loaded."""
    shelf.provider = content.Content()
    editors.public = public
    rendering.looks.append(looks)
    for model in (SiteConnection, Site):
        post_save.connect(editors.forget, sender=model)
        post_delete.connect(editors.forget, sender=model)
    post_delete.connect(on_deleted, sender=PageContent)
    post_save.connect(on_page_saved, sender=Page)
    if apps.is_installed("djangocms_versioning"):
        from djangocms_versioning.signals import post_version_operation

        post_version_operation.connect(on_version, sender=PageContent)
    else:
        post_save.connect(on_saved, sender=PageContent)
        post_placeholder_operation.connect(on_plugins)


def public(host: str) -> dict[str, str]:
    """Return what was entered for a host's site, or the only row there is."""
    rows = list(SiteConnection.objects.select_related("site"))
    found = [row for row in rows if row.site.domain.partition(":")[0] == host] or rows
    if len(found) != 1:
        return {}
    return {"server": found[0].server, "publishable_key": found[0].publishable_key}


def looks(request: HttpRequest) -> rendering.Look | None:
    """Tell how an editor looks: edit mode and the plain preview show what was written."""
    toolbar = getattr(request, "toolbar", None)
    if toolbar is None or not request.user.is_staff:
        return None
    if toolbar.edit_mode_active or toolbar.structure_mode_active:
        return rendering.Look()
    if not toolbar.preview_mode_active:
        return None
    named = request.GET.get(AS)
    return rendering.Look() if named is None else rendering.Look((named,) if named else ())


def on_version(operation: str, obj: Any, **_: Any) -> None:
    """Tell what became of a page by versioning; drafts and archives change nothing to be seen."""
    if operation in OPERATIONS:
        _tell(obj.content)


def on_saved(instance: PageContent, raw: bool = False, **_: Any) -> None:
    """Tell of a page where there is no versioning: what is saved is published."""
    if not raw:
        _tell(instance)


def on_plugins(**said: Any) -> None:
    """Tell of the pages whose plugins changed where there is no versioning."""
    names = ("placeholder", "source_placeholder", "target_placeholder")
    sources = {getattr(said.get(name), "source", None) for name in names}
    for source in sources:
        if isinstance(source, PageContent):
            _tell(source)


def on_page_saved(instance: Page, created: bool, **_: Any) -> None:
    """Tell of a page that was closed to the public, or opened, with all its languages."""
    if not created:
        for row in content.published().filter(page=instance):
            _tell(row)


def on_deleted(instance: PageContent, **_: Any) -> None:
    """Tell of a page that is no more, unless another version of it is to be seen."""
    name = content.name_of(instance)
    rest = content.published().filter(page_id=instance.page_id, language=instance.language)
    if not rest.exists():
        ledger.record(ledger.DELETED, [name], _host(instance))


def _tell(instance: PageContent) -> None:
    """Tell what is so now: a newer version's publishing also unpublishes the older one."""
    rows = content.published().filter(page_id=instance.page_id, language=instance.language)
    shown = any(content.is_public(row) for row in rows)
    verb = ledger.PUBLISHED if shown else ledger.UNPUBLISHED
    ledger.record(verb, [content.name_of(instance)], _host(instance))


def _host(instance: PageContent) -> str:
    site = Site.objects.filter(djangocms_pages=instance.page_id).first()
    return site.domain if site else ""
