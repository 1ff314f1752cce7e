"""Which slots a page has: read from its stream fields when it is published."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page

from personalization_wagtail.choosers import SlotChooserBlock
from personalization_wagtail.models import Placement


def place(page: Page) -> None:
    """Write down the slots of a page as it is now."""
    slots = {slot for field in page._meta.get_fields() for slot in _of_field(page, field)}
    with transaction.atomic():
        Placement.objects.filter(page_id=page.pk).exclude(slot__in=slots).delete()
        rows = [Placement(page_id=page.pk, slot=slot) for slot in sorted(slots)]
        Placement.objects.bulk_create(rows, ignore_conflicts=True)


def _of_field(page: Page, field: Any) -> Iterator[str]:
    if isinstance(field, StreamField):
        yield from _slots(field.stream_block, getattr(page, field.name))


def _slots(block: blocks.Block, value: Any) -> Iterator[str]:
    if isinstance(block, SlotChooserBlock):
        yield from [value] if value else []
    elif isinstance(block, blocks.StreamBlock):
        for child in value or ():
            yield from _slots(child.block, child.value)
    elif isinstance(block, blocks.ListBlock):
        for child in value or ():
            yield from _slots(block.child_block, child)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _slots(child, (value or {}).get(name))
