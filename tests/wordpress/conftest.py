"""A server of ours with a segment and a slot, and real WordPresses beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import chromium  # noqa: F401 - a fixture
from tests.installation import Installation
from tests.wordpress.site import WordPress

VERSIONS = ("6.1", pytest.param("6.5", marks=pytest.mark.nightly), "6.8")
"""6.5 comes from npm, in a package of 158 MB."""
LOOKED = {"event": "Product Viewed", "operator": "at_least", "value": 2}
KEEN = {"all": [{"event": "Started"}, {"not": {"event": "Stopped"}}]}
INCOMING = "whsec_" + "aW5jb21pbmcgaW5jb21pbmcgaW5jb21pbmc="
OUTGOING = "whsec_" + "b3V0Z29pbmcgb3V0Z29pbmcgb3V0Z29pbmc="


@pytest.fixture(scope="session")
def house() -> Iterator[tuple[Installation, dict[str, Any]]]:
    """The server, and what it founded: keys and the site."""
    with Installation(OUTGOING_ALLOW="127.0.0.0/8") as installation:
        told = installation.found(
            segments={"vip": LOOKED, "keen": KEEN},
            slots={
                "home.hero": {
                    "variants": {"plain": "<p>Plain for all</p>", "gold": "<p>Gold for you</p>"},
                    "rows": [
                        {"id": "vips", "when": {"segment": "vip"}, "then": {"variant": "gold"}}
                    ],
                    "fallback": ["plain"],
                }
            },
        )
        yield installation, told


@pytest.fixture(scope="session", params=VERSIONS)
def wordpress(request: pytest.FixtureRequest, house) -> Iterator[WordPress]:
    """A WordPress of each version, set up for the server."""
    installation, told = house
    settings = {
        "server": installation.url,
        "key": told["pk"],
        "consent": "granted",
        "write_back": "1",
    }
    secrets = {"secret_key": told["sk"], "incoming": INCOMING, "outgoing": OUTGOING}
    with WordPress(request.param, settings=settings, secrets=secrets) as site:
        yield site
