"""Which evaluator stage rules run on, and the rules in force compiled for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from personalization.flows import definitions
from personalization.flows.share import Share
from personalization.segments.models import StageRulesRevision
from rules.errors import InvalidError
from rules.inference import document
from rules.inference.registry import DEFAULT, Infer, SpentError, evaluators

log = logging.getLogger(__name__)


class Mind(NamedTuple):
    """A site's rules in force, compiled for the definitions that states are folded with."""

    revision: int
    infer: Infer


_minds: dict[tuple[int, str], tuple[object, Mind]] = {}


def mind(share: Share, evaluator: str) -> Mind:
    """Return the rules in force, compiled once for as long as the definitions are the same."""
    key = (share.site, evaluator)
    held = _minds.get(key)
    if held is None or held[0] is not share.definitions:
        held = _minds[key] = (share.definitions, _compiled(share, evaluator))
    return held[1]


def _compiled(share: Share, evaluator: str) -> Mind:
    revision, program = definitions.stages(share.site)
    watched = share.definitions.watched
    asked = document.resolved(program, watched.conditions)
    try:
        return Mind(revision, evaluators[evaluator](asked, watched.keys))
    except (InvalidError, SpentError) as refusal:
        if evaluator == DEFAULT:
            raise
        log.warning("site %s: %s; the built-in evaluator does it", share.site, refusal)
        return Mind(revision, evaluators[DEFAULT](asked, watched.keys))


@contextmanager
def trial(site: int, evaluator: str) -> Iterator[str]:
    """Give the evaluator to use: one under which a process died with these rules never again."""
    live = StageRulesRevision.objects.filter(rules__site_id=site, status="live")
    unknown = evaluator not in evaluators
    if evaluator == DEFAULT or unknown or live.filter(tried=True).exists():
        if evaluator != DEFAULT:
            reason = "it is not on offer" if unknown else "it did not come back from these rules"
            log.warning("site %s: not by %s: %s", site, evaluator, reason)
        yield DEFAULT
        return
    live.update(tried=True)
    try:
        yield evaluator
    finally:
        live.update(tried=False)
