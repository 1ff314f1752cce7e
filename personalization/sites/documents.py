"""JSON documents in forms: shown indented, checked by the same parser as everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from personalization.plant import json
from personalization.sites import faults
from rules.errors import InvalidError

LIMITS = json.Limits(size=2_000_000, keys=200_000)
"""What a document in a form may cost."""


class DocumentField(forms.CharField):
    """A text area of JSON; ``check`` raises the ``InvalidError`` that is shown with its pointer."""

    def __init__(self, *, check: Callable[[Any], object] | None = None, **options: Any) -> None:
        self.check = check
        options.setdefault("widget", forms.Textarea(attrs={"rows": 18, "class": "document"}))
        super().__init__(max_length=LIMITS.size, strip=False, **options)

    def prepare_value(self, value: Any) -> Any:
        """Return a document as indented text; text that was typed stays as it was."""
        return value if isinstance(value, str) else indented(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the document differs, whatever its indentation."""
        try:
            return bool(orjson.loads(data or "null") != initial)
        except orjson.JSONDecodeError:
            return True

    def clean(self, value: Any) -> Any:
        """Return the parsed and checked document."""
        text = super().clean(value)
        if not text:
            return self.initial
        try:
            document = json.parse(text.encode("utf-8", "surrogatepass"), LIMITS)
        except json.Malformed as fault:
            raise ValidationError(faults.placed(fault), fault.code) from fault
        if self.check:
            checked(self.check, document)
        return document


def checked(check: Callable[[Any], object], document: object) -> None:
    """Run the check; its error becomes a form's error that says where in the document."""
    try:
        check(document)
    except InvalidError as fault:
        raise ValidationError(faults.placed(fault), code=fault.code) from fault


def indented(document: object) -> str:
    """Return the document as people read it."""
    if document is None:
        return ""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()


def as_block(document: object) -> SafeString:
    """Return the document as a block of code in a page."""
    return format_html('<pre class="document" tabindex="0">{}</pre>', indented(document))
