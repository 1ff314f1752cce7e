"""What pages about revisions share: the revision one may see, and what came of a publish."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from personalization.flows.kinds import KINDS, Kind
from personalization.sites.models import Publication
from personalization.sites.phrasebook import spoken
from personalization.sites.scoped import caller
from rules.errors import InvalidError

COUNTED = ("segment", "set", "matrix")
"""What people can be counted for."""


def revision(request: HttpRequest, kind: str, pk: int) -> tuple[Kind, Any]:
    """Return a kind and one of its revisions; 404 where the caller may not look."""
    known = KINDS.get(kind)
    if known is None:
        raise Http404
    return known, get_object_or_404(known.revisions(caller(request)), pk=pk)


def published(request: HttpRequest, done: Publication) -> None:
    """Say what came of a publish."""
    if done.state == Publication.State.LIVE:
        said = gettext("Published: generation %(number)s is in force.")
        messages.success(request, said % {"number": done.generation})
    elif done.state == Publication.State.PREPARING:
        said = gettext("Preparing: %(done)s of %(total)s profiles are brought up to date.")
        messages.info(request, said % {"done": done.done, "total": done.total})
    else:
        said = gettext("Not published: %(reason)s")
        messages.error(request, said % {"reason": spoken(done.error) or done.state})


def refused(request: HttpRequest, verb: str, fault: InvalidError) -> None:
    """Say why something was not done."""
    puts = verb in {"publish", "rollback", "undo"}
    said = gettext("Not published. At %(at)s: %(why)s") if puts else gettext("Not done: %(why)s")
    messages.error(request, said % {"at": fault.at or "/", "why": spoken(fault.message)})
