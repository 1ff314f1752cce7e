"""Asking a worker for work now, where the broker can be reached, and editors' questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

from personalization.plant import questions


def worker(task: str, *args: object, queue: str = "batch") -> bool:
    """Ask for one run of a task; False where the broker cannot be reached."""
    try:
        current_app.send_task(f"personalization.tasks.{task}", args=args, queue=queue, retry=False)
    except OperationalError:
        return False
    return True


def people(thing: str, who: str, wish: Mapping[str, Any]) -> Any:
    """Ask the process that counts; ``None`` while it has not answered: ask the same again.

    ``wish`` is what ``personalization.api.wishes`` read. Raises ``redis.RedisError``.
    """
    asked = {name: one for name, one in wish.items() if name != "page_id"}
    lane = f"{thing} {who} {wish['page_id']} {wish['kind']}"
    return questions.ask(lane, asked, lambda: worker("count", queue="live"))
