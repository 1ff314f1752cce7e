"""``manage.py counter``: answers editors' questions about people until nobody asks for a while."""

from __future__ import annotations

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from personalization.flows import answering
from personalization.plant import heartbeat, offset
from personalization.plant.clock import system


class Command(BaseCommand):
    """Answer questions; workers start this when somebody asks."""

    help = "Count people for editors who are typing: started by a worker, it ends when idle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--idle", type=float, default=600, help="seconds until it ends")

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = heartbeat.start("counter")
        system.offset = offset.current()
        threading.Thread(target=offset.follow, args=(stopping,), daemon=True).start()
        answering.serve(system, options["idle"])
        stopping.set()
