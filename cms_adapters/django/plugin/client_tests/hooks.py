"""What both CMSs hold of the server's webhooks: verified, acted upon once, never backwards."""

import json
import time
from typing import Any

from django.core.cache import cache
from django.test import override_settings
from personalization_client import catalogue, connection, signatures
from personalization_client.models import Heard
from personalization_client.signals import purged

from client_tests import ground
from client_tests.server import Server, serving

PATH = "/personalization/hooks/"


class Hooks:
    """To be mixed into a case of a CMS."""

    client: Any

    def send(self, message: str, data: dict[str, Any], **more: Any) -> Any:
        """Send one signed delivery."""
        body = json.dumps({"type": more.get("type", "slot.changed"), "data": data}).encode()
        at = int(time.time()) - more.get("age", 0)
        secrets = [more.get("secret", ground.IN)]
        signed = signatures.headers(message, at, body, secrets)
        if "tampered" in more:
            body = body.replace(b"home", b"shop")
        named = {f"HTTP_{name.upper().replace('-', '_')}": word for name, word in signed.items()}
        return self.client.post(PATH, body, content_type="application/json", **named)

    def heard(self) -> list[tuple[str, ...]]:
        """Return a list that collects which tags are purged."""
        seen: list[tuple[str, ...]] = []

        def note(tags: tuple[str, ...], **_: Any) -> None:
            seen.append(tags)

        purged.connect(note, weak=False)
        self.addCleanup(purged.disconnect, note)  # type: ignore[attr-defined]
        return seen

    def news(self, generation: int, slot: str = "home.hero") -> dict[str, Any]:
        """Return what the server says of a changed slot."""
        purge = {"tags": [f"slot:{slot}"], "urls": []}
        return {"generation": generation, "slots": [slot], "segments": [], "purge": purge}

    def test_a_delivery_is_acted_upon_once(self) -> None:
        seen = self.heard()
        with override_settings(PERSONALIZATION=ground.settings(ENDPOINT_SECRET=ground.IN)):
            first, again = self.send("m1", self.news(5)), self.send("m1", self.news(5))
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json() == {"duplicate": True}
        assert seen == [("slot:home.hero",)]

    def test_what_is_not_the_server_s_is_refused(self) -> None:
        seen = self.heard()
        with override_settings(PERSONALIZATION=ground.settings(ENDPOINT_SECRET=ground.IN)):
            refused = [
                self.send("m1", self.news(5), tampered=True),
                self.send("m2", self.news(5), secret=ground.OUT),
                self.send("m3", self.news(5), age=1000),
                self.client.post(PATH, b"{}", content_type="application/json"),
            ]
        with override_settings(PERSONALIZATION=ground.settings()):
            refused.append(self.send("m4", self.news(5)))
        assert [answer.status_code for answer in refused] == [401] * 5
        assert seen == []
        assert not Heard.objects.exists()

    def test_what_is_signed_and_makes_no_sense_is_refused_and_not_remembered(self) -> None:
        with override_settings(PERSONALIZATION=ground.settings(ENDPOINT_SECRET=ground.IN)):
            answers = [
                self.send(f"m{n}", data) for n, data in enumerate(([1], {"generation": "x"}))
            ]
        assert [answer.status_code for answer in answers] == [400, 400]
        assert not Heard.objects.exists()

    def test_while_a_secret_rotates_both_verify(self) -> None:
        both = f"{ground.IN} {ground.OUT}"
        with override_settings(PERSONALIZATION=ground.settings(ENDPOINT_SECRET=both)):
            assert self.send("m1", self.news(1), secret=ground.OUT).status_code == 200
            assert self.send("m2", self.news(2), secret=ground.IN).status_code == 200

    def test_an_older_generation_changes_nothing_of_the_same_slot(self) -> None:
        seen = self.heard()
        with override_settings(PERSONALIZATION=ground.settings(ENDPOINT_SECRET=ground.IN)):
            for number, generation in enumerate((5, 4, 5, 6)):
                self.send(f"m{number}", self.news(generation))
        assert seen == [("slot:home.hero",)] * 2

    def test_an_older_generation_of_another_slot_is_not_lost(self) -> None:
        seen = self.heard()
        with override_settings(PERSONALIZATION=ground.settings(ENDPOINT_SECRET=ground.IN)):
            self.send("m1", self.news(6, "home.hero"))
            self.send("m2", self.news(5, "home.aside"))
        assert seen == [("slot:home.hero",), ("slot:home.aside",)]

    def test_a_ping_is_heard_and_purges_nothing(self) -> None:
        seen = self.heard()
        with override_settings(PERSONALIZATION=ground.settings(ENDPOINT_SECRET=ground.IN)):
            assert self.send("m1", {}, type="ping").json() == {"purged": []}
        assert seen == []

    def test_news_has_the_lists_asked_anew(self) -> None:
        with serving(Server(1)) as server:
            told = ground.settings(SERVER=server.url, ENDPOINT_SECRET=ground.IN)
            with override_settings(PERSONALIZATION=told):
                to = connection.of("testserver")
                assert catalogue.segments(to).names == ("segment-0",)
                server.segments.append("vip")
                assert catalogue.segments(to).names == ("segment-0",)
                self.send("m1", {"generation": 3, "segments": ["vip"]}, type="segment.changed")
                assert catalogue.segments(to).names == ("segment-0", "vip")
                assert cache.get("nothing of another's") is None
