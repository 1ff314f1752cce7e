"""Pages of a matrix as their script works them: opened, written in, kept, dropped, saved."""

from __future__ import annotations

import copy
from typing import Any

from django.test import Client
from django.urls import reverse


class Page:
    """One page of one person, as its script would work."""

    def __init__(
        self, client: Client, pk: int, name: str, told: dict[str, Any] | None = None
    ) -> None:
        self.client, self.pk, self.name, self.step = client, pk, name, 0
        self.told = told or client.get(reverse("desk:sheet", args=[pk])).context["told"]
        self.base, self.sheet = self.told["base"], copy.deepcopy(self.told["sheet"])
        self.sheet["headings"] = list(dict.fromkeys([*self.sheet["headings"], "note"]))

    def ask(self, verb: str, **said: Any) -> Any:
        url = reverse(f"desk:working-{verb}", args=["matrix", self.pk])
        return self.client.post(url, said, content_type="application/json")

    def message(self) -> dict[str, Any]:
        sheet = copy.deepcopy(self.sheet)
        return {"page_id": self.name, "step": self.step, "base": self.base, "content": sheet}

    def write(self, at: int, note: str) -> None:
        rows = self.sheet["rows"]
        rows[at % len(rows)]["note"] = note
        self.step += 1

    def save(self) -> dict[str, Any]:
        url = reverse("desk:sheet-save", args=[self.pk])
        said = {"sheet": self.sheet, "base": self.base, "page_id": self.name, "step": self.step}
        answer = self.client.post(url, said, content_type="application/json")
        assert answer.status_code == 200, answer.json()
        told: dict[str, Any] = answer.json()
        return told
