"""What the tests of a matrix's files share: signing in, downloading, looking, applying."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from personalization.decisions.models import Matrix


def downloaded(client: Client, matrix: Matrix, notation: str, number: int = 0) -> Any:
    number = number or matrix.revisions.first().number
    return client.get(reverse("desk:file", args=[matrix.pk, number, notation]))


def looked(client: Client, matrix: Matrix, body: bytes | str, name: str = "a.csv", **said) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    url = reverse("desk:file-look", args=[matrix.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, raw), **said})


def applied(client: Client, matrix: Matrix, told: str, **said) -> Any:
    return client.post(reverse("desk:file-apply", args=[matrix.pk]), {"told": told, **said})


def spots(answer: Any) -> list[tuple[str, str]]:
    return [(fault.cell, fault.column) for fault in answer.context["look"].faults]
