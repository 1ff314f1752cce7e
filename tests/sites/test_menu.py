"""The documentation sends people where the menu has it."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.utils.translation import override

from personalization.sites import menu

DOCS = Path(__file__).resolve().parents[2] / "docs"
OURS = "|".join(sorted(menu.GROUPS.keys() - {"Settings"}))
"""Some CMSs have a menu of settings, too."""


def held(group: str) -> set[str]:
    """Return the names that stand in a part of the menu."""
    models = (apps.get_model(label)._meta for label in menu.GROUPS[group])
    pages = (name for name, _ in menu.PAGES.get(group, {}).values())
    named = [*(str(model.verbose_name_plural) for model in models), *map(str, pages)]
    return {name[:1].upper() + name[1:] for name in named}


def test_what_the_documentation_names_of_the_menu_stands_there() -> None:
    said = [
        (file.name, group, name)
        for file in sorted(DOCS.glob("*.md"))
        for group, name in re.findall(rf"\*({OURS}), ([\w ]+)", file.read_text())
    ]
    with override("en"):
        strangers = [one for one in said if one[2] not in held(one[1])]
    assert len(said) > 5
    assert strangers == []
