"""The names Django reads off our classes, put through gettext at one place: fields, columns, forms.

A model, a form or a column says its name in plain English where it is declared; nobody has to
remember to mark it, and no name is translated before somebody has a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.db.models import Model
from django.forms.utils import pretty_name
from django.utils.translation import gettext_lazy

OURS = "personalization"
NAMES: set[str] = set()
"""What was put through gettext here: the catalogue must know it too."""


def speak(site: AdminSite) -> None:
    """Make every declared name of our models and admin pages one that can be translated."""
    for app in apps.get_app_configs():
        if app.name.startswith(OURS):
            app.verbose_name = _lazy(str(app.verbose_name))
            for model in app.get_models():
                _outcomes(model)
    for model, page in site._registry.items():  # noqa: SLF001 -- pages have no other list
        if model.__module__.startswith(OURS):
            _model(model)
            _page(page)


def _outcomes(model: Any) -> None:
    """Make the words a field may hold ones that can be translated."""
    for field in model._meta.get_fields():  # noqa: SLF001 -- Django's documented name
        if isinstance(getattr(field, "choices", None), list):
            field.choices = _choices(field.choices)


def _model(model: Any) -> None:
    meta = model._meta  # noqa: SLF001 -- Django's documented name
    meta.verbose_name_plural = _lazy(str(meta.verbose_name_plural))
    _wrap(meta, "verbose_name")
    for field in meta.get_fields():
        if getattr(field, "concrete", False):
            _wrap(field, "verbose_name", "help_text")
    if model.__str__ is Model.__str__:
        model.__str__ = _named


def _named(row: Any) -> str:
    """Return what a row is called that has no name of its own."""
    return f"{row._meta.verbose_name} {row.pk}"  # noqa: SLF001 -- Django's documented name


def _page(page: Any) -> None:
    _wrap(page, "search_help_text")
    named = (*page.list_display, *(page.fields or ()), *page.readonly_fields)
    functions = [one for one in (*named, *_listed(type(page))) if callable(one)]
    functions += [one for one in _attributes(type(page)) if hasattr(one, "short_description")]
    for function in functions:
        if not hasattr(function, "short_description"):
            function.short_description = pretty_name(function.__name__)
        _wrap(function, "short_description")
    if page.fieldsets:
        page.fieldsets = [(_text(name), options) for name, options in page.fieldsets]
    _form(page.form)


def _listed(kind: type) -> Iterator[object]:
    """Yield what stands in the lists a page keeps beside Django's own."""
    for value in vars(kind).values():
        if isinstance(value, tuple | list):
            yield from value


def _form(form: Any) -> None:
    for name, field in getattr(form, "declared_fields", {}).items():
        if field.label is None:
            field.label = pretty_name(name)
        _wrap(field, "label", "help_text")
        offered = vars(field).get("_choices")
        if isinstance(offered, list):
            field.choices = _choices(offered)
    help_texts = getattr(getattr(form, "Meta", None), "help_texts", None) or {}
    for name, text in help_texts.items():
        help_texts[name] = _text(text)


def _attributes(kind: type) -> Iterator[Callable[..., object]]:
    for owner in kind.__mro__:
        if owner.__module__.startswith(OURS):
            yield from (one for one in vars(owner).values() if callable(one))


def _choices(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return choices to be read; one whose word is its value is a word of the code."""
    return [(value, word if word == value else _words(word)) for value, word in choices]


def _words(word: Any) -> Any:
    """Return a label; a list is a group of choices with labels of its own."""
    return _choices(word) if isinstance(word, list | tuple) else _text(word)


def _wrap(owner: Any, *names: str) -> None:
    for name in names:
        setattr(owner, name, _text(getattr(owner, name)))


def _text(given: Any) -> Any:
    """Return a plain text as one that is translated when it is read; anything else as it is."""
    return _lazy(given) if type(given) is str and given else given


def _lazy(text: str) -> Any:
    NAMES.add(text)
    return gettext_lazy(text)
