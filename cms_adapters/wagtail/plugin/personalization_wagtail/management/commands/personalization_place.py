"""``manage.py personalization_place``: write down the slots of pages published before."""

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Page

from personalization_wagtail.placements import place


class Command(BaseCommand):
    """Read every published page once."""

    help = "Find the slots in pages that were published before this app was installed."

    def handle(self, **_: Any) -> None:
        """Read, and say how many there were."""
        count = 0
        for page in Page.objects.live().specific().iterator():
            place(page)
            count += 1
        self.stdout.write(f"{count} pages read")
