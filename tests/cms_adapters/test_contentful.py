"""Our reading of Contentful's signature agrees with the vendor's own signer."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from cms_adapters.messages import Rejected, Request, Source
from cms_adapters.registry import adapters

CLIENTS = Path(__file__).resolve().parents[1] / "clients"
SECRET = "0123456789abcdef" * 4
NOW = 1_795_240_800_000
PATHS = (
    "/hooks/1",
    "/hooks/1?a=b",
    "/hooks/1?q=two words&r=%20&s=a+b",
    "/hooks/über/1?z=ü&y=%C3%BC",
    "/hooks/1?a=1&a=2&empty=&bare",
    "/hooks/a%20b/(c)'!*~?x='()*!~",
)
BODIES = ('{"sys": {"id": "e1"}}', '{"text": "Grüße 👋"}', "")
TOPIC = {"X-Contentful-Topic": "ContentManagement.Entry.publish", "X-Mine": "  spaces  "}


def signed(requests):
    if shutil.which("node") is None or not (CLIENTS / "node_modules" / "@contentful").is_dir():
        pytest.skip("needs node and its packages (npm install in tests/clients)")
    words = ["node", "contentful.mjs", SECRET, json.dumps(requests), str(NOW)]
    done = subprocess.run(words, cwd=CLIENTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [{k.lower(): str(v) for k, v in one.items()} for one in json.loads(done.stdout)]


@pytest.mark.node
def test_what_the_vendor_signs_is_taken_and_nothing_else():
    asked = [{"path": path, "body": body, "headers": TOPIC} for path in PATHS for body in BODIES]
    adapter, source = adapters["contentful"], Source("", secrets=("x" * 64, SECRET))
    for request, headers in zip(asked, signed(asked), strict=True):
        body = request["body"].encode()
        adapter.verify(Request(request["path"], headers, body), source, NOW * 1_000)
        for changed in (
            Request(f"{request['path']}x", headers, body),
            Request(request["path"], headers, body + b" "),
            Request(request["path"], headers, body, method="PUT"),
            Request(request["path"], {**headers, "x-contentful-topic": "other"}, body),
        ):
            with pytest.raises(Rejected):
                adapter.verify(changed, source, NOW * 1_000)
