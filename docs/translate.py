"""Brings locale/*/LC_MESSAGES up to date with the strings in the code; ``--check`` only compares.

Run it from the project's folder: ``.venv/bin/python docs/translate.py`` (or ``make words``). It
reads calls of gettext in Python, ``translate`` and ``blocktranslate`` in templates as Django parses
them, and the names of models, fields, columns and forms that ``sites/spoken.py`` puts through
gettext. It writes each language's .po, whose empty strings are what is still to be translated, and
its .mo.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personalization.settings")

import django  # noqa: E402 - the path comes first
from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import extract_python  # noqa: E402
from babel.messages.mofile import write_mo  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402
from django.template import Template  # noqa: E402
from django.template.loader import get_template  # noqa: E402
from django.templatetags.i18n import BlockTranslateNode, TranslateNode  # noqa: E402

django.setup()  # models come before what names them

from docs import phrases  # noqa: E402
from personalization.segments.actions.registry import shelf  # noqa: E402
from personalization.sites import codewords, phrasebook, spoken  # noqa: E402
from rules import grammar  # noqa: E402

FOLDER = ROOT / "locale"
CALLS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
CONSTANT = re.compile(r"""\b_\((?:"([^"]*)"|'([^']*)')\)""")
DAY = datetime(2026, 11, 22, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    "project": "personalization-server",
    "version": "0",
    "msgid_bugs_address": "see docs/desk.md",
    "last_translator": "the project",
    "language_team": "the project",
    "creation_date": DAY,
    "revision_date": DAY,
}
"""A header that stays as it is: the same strings give the same bytes on any day."""
WIDTH = 10_000
"""One string, one line: two people who translate different strings never meet."""


class Said(NamedTuple):
    """A string of ours: its context, itself, and its plural where it counts something."""

    context: str | None
    text: str
    plural: str | None = None


def main(arguments: list[str]) -> int:
    """Refresh the catalogues, or say whether they are up to date.

    ``--check`` compares with the code, ``--compiled`` each .mo with its .po alone.
    """
    found = None if "--compiled" in arguments else strings()
    stale = []
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/django.po")):
        catalogue = brought_up_to_date(found, path)
        texts = {path: as_po(catalogue), path.with_suffix(".mo"): as_mo(catalogue)}
        stale += [one for one, text in texts.items() if not holds(one, text)]
        if not arguments:
            for one, text in texts.items():
                one.write_bytes(text)
    if found is not None:
        stale += listed(found, writing=not arguments)
    if stale and arguments:
        sys.stderr.write("locale is out of date: run python docs/translate.py\n")
        return 1
    return 0


def listed(found: set[Said], *, writing: bool) -> list[Path]:
    """Write the list of all sentences that are said without gettext; return it if it was old."""
    texts = sorted(said.text for said in found if said.context == phrases.CONTEXT)
    text = "".join(f"{one}\n" for one in texts if one.strip(", ") and one != " or ").encode()
    if holds(phrasebook.FILE, text):
        return []
    if writing:
        phrasebook.FILE.write_bytes(text)
    return [phrasebook.FILE]


def holds(path: Path, text: bytes) -> bool:
    """Say whether a file has exactly this content."""
    return path.exists() and path.read_bytes() == text


def strings() -> set[Said]:
    """Return every string of ours that a page may show."""
    names = {Said(None, name) for name in (*spoken.NAMES, *of_shelves())}
    sentences = {Said(phrases.CONTEXT, text) for text in phrases.phrases()}
    words = {Said(codewords.CONTEXT, word) for word in codewords.WORDS}
    return {*of_python(), *of_templates(), *names, *sentences, *words}


def of_shelves() -> Iterator[str]:
    """Yield the labels under which parts of the language, and actions, are offered."""
    told = grammar.grammar()
    yield from (part["label"] for part in told["operators"].values())
    yield from (part["label"] for part in told["measures"].values())
    yield from told["events"].values()
    for action in shelf.values():
        yield from (action.label, *action.settings.values())


def of_python() -> Iterator[Said]:
    """Yield what our programs put through gettext."""
    for path in sorted((ROOT / "personalization").rglob("*.py")):
        with path.open("rb") as file:
            for _, call, said, _ in extract_python(file, list(CALLS), [], {}):
                words = [said] if isinstance(said, str) else list(said or [None])
                if isinstance(words[0], str):
                    yield _called(call, words)


def _called(call: str, words: list[Any]) -> Said:
    if call.startswith("p"):
        return Said(words[0], words[1])
    return Said(None, words[0], words[1] if call.startswith("n") else None)


def of_templates() -> Iterator[Said]:
    """Yield what our templates put through gettext, as Django itself reads them."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for one in CONSTANT.findall(path.read_text()):
            yield Said(None, "".join(one))
        name = str(path.relative_to(ROOT / "templates"))
        yield from of_template(get_template(name).template)  # type: ignore[attr-defined]


def of_template(template: Template) -> Iterator[Said]:
    """Yield the strings of one template."""
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        text = node.filter_expression.var
        yield Said(_context(node), getattr(text, "literal", text))
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        singular, _ = node.render_token_list(node.singular)
        plural, _ = node.render_token_list(node.plural)
        texts = [_trimmed(node, text) for text in (singular, plural)]
        yield Said(_context(node), texts[0], texts[1] or None)


def _trimmed(node: Any, text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines()) if node.trimmed else text


def _context(node: Any) -> str | None:
    given = node.message_context
    return str(given.var) if given else None


def brought_up_to_date(found: set[Said] | None, path: Path) -> Catalog:
    """Return a language's catalogue: what was translated stays, what is new is empty."""
    old = read_po(io.BytesIO(path.read_bytes()))
    found = found if found is not None else held(old)
    new = Catalog(old.locale, header_comment=old.header_comment, fuzzy=False, **ABOUT)
    for one in sorted(found, key=lambda said: (said.text, said.context or "")):
        known = old.get(one.text, one.context)
        kept = known.string if known is not None and not known.fuzzy else ""
        text: Any = (one.text, one.plural) if one.plural else one.text
        if bool(one.plural) != isinstance(kept, tuple):
            kept = ("",) * old.num_plurals if one.plural else ""
        new.add(text, kept, context=one.context, flags=flags(one))
    return new


def held(catalogue: Catalog) -> set[Said]:
    """Return the strings a catalogue has."""
    pairs = [(one, (one.id,) if isinstance(one.id, str) else one.id) for one in catalogue if one.id]
    return {Said(one.context, *texts) for one, texts in pairs}


def as_po(catalogue: Catalog) -> bytes:
    """Return the catalogue as people read it."""
    written = io.BytesIO()
    write_po(written, catalogue, width=WIDTH)
    return written.getvalue()


def flags(said: Said) -> list[str]:
    """Return what checkers of catalogues must know of a string."""
    return ["python-format"] if re.search(r"%\(\w+\)[sd]|%[sd]", said.text) else []


def as_mo(catalogue: Catalog) -> bytes:
    """Return the catalogue as gettext reads it."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def untranslated(path: Path) -> list[str]:
    """Return the strings of a .po that have no words in its language yet."""
    catalogue = read_po(io.BytesIO(path.read_bytes()))
    return [str(one.id) for one in catalogue if one.id and not (one.string and all(one.string))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
