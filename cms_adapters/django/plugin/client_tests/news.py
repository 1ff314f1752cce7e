"""What both CMSs hold of their own news and content: signed, in order, read by our adapter."""

import json
import time
from typing import Any
from unittest.mock import patch

from django.db import DatabaseError, transaction
from django.test import override_settings
from personalization_client import ledger
from personalization_client.models import Entry, Notice
from personalization_client.sender import send_due

from client_tests import ground
from client_tests.server import Server, serving
from cms_adapters.messages import Request, Response, Source
from cms_adapters.registry import adapters

WHOLE = 1_000_000
CONTENT = "/personalization/content/"
SOURCE = Source("http://testserver", ground.TOKEN, (ground.OUT,))


class News:
    """To be mixed into a case of a CMS; ``adapter`` is the server's for it."""

    adapter = ""
    client: Any

    def told(self, server: Server) -> list[tuple[str, Any]]:
        """Return what the server's own adapter understands of the news it got, verified."""
        adapter = adapters[self.adapter]
        found = []
        for path, headers, body in server.asked:
            request = Request(path, headers, body)
            adapter.verify(request, SOURCE, int(time.time()) * WHOLE)
            found += [(request.json()["type"], one) for one in adapter.parse(request, SOURCE)]
        return found

    def read(self, call: Any) -> Any:
        """Make a call of the adapter's, as the server would."""
        path = call.url.removeprefix(SOURCE.url)
        answer = self.client.get(path, headers=dict(call.headers))
        return Response(answer.status_code, answer.content)

    def hears(self, server: Server) -> dict[str, Any]:
        """Return the settings with which this server is told."""
        hook = f"{server.url}/hooks/1"
        return ground.settings(HOOK=hook, HOOK_SECRET=ground.OUT, TOKEN=ground.TOKEN)

    def test_publishing_is_told_signed_and_the_content_can_be_read(self) -> None:
        adapter = adapters[self.adapter]
        with serving(Server()) as server, override_settings(PERSONALIZATION=self.hears(server)):
            page = self.publish("news", "home.hero", text="Hello")
            ground.until(lambda: len(server.asked) >= 1)
            kind, reference = self.told(server)[-1]
            assert (kind, reference.kind, reference.gone) == ("content.published", self.kind, False)
            (item,) = adapter.items(reference, self.read(adapter.fetch(reference, SOURCE)), SOURCE)
            assert (item.title, item.published, item.locale) == ("News", True, "en")
            assert "Hello" in (item.html or "")
            assert "data-personalize-slot" not in (item.html or "")
            assert item.url.startswith("http://testserver/")

            self.change(page, "Again")
            (newer,) = adapter.items(reference, self.read(adapter.fetch(reference, SOURCE)), SOURCE)
            assert newer.version > item.version
            assert "Again" in (newer.html or "")

            self.unpublish(page)
            ground.until(lambda: self.told(server)[-1][0] == "content.unpublished")
            assert (
                adapter.items(reference, self.read(adapter.fetch(reference, SOURCE)), SOURCE) == ()
            )

    def test_deleting_is_told_and_stands_among_what_is_gone(self) -> None:
        adapter = adapters[self.adapter]
        with serving(Server()) as server, override_settings(PERSONALIZATION=self.hears(server)):
            page = self.publish("short")
            ground.until(lambda: len(server.asked) >= 1)
            reference = self.told(server)[-1][1]
            self.delete(page)
            ground.until(lambda: "content.deleted" in [verb for verb, _ in self.told(server)])
            items, gone = self.everything(adapter, 100)
            assert reference.external_id in {one.external_id for one in gone}
            assert reference.external_id not in {item.external_id for item in items}

    def everything(self, adapter: Any, limit: int) -> tuple[list[Any], list[Any]]:
        """Read all there is, in parts of ``limit``."""
        cursor: str | None = ""
        items: list[Any] = []
        gone: list[Any] = []
        while cursor is not None:
            url = adapter.sync(cursor, SOURCE).url.replace("limit=100", f"limit={limit}")
            answer = self.client.get(
                url.removeprefix(SOURCE.url), headers={"authorization": f"Bearer {ground.TOKEN}"}
            )
            page = adapter.page(cursor, Response(answer.status_code, answer.content), SOURCE)
            items += page.items
            gone += page.gone
            cursor = page.next
        return items, gone

    @override_settings(PERSONALIZATION=ground.settings(TOKEN=ground.TOKEN))
    def test_everything_is_read_in_parts_once_each(self) -> None:
        pages = [self.publish(f"page-{number}") for number in range(5)]
        self.unpublish(pages[1])
        self.delete(pages[3])
        adapter = adapters[self.adapter]
        whole, gone = self.everything(adapter, 100)
        for limit in (1, 2, 3):
            parts, others = self.everything(adapter, limit)
            assert [item.external_id for item in parts] == [item.external_id for item in whole]
            assert others == gone
        titles = [item.title for item in whole if item.title.startswith("Page-")]
        assert titles == ["Page-0", "Page-2", "Page-4"]
        assert len(gone) == 2

    @override_settings(PERSONALIZATION=ground.settings(TOKEN=f"{ground.TOKEN} second"))
    def test_content_is_the_server_s_alone(self) -> None:
        for given in ("", "Bearer ", "Bearer x", f"Basic {ground.TOKEN}", "Bearer sk_test"):
            answer = self.client.get(CONTENT, headers={"authorization": given})
            assert answer.status_code == 401, given
            assert (
                self.client.get(f"{CONTENT}1", headers={"authorization": given}).status_code == 401
            )
        right = self.client.get(CONTENT, headers={"authorization": "Bearer second"})
        assert right.status_code == 200
        assert "no-store" in right["Cache-Control"]

    @override_settings(PERSONALIZATION=ground.settings())
    def test_without_a_token_nobody_reads_content(self) -> None:
        for given in ("", "Bearer ", "Bearer"):
            assert self.client.get(CONTENT, headers={"authorization": given}).status_code == 401

    @override_settings(PERSONALIZATION=ground.settings(TOKEN=ground.TOKEN))
    def test_strange_questions_get_plain_answers(self) -> None:
        headers = {"authorization": f"Bearer {ground.TOKEN}"}
        for query in ("cursor=%00", "cursor=gone:x", "cursor=zz:9", "limit=-1", "limit=9999999"):
            assert self.client.get(f"{CONTENT}?{query}", headers=headers).status_code == 200
        for path in ("0", "x", "9" * 40, "1%2F2", "1?kind=auth.User", "1?kind=x"):
            assert self.client.get(f"{CONTENT}{path}", headers=headers).status_code == 404

    def test_what_was_rolled_back_is_not_told(self) -> None:
        with serving(Server()) as server, override_settings(PERSONALIZATION=self.hears(server)):
            try:
                with transaction.atomic():
                    ledger.record(ledger.PUBLISHED, [ledger.Name("k", "1", "en")])
                    raise RuntimeError
            except RuntimeError:
                pass
            assert not Notice.objects.exists()
            assert server.asked == []

    def test_a_fault_of_ours_never_stops_an_editor(self) -> None:
        with (
            patch.object(Entry.objects, "get_or_create", side_effect=DatabaseError),
            self.assertLogs("personalization_client.ledger"),  # type: ignore[attr-defined]
        ):
            self.publish("anyway")

    def test_a_server_that_is_away_gets_the_same_message_later(self) -> None:
        with serving(Server()) as server, override_settings(PERSONALIZATION=self.hears(server)):
            server.status = 503
            self.publish("later")
            ground.until(lambda: Notice.objects.exclude(fault="").exists())
            refused = server.asked[-1][1]["webhook-id"]
            server.status = 200
            taken, rest = send_due(everything=True)
            assert (taken >= 1, rest) == (True, 0)
            assert refused in {headers["webhook-id"] for _, headers, _ in server.asked[1:]}
            assert not Notice.objects.exists()

    def test_a_source_that_is_gone_is_told_no_more(self) -> None:
        with serving(Server()) as server, override_settings(PERSONALIZATION=self.hears(server)):
            server.status = 410
            self.publish("gone")
            ground.until(lambda: len(server.asked) >= 1)
            ground.until(lambda: not Notice.objects.exists())

    def test_without_a_hook_changes_are_remembered_and_nothing_is_sent(self) -> None:
        with override_settings(PERSONALIZATION=ground.settings(TOKEN=ground.TOKEN)):
            self.publish("quiet")
        assert not Notice.objects.exists()
        assert Entry.objects.filter(kind=self.kind, published=True).exists()

    def test_versions_grow_even_when_the_clock_does_not(self) -> None:
        name = ledger.Name("k", "1", "en")
        with patch("personalization_client.ledger.version_of", return_value=7):
            seen = []
            for verb in (ledger.PUBLISHED, ledger.UNPUBLISHED, ledger.PUBLISHED):
                ledger.record(verb, [name])
                seen.append(Entry.objects.get(external_id="1", kind="k").version)
        assert seen == [7, 8, 9]
        assert json.dumps(seen)
