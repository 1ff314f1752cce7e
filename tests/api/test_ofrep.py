"""OpenFeature's remote protocol: what it answers, and its published clients, unmodified."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

from tests.api.stage import identify, viewed
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored
CLIENTS = Path(__file__).resolve().parents[1] / "clients"
FLAGS = "/ofrep/v1/evaluate/flags"
STANDARD = {"STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "UNKNOWN", "DEFAULT"}


def ask(web, key, context=None, path=FLAGS, **headers):
    body = {} if context is None else {"context": context}
    return web.http.post(path, json=body, headers={"X-API-Key": key, **headers})


def hero(answer):
    return next(flag for flag in answer.json()["flags"] if flag["key"] == "slot.hero")


def test_every_slot_is_a_flag_with_an_object(stage, web):
    stage.put("aside", {"base": "Aside"}, [])
    until(lambda: web.knows(stage))
    answer = ask(web, stage.pk, {"targetingKey": "d1", "page": {"path": "/sale"}})
    assert answer.status_code == 200
    assert {flag["key"] for flag in answer.json()["flags"]} == {"slot.hero", "slot.aside"}
    shown = hero(answer)
    assert shown["value"]["content"] == {"type": "text", "text": "Sale"}
    assert (shown["variant"], shown["reason"]) == ("sale", "TARGETING_MATCH")
    assert {flag["reason"] for flag in answer.json()["flags"]} <= STANDARD
    for flag in answer.json()["flags"]:
        assert all(isinstance(note, str | int | float | bool) for note in flag["metadata"].values())


def test_one_flag_is_answered_as_all_of_them_are(stage, web):
    context = {"targetingKey": "d1", "page": {"path": "/sale"}}
    one = ask(web, stage.pk, context, f"{FLAGS}/slot.hero")
    assert one.json() == hero(ask(web, stage.pk, context))


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (FLAGS, b"{", 400, "PARSE_ERROR"),
        (FLAGS, b"[]", 400, "INVALID_CONTEXT"),
        (FLAGS, b'{"context": 3}', 400, "INVALID_CONTEXT"),
        (FLAGS, b'{"context": {"targetingKey": 3}}', 400, "INVALID_CONTEXT"),
        (f"{FLAGS}/slot.hero", b"{", 400, "PARSE_ERROR"),
        (f"{FLAGS}/slot.nowhere", b"{}", 404, "FLAG_NOT_FOUND"),
        (f"{FLAGS}/dark-mode", b"{}", 404, "FLAG_NOT_FOUND"),
    ],
)
def test_what_cannot_be_evaluated_is_said_in_the_protocols_words(
    stage, web, path, body, status, code
):
    answer = web.http.post(path, content=body, headers={"X-API-Key": stage.pk})
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)
    assert answer.json()["errorDetails"]
    assert answer.json().get("key") == (path[len(FLAGS) + 1 :] or None)


@pytest.mark.parametrize("key", ["", "pk_nonsense"])
def test_without_a_live_key_nothing_is_evaluated(stage, web, key):
    answer = ask(web, key, {})
    assert answer.status_code == 401
    assert "errorCode" not in answer.json()


def test_an_etag_covers_subject_and_context(stage, web):
    context = {"targetingKey": "d1"}
    tag = ask(web, stage.pk, context).headers["etag"]
    same = ask(web, stage.pk, context, **{"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    for other in ({"targetingKey": "d2"}, {**context, "page": {"path": "/sale"}}):
        assert ask(web, stage.pk, other, **{"If-None-Match": tag}).status_code == 200
    stage.happen(viewed("d1"), viewed("d1"))
    changed = ask(web, stage.pk, context, **{"If-None-Match": tag})
    assert (changed.status_code, hero(changed)["variant"]) == (200, "keen")


def test_a_page_of_another_origin_may_read_the_etag(stage, web):
    answer = ask(web, stage.pk, {}, Origin="https://shop.example")
    assert answer.headers["access-control-expose-headers"] == "Retry-After, ETag"


def test_a_browser_never_reads_a_user_by_a_targeting_key(stage, web):
    stage.happen(identify("ada", {"plan": "pro"}), verified=True)
    assert hero(ask(web, stage.pk, {"targetingKey": "ada"}))["variant"] == "base"
    assert hero(ask(web, stage.sk, {"targetingKey": "ada"}))["variant"] == "pro"
    token = {"X-Subject-Token": stage.token("ada")}
    assert hero(ask(web, stage.pk, {"targetingKey": "d1"}, **token))["variant"] == "pro"


def test_a_server_asks_for_devices_by_the_same_key(stage, web):
    stage.happen(viewed("d7"), viewed("d7"))
    assert hero(ask(web, stage.sk, {"targetingKey": "d7"}))["variant"] == "keen"


def test_a_context_too_large_for_an_address_gets_no_stream(stage, web):
    small = ask(web, stage.pk, {"targetingKey": "d1", "note": "x" * 1_000}).json()
    large = ask(web, stage.pk, {"targetingKey": "d1", "note": "x" * 7_000}).json()
    assert ("eventStreams" in small, "eventStreams" in large) == (True, False)
    nobody = ask(web, stage.pk, {}).json()
    assert "eventStreams" not in nobody
    assert len(nobody["flags"]) == 1


def test_the_stream_says_to_ask_again_only_when_the_answer_to_this_context_changed(stage, web):
    stage.matrix(
        stage.slot,
        [{"id": "both", "then": {"variant": "keen"}, "when": {"all": [
            {"segment": "keen"},
            {"attribute": "context.page.path", "operator": "equals", "value": "/sale"}]}}],
    )  # fmt: skip
    until(lambda: web.knows(stage))
    context = {"targetingKey": "d9", "page": {"path": "/sale"}}
    said = ask(web, stage.pk, context).json()["eventStreams"]
    assert said[0]["type"] == "sse"
    uri = said[0]["endpoint"]["requestUri"]
    assert "/sale" not in parse_qs(urlsplit(uri).query)["channel"][0]
    with web.http.stream("GET", uri) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        stage.happen(viewed("d9"))
        stage.happen(viewed("d9"))
        told = json.loads(next(line for line in lines if line.startswith("data:"))[5:])
    assert told["type"] == "refetchEvaluation"
    assert hero(ask(web, stage.pk, context))["variant"] == "keen"


def test_the_published_python_provider(stage, web):
    stage.happen(viewed("d3"), viewed("d3"))
    provider = OFREPProvider(
        web.url, headers_factory=lambda: {"Authorization": f"Bearer {stage.pk}"}
    )
    api.set_provider(provider)
    try:
        client = api.get_client()
        found = client.get_object_details("slot.hero", {}, EvaluationContext("d3"))
        assert (found.variant, found.reason) == ("keen", "TARGETING_MATCH")
        assert found.value["content"] == {"type": "text", "text": "Keen"}
        missing = client.get_object_details("slot.nowhere", {"own": 1}, EvaluationContext("d3"))
        assert (missing.value, missing.error_code) == ({"own": 1}, "FLAG_NOT_FOUND")
        asked = EvaluationContext("d4", {"page": {"path": "/sale"}})
        assert client.get_object_value("slot.hero", {}, asked)["variant"] == "sale"
    finally:
        api.clear_providers()


@pytest.mark.node
def test_the_published_node_provider(stage, web):
    if shutil.which("node") is None or not (CLIENTS / "node_modules" / "@openfeature").is_dir():
        pytest.skip("needs node and its packages (npm install in tests/clients)")
    stage.happen(viewed("d5"), viewed("d5"))
    words = ["node", "openfeature.mjs", web.url, stage.sk, "d5", '{"page": {"path": "/"}}']
    done = subprocess.run(
        words, check=False, cwd=CLIENTS, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    found, missing = json.loads(done.stdout)
    assert (found["variant"], found["reason"]) == ("keen", "TARGETING_MATCH")
    assert found["value"]["content"]["text"] == "Keen"
    assert (missing["value"], missing["errorCode"]) == ({"variant": "own"}, "FLAG_NOT_FOUND")
