"""What every notation on the shelf must do, whichever it is."""

from contextlib import suppress

import pytest

from rules.errors import InvalidError
from rules.notations.registry import notations

PARTS = pytest.mark.parametrize("part", notations.values(), ids=notations)
FORMS = {"json": (dict, list), "text": str, "bytes": bytes}
STRANGE = [None, 7, True, {"": [[]]}, [], "", "\0", b"", b"\xff\xfe", "<a/>", {"$foo": {"bar": 1}}]


@PARTS
def test_it_is_documented(part):
    assert part.label
    assert part.doc.endswith(".")
    assert part.suffix.startswith(".")
    assert "/" in part.media
    assert isinstance(part.example, FORMS[part.form])
    assert all(reason and not reason.endswith(".") for reason in part.refuses.values())
    assert part.read or part.write


@PARTS
def test_what_was_written_is_read_back_as_the_same_value(part):
    if part.read is None or part.write is None:
        return
    value = part.read(part.example)
    written = part.write(value)
    assert isinstance(written, FORMS[part.form])
    assert part.read(written) == value


@PARTS
@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_what_is_no_document_is_refused_by_name_and_never_fails_otherwise(part, strange):
    if part.read is None:
        return
    with suppress(InvalidError):
        part.read(strange)
