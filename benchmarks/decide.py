"""What a decision costs the web process, against a no-op on the same server and the DRF decide."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import httpx
import psutil

from benchmarks import load
from benchmarks.ground import say
from tests.installation import Installation, until

SECONDS = float(os.environ.get("SECONDS", "5"))
ROWS, VISITORS, CONNECTIONS = 100, 500, 32
COUNTRIES = ["AT", "DE", "FR", "IT", "NL", "PL", "SE", "US"]


def row(draw: random.Random, n: int) -> dict[str, Any]:
    """Return a matrix row of three to four tests."""
    tests = [
        {"attribute": "traits.country", "operator": "in", "value": draw.sample(COUNTRIES, 2)},
        {"attribute": "traits.age", "operator": "at_least", "value": 20 + draw.randrange(60)},
        {"attribute": "traits.plan", "operator": "equals", "value": f"p{n % 7}"},
        {"segment": f"viewer{n % 5}"},
    ]
    return {"id": f"r{n}", "when": {"all": tests[: 3 + n % 2]}, "then": {"variant": f"v{n % 10}"}}


def site() -> dict[str, Any]:
    """Return one slot, a hundred rows, ten variants, five segments."""
    draw = random.Random(5)
    viewed = {"event": "Product Viewed", "operator": "at_least"}
    segments = {
        f"viewer{n}": {**viewed, "within": f"{n + 1}d", "value": 1 + n % 3} for n in range(5)
    }
    variants = {
        f"v{n}": f"<p>Variant {n}, {{{{ traits.name | default:'you' }}}}</p>" for n in range(10)
    }
    variants["base"] = "<p>Everybody</p>"
    slot = {"fallback": ["base"], "variants": variants, "rows": [row(draw, n) for n in range(ROWS)]}
    return {"segments": segments, "slots": {"home.hero": slot}}


def visitors(url: str, key: str) -> None:
    """Send what makes a visitor's snapshot about 2 KB, and wait until it is there."""
    draw = random.Random(6)
    batch = []
    for n in range(VISITORS):
        traits = {f"field{k}": f"value {k} of {n}" for k in range(15)}
        traits |= {"country": draw.choice(COUNTRIES), "age": 18 + n % 60, "plan": f"p{n % 7}"}
        who = {"anonymousId": f"v{n}"}
        batch.append({"type": "identify", "traits": traits | {"name": f"Ann {n}"}, **who})
        batch += [
            {
                "type": "track",
                "event": "Product Viewed",
                "properties": {"product_id": f"p{k}"},
                **who,
            }
            for k in range(3)
        ]
    for k in range(0, len(batch), 200):
        body = {"writeKey": key, "batch": batch[k : k + 200]}
        httpx.post(f"{url}/v1/batch", json=body).raise_for_status()


def measure(
    web: psutil.Process, port: int, requests: list[bytes], rate: float = 0
) -> dict[str, Any]:
    """Drive the web process and return its CPU microseconds a request beside the latencies."""
    before = sum(web.cpu_times()[:2])
    got = load.drive(port, requests, SECONDS, CONNECTIONS, rate)
    cpu = sum(web.cpu_times()[:2]) - before
    return got | {"cpu_us": cpu / max(1, got["answers"]) * 1e6, "per_s": got["answers"] / SECONDS}


def main() -> None:
    """Measure the no-op, the decision, the decision at half the load, and DRF's."""
    with Installation("services,web,live") as house:
        keys = house.found(**site())
        until(lambda: httpx.get(f"{house.url}/readyz").status_code == 200)
        visitors(house.url, keys["pk"])
        ask = {"key": keys["pk"], "slots": ["home.hero"], "anonymousId": f"v{VISITORS - 1}"}
        decide = f"{house.url}/v1/decide"
        until(lambda: "x" in httpx.post(decide, json=ask).text and known(decide, ask))
        bodies = [json.dumps(ask | {"anonymousId": f"v{n}"}).encode() for n in range(VISITORS)]
        (web,) = house.children("uvicorn")
        noop = measure(web, house.port, [load.get("/healthz")])
        fast = [load.post("/v1/decide", body) for body in bodies]
        hot = measure(web, house.port, fast)
        half = measure(web, house.port, fast, rate=hot["per_s"] / 2)
        bearer = f"Authorization: Bearer {keys['sk']}\r\n"
        slow = [load.post("/api/v1/decide", body, bearer) for body in bodies]
        drf = measure(web, house.port, slow)
        say("decide", slots=1, rows=ROWS, visitors=VISITORS, **tell("noop", noop), **tell("decide", hot), **tell("half_load", half), **tell("drf", drf), ratio_to_noop=noop["cpu_us"] / hot["cpu_us"], times_drf=drf["cpu_us"] / hot["cpu_us"])  # fmt: skip  # noqa: E501


def known(url: str, ask: dict[str, Any]) -> bool:
    """Return whether the last visitor's snapshot is there: a cursor with a version."""
    answer = httpx.post(url, json=ask).json()
    return "AAAAAAAAAAAAAAAA" not in answer["cursor"]


def tell(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures under a name of their own."""
    return {f"{name}_{key}": value for key, value in figures.items()}


if __name__ == "__main__":
    main()
