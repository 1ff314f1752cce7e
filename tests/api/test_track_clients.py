"""Segment's published clients, unmodified, send to us over loopback."""

import shutil
import subprocess
from pathlib import Path

import pytest
from segment.analytics import Client

from tests.events.ground import laid, stored  # noqa: F401 - a fixture

pytestmark = stored
CLIENTS = Path(__file__).resolve().parents[1] / "clients"


@pytest.mark.parametrize("gzip", [False, True])
def test_the_python_client(ground, gzip):
    failed = []
    client = Client(
        ground.public,
        host=ground.url,
        gzip=gzip,
        on_error=lambda error, batch: failed.append(error),
        upload_interval=0.1,
    )
    client.identify("ada", {"plan": "pro"})
    client.track("ada", "Order Completed", {"revenue": 9.5})
    client.track(anonymous_id="a", event="Seen", properties={"bad": float("nan")})
    client.page("ada", "shop", "Home", {"path": "/"})
    client.screen("ada", "shop", "Start")
    client.group("ada", "g1", {"size": 3})
    client.alias("a", "ada")
    for number in range(250):
        client.track(anonymous_id="a", event="Seen", properties={"n": number})
    client.shutdown()
    assert failed == []
    kinds = [head[2] for head, _ in ground.stored()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "identify": 1, "track": 251, "page": 1, "screen": 1, "group": 1, "alias": 1,
    }  # fmt: skip
    assert ground.put_aside() == [("not_a_number", "/properties/bad")]
    assert ground.counts()["accepted"] == 257


@pytest.mark.node
def test_the_node_client(ground):
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs node and npm")
    if not (CLIENTS / "node_modules" / "@segment" / "analytics-node").is_dir():
        pytest.skip("needs @segment/analytics-node (npm install in tests/clients)")
    command = ["node", "segment.mjs", ground.url, ground.public]
    done = subprocess.run(
        command, check=False, cwd=CLIENTS, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    kinds = [head[2] for head, _ in ground.stored()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "identify": 1, "track": 21, "page": 1, "screen": 1, "group": 1, "alias": 1,
    }  # fmt: skip
    bodies = {head[3]: body for head, body in ground.stored()}
    assert bodies["Order Completed"]["properties"] == {"revenue": 9.5}
    assert bodies["Page Viewed"]["properties"]["name"] == "Home"
    assert ground.put_aside() == []


def test_what_a_client_sends_again_has_the_same_name(ground):
    client = Client(ground.public, host=ground.url, send=False)
    _, message = client.track("ada", "Seen", {"n": 1})
    for number in range(2):
        message["sentAt"] = f"2026-11-21T00:00:0{number}Z"
        ground.post("/v1/batch", {"batch": [_plain(message)]})
    first, second = (head for head, _ in ground.stored())
    assert first[:2] == second[:2]


def _plain(message):
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in message.items()}
