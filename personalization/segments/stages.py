"""Drafts of stage rules: a new revision for every change, parsed as it will be when published."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from personalization.segments.models import StageRules, StageRulesRevision
from personalization.sites import progress, sessions
from personalization.sites.phrasebook import spoken
from personalization.sites.progress import Subject
from rules import wording
from rules.errors import InvalidError
from rules.inference.document import Program, Rule, parse
from rules.inference.document import document as write


def draft(rules: StageRules, document: object, author: str, note: str = "") -> StageRulesRevision:
    """Write the next revision of stage rules; ``InvalidError`` when it could not be published."""
    check(document)
    with transaction.atomic():
        StageRules.objects.select_for_update().get(pk=rules.pk)
        newest = rules.revisions.order_by("-number").first()
        made = rules.revisions.create(
            number=newest.number + 1 if newest else 1,
            document=sessions.paused(rules.site_id, document),
            author=author[:150],
            note=note,
        )
        progress.drafted(Subject("stages", rules.site_id, rules.pk), made)
        return made


def check(document: object) -> Program:
    """Return the parsed rules, or raise the ``InvalidError`` that says where they are wrong."""
    return parse(document)


def ordered(stored: object) -> object:
    """Return a stored document with its keys in the order people write them."""
    try:
        return write(parse(stored))
    except InvalidError:
        return stored


def words(stored: object) -> str:
    """Return a stored document as sentences, or why it cannot be read any more."""
    try:
        rules = parse(stored).rules
    except InvalidError as fault:
        return gettext("not valid: %(why)s") % {"why": spoken(str(fault))}
    return "; ".join(_sentence(rule) for rule in rules) or gettext("no rules")


def whens(stored: object) -> dict[str, str]:
    """Return when each rule of a stored document concludes, in words, by the rule's id."""
    try:
        return {rule.id: wording.words(rule.when) for rule in parse(stored).rules}
    except InvalidError:
        return {}


def attributes(stored: object) -> tuple[str, ...]:
    """Return what a stored document concludes; nothing where it cannot be read any more."""
    try:
        return parse(stored).attributes
    except InvalidError:
        return ()


def _sentence(rule: Rule) -> str:
    between = f" {gettext('and')} "
    said = between.join(f"{path} = {value}" for path, value in rule.conclude.items())
    told = {"rule": rule.id, "said": said, "condition": wording.words(rule.when)}
    if rule.enabled:
        return gettext("%(rule)s: %(said)s when %(condition)s") % told
    return gettext("%(rule)s (off): %(said)s when %(condition)s") % told
