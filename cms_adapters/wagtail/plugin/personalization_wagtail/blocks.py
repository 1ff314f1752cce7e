"""Blocks with a slot: what is in them is the fallback, which always stands in the page."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from personalization_client import rendering
from wagtail import blocks

from personalization_wagtail.choosers import SlotChooserBlock

SLOT = "personalize_slot"
HELP = _("Leave empty to show the same to everybody.")


class Personalizable(blocks.StructBlock):
    """A mixin: any StructBlock with a slot in its settings. What it shows itself is the fallback.

    ``class Teaser(Personalizable, StructBlock)``. Without a slot it is the block it was before.
    """

    personalize_slot = SlotChooserBlock(
        required=False, label=_("Personalize with slot"), help_text=HELP, search_index=False
    )

    def get_form_layout(self) -> Any:
        """Put the slot among the settings, where Wagtail has such an area (7.0 has none)."""
        layout = super().get_form_layout()
        if SLOT in layout.children:
            layout.children = [name for name in layout.children if name != SLOT]
            layout.settings = [*layout.settings, SLOT]
        return layout

    def render(self, value: Any, context: dict[str, Any] | None = None) -> SafeString:
        """Render the block as it is, in the slot's element where a slot was chosen."""
        inner = mark_safe(super().render(value, context=context))  # noqa: S308 - a block's own HTML
        return rendering.slot((context or {}).get("request"), value.get(SLOT) or "", inner)


class SlotBlock(blocks.StructBlock):
    """A slot and what everybody sees in it until something better is known.

    ``SlotBlock([("text", RichTextBlock()), ("image", ImageChooserBlock())])`` takes the blocks that
    the fallback may be made of; without any it is rich text.
    """

    def __init__(self, local_blocks: Any = None, search_index: bool = True, **kwargs: Any) -> None:
        given = list(local_blocks or [("text", blocks.RichTextBlock(label=_("Text")))])
        if [name for name, _block in given] != ["slot", "fallback"]:
            children = blocks.StreamBlock(given, label=_("What everybody sees"), min_num=1)
            slot = SlotChooserBlock(label=_("Slot"), search_index=False)
            given = [("slot", slot), ("fallback", children)]
        super().__init__(given, search_index=search_index, **kwargs)

    def render(self, value: Any, context: dict[str, Any] | None = None) -> SafeString:
        """Render the fallback in the slot's element."""
        fallback = value.get("fallback")
        inner = mark_safe("".join(child.render(context) for child in fallback))  # noqa: S308 - blocks' own HTML
        return rendering.slot((context or {}).get("request"), value.get("slot") or "", inner)

    class Meta:
        icon = "group"
        label = _("Personalized slot")


def personalizable(block: blocks.Block, **kwargs: Any) -> Personalizable:
    """Give any block a slot beside it, as in ``("text", personalizable(RichTextBlock()))``."""  # noqa: D402 - it is no signature
    return _Wrapped([("content", block)], **kwargs)


class _Wrapped(Personalizable):
    """One block of any kind with a slot."""

    def render_basic(self, value: Any, context: dict[str, Any] | None = None) -> SafeString:
        """Show the block alone: the slot is no content."""
        block = self.child_blocks["content"]
        return block.render(value.get("content"), context=context)
