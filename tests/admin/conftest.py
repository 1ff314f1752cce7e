"""The site the desk's tests work on, its matrix, and somebody who edits there."""

from __future__ import annotations

import pytest
from django.test import Client

from personalization.decisions.models import Matrix
from tests import estate
from tests.estate import signed_in


@pytest.fixture
def mine() -> estate.Estate:
    """A site with a bit of everything."""
    return estate.found("mine")


@pytest.fixture
def matrix(mine: estate.Estate) -> Matrix:
    """The matrix of the site."""
    return Matrix.objects.select_related("slot__site").get(slot__site=mine.site)


@pytest.fixture
def editor(mine: estate.Estate) -> Client:
    """The browser of an editor of the site."""
    return signed_in(mine, "editor")
