"""Fixtures of the fast paths: a site in force, and one web process for each module."""

from contextlib import ExitStack

import pytest

from tests import estate
from tests.api.stage import Stage, server
from tests.waiting import until


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with ExitStack() as stack:
        yield {"stack": stack, "var": str(tmp_path_factory.mktemp("web"))}


@pytest.fixture
def mine():
    """A site with a bit of everything."""
    return estate.found("mine")


@pytest.fixture
def stage(transactional_db, empty_cache):
    return Stage()


@pytest.fixture
def web(stage, child_env, running):
    if "web" not in running:
        running["web"] = running["stack"].enter_context(server(child_env, VAR=running["var"]))
    until(lambda: running["web"].knows(stage), 60)
    return running["web"]
