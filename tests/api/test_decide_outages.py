"""A decision never fails: stores dead and hanging, running and freshly booted."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from personalization.plant import places
from tests.api.gates import Gate
from tests.api.stage import Stage, server, viewed
from tests.waiting import until

STATES = ("open", "hang", "shut")
ASKED = 60


class Gated:
    """A web process whose stores are behind gates."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        host = parse_qs(urlsplit(env["DATABASE_URL"]).query)["host"][0]
        port = parse_qs(urlsplit(env["DATABASE_URL"]).query).get("port", ["5432"])[0]
        self.database = Gate(folder / f".s.PGSQL.{port}", f"{host}/.s.PGSQL.{port}")
        self.cache = Gate(folder / "cache", places.cache_url().removeprefix("unix://"))
        path = urlsplit(env["DATABASE_URL"])
        url = f"{path.scheme}://{path.netloc}{path.path}?host={folder}&port={port}"
        self.env = {**env, "DATABASE_URL": url, "CACHE_URL": f"unix://{folder}/cache"}
        self.env["VAR"] = str(folder / "var")

    def set(self, cache: str, database: str) -> None:
        getattr(self.cache, cache)()
        getattr(self.database, database)()


@pytest.fixture
def gated(child_env) -> Iterator[Gated]:
    with tempfile.TemporaryDirectory(prefix="pz-g-") as folder:
        found = Gated(child_env, Path(folder))
        yield found
        found.cache.end()
        found.database.end()


@pytest.mark.slow
def test_with_any_store_dead_or_hanging_every_answer_is_200_and_valid(gated):
    stage = Stage()
    with server(gated.env) as web:
        until(lambda: web.knows(stage), 60)
        stage.happen(viewed("d1"), viewed("d1"))
        assert web.shown(stage.pk, anonymousId="d1") == "keen"
        for cache, database in itertools.product(STATES, STATES):
            gated.set(cache, database)
            _ask(web, stage, cache, database)
            gated.set("open", "open")
            until(lambda: not web.ask(stage.pk, anonymousId="d1")["degraded"], 60)
            assert web.shown(stage.pk, anonymousId="d1") == "keen"


@pytest.mark.slow
def test_who_was_unknown_a_moment_ago_is_found_though_the_cache_came_back_empty(gated, empty_cache):
    stage = Stage()
    with server(gated.env) as web:
        until(lambda: web.knows(stage), 60)
        for number in range(3):
            device = f"d{number}"
            assert web.shown(stage.pk, anonymousId=device) == "base"
            stage.happen(viewed(device), viewed(device))
            gated.set("shut", "open")
            until(lambda: web.ask(stage.pk, anonymousId="x")["degraded"], 60)
            empty_cache.flushall()
            gated.set("open", "open")
            until(lambda: not web.ask(stage.pk, anonymousId="x")["degraded"], 60)
            assert web.shown(stage.pk, anonymousId=device) == "keen"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cache", "database"), [("shut", "shut"), ("hang", "hang"), ("open", "shut")]
)
def test_a_process_boots_and_answers_with_its_stores_away(gated, cache, database):
    stage = Stage()
    with server(gated.env) as web:
        until(lambda: web.knows(stage), 60)
    stage.happen(viewed("d1"), viewed("d1"))
    gated.set(cache, database)
    with server(gated.env) as web:
        _ask(web, stage, cache, database)
        gated.set("open", "open")
        until(lambda: web.ask(stage.pk, anonymousId="d1")["decisions"][0]["variant"] == "keen", 60)


def _ask(web, stage, cache: str, database: str) -> None:
    for number in range(ASKED):
        context = {"page": {"path": "/sale" if number % 2 else "/"}}
        told = web.ask(stage.pk, anonymousId="d1", context=context)
        shown = told["decisions"][0]
        assert shown["variant"] in {"keen", "sale" if number % 2 else "base"}
        assert shown["content"]["type"] == "text"
        if shown["variant"] != "keen":
            assert told["degraded"], (cache, database)
        if cache != "open" and database != "open" and number > 10:
            assert {"cache", "database"} <= set(told["degraded"])
