"""A language nobody speaks: every string of ours and of Django's, accented and 40 % longer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / "locale/de/LC_MESSAGES/django.po"
CODE = "en-xa"
FOLDER = "en_XA"
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ACCENTED = "ÂƁĆĎÉƑĜĤÎĴĶĹḾŃÔṔɊŘŜŢÛṼŴẊÝŽâƀćďéƒĝĥîĵķĺḿńôṕɋřŝţûṽŵẋýž"
KEPT = re.compile(r"(<code>.*?</code>|%\(\w+\)[sdi]|%[sd%]|\{[^{}]*\}|<[^>]*>|&\w+;)")
"""What is not to be read: places for values, markup, code."""


def said(text: str) -> str:
    """Return a string as the language has it.

    >>> said("Row {row} of %(all)s")
    '[Řôŵ {row} ôƒ %(all)s ~]'
    """
    table = str.maketrans(PLAIN, ACCENTED)
    parts = [part if KEPT.fullmatch(part) else part.translate(table) for part in KEPT.split(text)]
    letters = sum(len(part) for part in parts if not KEPT.fullmatch(part))
    if "," in text and " " not in text:  # the words of yesno
        return "".join(parts)
    more = ("~~~~ " * (letters // 10 + 1))[: max(1, round(letters * 0.4) - 3)].strip()
    return f"[{''.join(parts)} {more}]"


def write(folder: Path) -> None:
    """Write the language's catalogues into a folder of added languages."""
    for domain in ("django", "djangojs"):
        catalogue = Catalog(locale="en")
        for text, plural, context in _strings(domain):
            both = (text, plural) if plural else text
            catalogue.add(
                both, (said(text), said(plural)) if plural else said(text), context=context
            )
        path = folder / FOLDER / "LC_MESSAGES" / f"{domain}.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_mo(written, catalogue)
        path.write_bytes(written.getvalue())


def _strings(domain: str) -> Iterator[tuple[str, str | None, str | None]]:
    theirs = Path(django.__file__).parent.glob(f"**/locale/de/LC_MESSAGES/{domain}.mo")
    catalogues = [read_mo(io.BytesIO(path.read_bytes())) for path in theirs]
    if domain == "django":
        catalogues.append(read_po(io.BytesIO(OURS.read_bytes())))
    for one in (message for catalogue in catalogues for message in catalogue if message.id):
        texts = (one.id,) if isinstance(one.id, str) else one.id
        if not texts[0].isupper():  # formats of dates
            context = one.context.decode() if isinstance(one.context, bytes) else one.context
            yield texts[0], (texts[1] if len(texts) > 1 else None), context
