"""Every string of the desk has words in every language we ship, with the same places for values."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import phrases

pofile = pytest.importorskip("babel.messages.pofile", reason="needs babel")
ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>")


def pairs(path):
    with path.open("rb") as file:
        for one in pofile.read_po(file):
            texts = one.id if isinstance(one.id, tuple) else (one.id,)
            words = one.string if isinstance(one.string, tuple) else (one.string,)
            if one.id:
                yield texts, words


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_a_translation_has_the_same_places_for_values(path):
    for texts, words in pairs(path):
        allowed = [sorted(PLACE.findall(text)) for text in texts]
        for word in filter(None, words):
            assert sorted(PLACE.findall(word)) in allowed, (texts, word)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_every_string_of_the_code_is_translated(path):
    command = [sys.executable, "docs/translate.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [texts for texts, words in pairs(path) if not all(words)] == []


CODE = '''"""Not said."""
MOST = 7
_HOW = "like 90s or 15m"
_HINTS = {"x": "a packed file; unpack it first"}

def read(raw, at, names):
    """Not said either."""
    if not raw:
        raise InvalidError(f"{at}/x", "missing", f"expected at most {MOST} of {', '.join(names)}")
    message = f"expected a duration {_HOW}, not {raw.text[:9]}"
    raise InvalidError(at, "shape", message if names else 'expected {"a": 1} in it')
'''


def test_a_sentence_without_gettext_is_read_out_of_the_code(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(CODE)
    assert phrases.Module(path).prose() == {
        "expected at most {number} of {names}",
        "expected a duration like 90s or 15m, not {text}",
        'expected {{"a": 1}} in it',
        "a packed file; unpack it first",
        "like 90s or 15m",
    }


def test_the_sentences_of_the_rules_are_listed_for_every_language():
    listed = (ROOT / "locale/phrases.txt").read_text("utf-8").splitlines()
    assert set(listed) == phrases.phrases()
    for path in CATALOGUES:
        with path.open("rb") as file:
            known = {one.id for one in pofile.read_po(file) if one.context == phrases.CONTEXT}
        assert set(listed) <= known
