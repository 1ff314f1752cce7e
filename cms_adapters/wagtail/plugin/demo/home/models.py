"""The demo's one kind of page, and a snippet."""

from django.db import models
from personalization_wagtail.blocks import Personalizable, SlotBlock, personalizable
from personalization_wagtail.previews import PersonalizedPreview
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.snippets.models import register_snippet


class Teaser(Personalizable, blocks.StructBlock):
    """A block as a project has it, made personalizable by the mixin."""

    heading = blocks.CharBlock()
    text = blocks.TextBlock(required=False)

    class Meta:
        template = "home/teaser.html"
        icon = "doc-full"


def body() -> list[tuple[str, blocks.Block]]:
    """Return what a page may be made of."""
    return [
        ("text", blocks.RichTextBlock()),
        (
            "slot",
            SlotBlock([("text", blocks.RichTextBlock()), ("quote", blocks.BlockQuoteBlock())]),
        ),
        ("teaser", Teaser()),
        ("quote", personalizable(blocks.BlockQuoteBlock(), label="Quote")),
    ]


class HomePage(PersonalizedPreview, Page):
    """A page of blocks."""

    lead = models.CharField(max_length=200, blank=True)
    body = StreamField(body(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    api_fields = ["lead"]


@register_snippet
class Notice(models.Model):
    """A text that may become a variant on the server."""

    title = models.CharField(max_length=100)
    body = RichTextField()

    panels = [FieldPanel("title"), FieldPanel("body")]
    personalization_html = "body"

    def __str__(self) -> str:
        """Return its title."""
        return self.title
