"""A django CMS site with versioned pages, as the tests of the plugin need it."""

from typing import Any

from client_tests.ground import CMSCase
from cms.api import add_plugin, create_page
from cms.models import Page, PageContent
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version


class SiteCase(CMSCase):
    """Each test has a site and an editor of its own."""

    kind = "cms.Page"

    def found(self) -> None:
        """Make the site; a transactional test begins with nothing."""
        Site.objects.update_or_create(pk=1, defaults={"domain": "testserver", "name": "Test"})
        Site.objects.clear_cache()
        self.editor = get_user_model().objects.create_superuser("editor", password="editor")

    def publish(self, slug: str, slot: str = "", text: str = "For everybody") -> Page:
        """Publish a page with a text, in a slot if one is named."""
        page = create_page(slug.title(), "home/page.html", "en", slug=slug, created_by=self.editor)
        content = PageContent.admin_manager.get(page=page)
        self.fill(content, slot, text)
        Version.objects.get_for_content(content).publish(self.editor)
        return page

    def fill(self, content: PageContent, slot: str, text: str) -> None:
        """Put the text into a page's placeholder."""
        placeholder = content.get_placeholders().get(slot="content")
        inside: dict[str, Any] = {}
        if slot:
            inside["target"] = add_plugin(placeholder, "PersonalizedSlotPlugin", "en", slot=slot)
        add_plugin(placeholder, "TextPlugin", "en", body=f"<p>{text}</p>", **inside)

    def version(self, page: Page) -> Version:
        """Return the version that is published."""
        content = PageContent.objects.get(page=page)
        return Version.objects.get_for_content(content)

    def change(self, page: Page, text: str) -> None:
        """Publish a newer version."""
        newer = self.version(page).copy(self.editor)
        newer.content.get_placeholders().get(slot="content").cmsplugin_set.all().delete()
        self.fill(newer.content, "", text)
        newer.publish(self.editor)
        assert Version.objects.filter(state=PUBLISHED, object_id=newer.object_id).exists()

    def unpublish(self, page: Page) -> None:
        """Take the page back."""
        self.version(page).unpublish(self.editor)

    def delete(self, page: Page) -> None:
        """Delete the page with all its versions."""
        Page.objects.get(pk=page.pk).delete()
