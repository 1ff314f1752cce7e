"""What the pages of shadows have in common: the terms of their form, and what its buttons do."""

from __future__ import annotations

from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from personalization.flows import shading
from personalization.plant import clock
from personalization.plant.clock import Clock
from personalization.sites import faults
from personalization.sites.scoped import caller
from rules import expect
from rules.errors import InvalidError

MOST = 20
"""Shadows that are shown."""


class Flow(Protocol):
    """How shadows of one kind begin and end."""

    def begin(self, draft: Any, said: dict[str, Any], actor: str, clock: Clock, /) -> object:
        """Let a draft run in the shadow."""

    def end(self, shadow: Any, actor: str, clock: Clock, /) -> bool:
        """End a shadow; tell whether it ran."""


def act(request: HttpRequest, flow: Flow, draft: object, running: object, begun: str) -> None:
    """Do what the form's button asks, and say it: ``begun`` where a shadow begins."""
    who = caller(request).actor
    if "stop" in request.POST:
        if running and flow.end(running, who, clock.system):
            messages.success(request, gettext("Stopped."))
        return
    try:
        flow.begin(draft, _terms(request), who, clock.system)
        messages.success(request, begun)
    except InvalidError as fault:
        messages.error(request, faults.placed(fault))


def _terms(request: HttpRequest) -> dict[str, Any]:
    """Return what a form asks of a shadow; what is left empty is as usual."""
    said = {name: str(request.POST.get(name) or "").strip() for name in shading.NAMES}
    told: dict[str, Any] = {name: text for name, text in said.items() if text}
    try:
        told |= {"share": float(told["share"])} if "share" in told else {}
    except ValueError:
        raise InvalidError("/share", "type", "expected a number") from None
    if "most" in told:
        told["most"] = expect.typed(told["most"])
    return told
