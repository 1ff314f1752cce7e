"""The archive a workbook is: measured before it is unpacked, and free of declarations."""

from __future__ import annotations

import io
import re
import zipfile

from rules.errors import InvalidError
from rules.xml.markup import declared

MOST_UNZIPPED = 64_000_000
MOST_RATIO = 200
"""How many times larger than packed a part may be, beyond its first half megabyte."""
MOST_PARTS = 200
_FREE = 500_000
_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_LOW = re.compile(rb'<(?:\w{1,32}:)?row\s[^>]{0,200}?\br="0*([1-9]\d{4,9})"')


def measured(document: bytes, lines: int) -> None:
    """Refuse what is too large unpacked, what declares a document type, and macros.

    ``lines`` is how many a sheet may have.
    ``InvalidError`` names the part; ``BadZipFile`` for what is no archive.

    >>> measured(b"PK", 100)
    Traceback (most recent call last):
    zipfile.BadZipFile: File is not a zip file
    """
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNZIPPED:
            raise InvalidError("", "too_large", f"expected at most {MOST_UNZIPPED} bytes unpacked")
        for part in parts:
            if part.file_size > _FREE + MOST_RATIO * part.compress_size:
                raise InvalidError(f"/{part.filename[:64]}", "too_large", "expected no zip bomb")
            if part.filename.lower().endswith(("vbaproject.bin", ".dtd")):
                raise InvalidError(f"/{part.filename[:64]}", "unsupported", "macros are not read")
        for part in parts:
            _part(archive.read(part), lines)


def _part(content: bytes, lines: int) -> None:
    """Refuse XML that declares a type, whatever its part is called, and a line far below."""
    if content.lstrip(_BLANK)[:1] != b"<":
        return
    declared(content, MOST_UNZIPPED)
    low = next((found for found in _LOW.finditer(content) if int(found[1]) > lines), None)
    if low:
        message = f"expected at most {lines} lines"
        raise InvalidError(f"row {int(low[1])}", "too_large", message)
