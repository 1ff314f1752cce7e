"""Every word of ours an editor reads is there in German, and the compiled files are up to date."""

import gettext
import re
from pathlib import Path

ADAPTERS = Path(__file__).resolve().parents[3]
PACKAGES = ("django/plugin/personalization_client", "{0}/plugin/personalization_{0}")
SAID = re.compile(r"\b_\(\s*\"((?:[^\"\\]|\\.)*)\"\s*\)")


class Languages:
    """To be mixed into a case of a CMS; ``adapter`` names it."""

    adapter = ""

    def test_every_word_an_editor_reads_is_there_in_german(self) -> None:
        for package in PACKAGES:
            folder = ADAPTERS / package.format(self.adapter)
            with (folder / "locale/de/LC_MESSAGES/django.mo").open("rb") as file:
                german = gettext.GNUTranslations(file)
            words = {
                match[1]
                for path in folder.rglob("*.py")
                for match in SAID.finditer(path.read_text())
                if match[1]
            }
            assert words
            missing = {word for word in words if german._catalog.get(word) is None}  # type: ignore[attr-defined]
            assert missing == set(), folder
