"""The archive a workbook is: measured before it is unpacked, and free of declarations."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import islice

from rules.errors import InvalidError
from rules.xml.markup import declared

MOST_UNZIPPED = 32_000_000
MOST_RATIO = 200
"""How many times larger than packed a part may be, beyond its first half megabyte."""
MOST_PARTS = 200
MOST_TAGS = 800_000
"""Tags in all parts: a cell has six. Parts that hold no cells may have far fewer."""
MOST_PLAIN_TAGS = 20_000
MOST_NAMED_TAGS = 2_000
"""Those of the part that names the sheets."""
_FREE = 500_000
_ENTRY = b"PK\x01\x02"
_LONG_TAG = re.compile(rb"<[^>]{40000}")
_HOLDS_CELLS = ("xl/worksheets/", "xl/sharedstrings")
_START = 4_096
_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_MERGED = re.compile(rb'<(?:\w{1,32}:)?mergeCell\s[^>]{0,200}?\bref="([A-Z0-9:$]{2,30})"')
_LOW = re.compile(rb'<(?:\w{1,32}:)?row\s[^>]{0,200}?\br="0*([1-9]\d{4,9})"')


def measured(document: bytes, lines: int) -> None:
    """Refuse what is too large unpacked, what declares a document type, and macros.

    ``lines`` is how many a sheet may have.
    ``InvalidError`` names the part; ``BadZipFile`` for what is no archive.

    >>> measured(b"PK", 100)
    Traceback (most recent call last):
    zipfile.BadZipFile: File is not a zip file
    """
    if document.count(_ENTRY) > 2 * MOST_PARTS:
        raise InvalidError("", "too_large", f"expected at most {MOST_PARTS} parts")
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNZIPPED:
            most = f"{MOST_UNZIPPED} bytes unpacked, in {MOST_PARTS} parts"
            raise InvalidError("", "too_large", f"expected at most {most}")
        for part in parts:
            if part.file_size > _FREE + MOST_RATIO * part.compress_size:
                raise InvalidError(f"/{part.filename[:64]}", "too_large", "expected no zip bomb")
            if part.filename.lower().endswith(("vbaproject.bin", ".dtd")):
                raise InvalidError(f"/{part.filename[:64]}", "unsupported", "macros are not read")
        left = MOST_TAGS
        for part in parts:
            if _is_markup(archive, part):
                left = _part(part.filename.lower(), archive.read(part), lines, left)


def merged(document: bytes, part: str) -> list[str]:
    """Return the areas of a measured archive's sheet whose cells are merged, like ``A1:B2``.

    ``BadZipFile`` for what is no archive.

    >>> merged(b"PK", "xl/worksheets/sheet1.xml")
    Traceback (most recent call last):
    zipfile.BadZipFile: File is not a zip file
    """
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        found = _MERGED.finditer(archive.read(part.lstrip("/")))
        return [each[1].decode() for each in islice(found, MOST_PARTS)]


def _is_markup(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Tell whether a part may be XML, whatever it is called; pictures are not unpacked."""
    with archive.open(part) as opened:
        start = opened.read(_START)
    return b"\0\0" not in start and start.lstrip(_BLANK)[:1] in (b"<", b"")


def _part(name: str, content: bytes, lines: int, left: int) -> int:
    """Refuse XML that is too much, declares a type, or has a line far below; return what is left.

    What is left are the tags that the parts after this one may have.
    """
    tags = content.count(b"<")
    most = left if name.startswith(_HOLDS_CELLS) else min(left, MOST_PLAIN_TAGS)
    if tags > (MOST_NAMED_TAGS if name == "xl/workbook.xml" else most):
        raise InvalidError(f"/{name[:64]}", "too_large", "expected fewer tags of XML")
    if _LONG_TAG.search(content):
        raise InvalidError(f"/{name[:64]}", "too_large", "expected shorter tags and comments")
    declared(content, MOST_UNZIPPED)
    low = next((found for found in _LOW.finditer(content) if int(found[1]) > lines), None)
    if low:
        message = f"expected at most {lines} lines"
        raise InvalidError(f"row {int(low[1])}", "too_large", message)
    return left - tags
