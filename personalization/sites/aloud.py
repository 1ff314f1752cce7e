"""Filters of every template: ``spoken`` for our sentences, ``worded`` for words of the code."""

from __future__ import annotations

from django.template import Library

from personalization.sites import codewords
from personalization.sites.phrasebook import spoken

register = Library()


@register.filter(name="spoken")
def filtered(sentence: object) -> object:
    """Return a sentence as its reader reads it; what is no text as it is."""
    return spoken(sentence) if isinstance(sentence, str) else sentence


@register.filter(name="policy")
def policed(code: object) -> object:
    """Return what a hit policy means; what is none as it is."""
    return codewords.POLICIES.get(str(code), code)


@register.filter(name="worded")
def called(code: object) -> object:
    """Return a word of the code as its reader reads it; what is no text as it is."""
    return codewords.worded(code) if isinstance(code, str) else code
