"""What django CMS publishes, for the server: pages in each language, if all may see them."""

from collections.abc import Sequence

from cms.cache import invalidate_cms_page_cache
from cms.models import PageContent, Placeholder
from cms.plugin_rendering import ContentRenderer
from cms.utils.page_permissions import user_can_view_page
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.template import RequestContext
from django.test import RequestFactory
from django.utils import translation
from personalization_client import rendering
from personalization_client.contents import Item
from personalization_client.ledger import Name, version_of

from personalization_djangocms.models import Slot

KIND = "cms.Page"


class Content:
    """Published contents of pages, in the order of their keys."""

    def entry(self, name: Name) -> Sequence[Item]:
        """Return a page in the language named, or in all it is published in."""
        if name.kind not in ("", KIND) or not name.external_id.isdecimal():
            return []
        rows = published().filter(page_id=int(name.external_id[:18]))
        rows = rows.filter(language=name.locale) if name.locale else rows
        return [item_of(row) for row in rows.order_by("language") if is_public(row)]

    def page(self, after: str, limit: int) -> tuple[Sequence[Item], str]:
        """Return the next published contents."""
        start = int(after) if after.isdecimal() else 0
        rows = list(published().filter(pk__gt=start).order_by("pk")[:limit])
        following = str(rows[-1].pk) if len(rows) == limit else ""
        return [item_of(row) for row in rows if is_public(row)], following

    def purge(self, tags: Sequence[str], urls: Sequence[str]) -> None:
        """Drop what django CMS keeps of the placeholders with these slots, and of whole pages."""
        slots = [tag.removeprefix("slot:") for tag in tags if tag.startswith("slot:")]
        placed = Slot.objects.filter(slot__in=slots)
        for plugin in placed.select_related("placeholder"):
            plugin.placeholder.clear_cache(plugin.language)
        if placed or urls:
            invalidate_cms_page_cache()


def published() -> QuerySet[PageContent]:
    """Return the contents visitors can be shown; with versioning, the published versions."""
    return PageContent.objects.select_related("page")


def name_of(content: PageContent) -> Name:
    """Return what a page in one language is called outside."""
    return Name(KIND, str(content.page_id), content.language)


def is_public(content: PageContent) -> bool:
    """Tell whether everybody may see a page."""
    page = content.page
    return not page.login_required and user_can_view_page(AnonymousUser(), page, page.site)


def item_of(content: PageContent) -> Item:
    """Return a published page in the server's words."""
    name = name_of(content)
    path = content.page.get_absolute_url(content.language) or ""
    with translation.override(content.language), rendering.plain():
        return Item(
            id=name.external_id,
            kind=name.kind,
            locale=name.locale,
            version=version_of(content.changed_date),
            title=content.title,
            url=f"//{content.page.site.domain}{path}" if path else "",
            html=_html(content, path),
            fields={"meta_description": content.meta_description or "", "slug": content.slug},
        )


def _html(content: PageContent, path: str) -> str:
    """Return the page's placeholders as an anonymous visitor gets them."""
    request = RequestFactory().get(path or "/", headers={"host": content.page.site.domain})
    request.user = AnonymousUser()
    request.session = {}
    request.current_page = content.page
    request.LANGUAGE_CODE = content.language
    renderer = ContentRenderer(request)
    context = RequestContext(request, {"request": request, "cms_content_renderer": renderer})
    placeholders = Placeholder.objects.get_for_obj(content).order_by("slot")
    shown = [
        renderer.render_placeholder(one, context, language=content.language, use_cache=False)
        for one in placeholders
    ]
    return "\n".join(shown)
