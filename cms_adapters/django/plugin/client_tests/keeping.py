"""What both CMSs hold of pages they fill in themselves: private things stay out."""

from typing import Any

from django.test import override_settings
from personalization_client import decisions
from personalization_client.calls import Away
from personalization_client.connection import Connection

from client_tests import ground
from client_tests.server import Server, serving

HEADER = "X-Segments"


def shows(name: str, scope: str, **more: Any) -> dict[str, Any]:
    """Return a decision for a variant."""
    content = {"type": "html", "html": f"<p>{name}</p>"}
    cache = {"scope": scope, "vary": {"segments": ["vip"]}, **more}
    return {"variant": name, "content": content, "cache": cache}


class Keeping:
    """To be mixed into a case of a CMS."""

    client: Any

    def seen(
        self,
        server: Server,
        headers: dict[str, str] | None = None,
        page_cache: bool = False,
        **more: Any,
    ) -> Any:
        """Return the page as a visitor gets it, filled in by the CMS."""
        told = ground.settings(SERVER=server.url, RENDER="server", **more)
        with override_settings(PERSONALIZATION=told, CMS_PAGE_CACHE=page_cache):
            return self.client.get("/slots/", headers=headers or {})

    def test_what_is_everybody_s_is_filled_in(self) -> None:
        self.publish("slots", "home.hero")  # type: ignore[attr-defined]
        with serving(Server()) as server:
            server.decision = {"*": shows("everybody", "static", maxAge=40)}
            answer = self.seen(server, page_cache=True)
            text = answer.content.decode()
            assert 'data-personalize-slot="home.hero" data-pz-variant="everybody"' in text
            assert "<p>everybody</p></div>" in text
            assert '<script type="application/json" data-pz-state>{' in text
            assert "\\u003cp>everybody" in text
            assert "For everybody" not in text
            assert "max-age=40" in answer["Cache-Control"]
            assert answer["Cache-Tag"] == "slot:home.hero"
            assert HEADER not in answer.get("Vary", "")
            self.seen(server, page_cache=True)
            assert len(server.asked) == 1

    def test_what_is_one_visitor_s_is_left_to_the_browser(self) -> None:
        self.publish("slots", "home.hero")  # type: ignore[attr-defined]
        with serving(Server()) as server:
            server.decision = {"*": shows("secret", "private-request")}
            text = self.seen(server, {HEADER: "vip"}, SEGMENTS_HEADER=HEADER).content.decode()
            assert "secret" not in text
            assert "For everybody" in text
            assert "data-pz-pending" in text

    def test_what_depends_on_segments_varies_by_the_header_that_names_them(self) -> None:
        self.publish("slots", "home.hero")  # type: ignore[attr-defined]
        scope = "public-permutation"
        with serving(Server()) as server:
            server.decision = {"vip": shows("gold", scope), "*": shows("plain", scope)}
            asks = {"SEGMENTS_HEADER": HEADER}
            others = self.seen(server, **asks)
            vips = self.seen(server, {HEADER: "vip, other"}, **asks)
            again = self.seen(server, {HEADER: "other,vip"}, **asks)
            assert "<p>plain</p>" in others.content.decode()
            assert "<p>gold</p>" in vips.content.decode()
            assert again.content == vips.content
            assert HEADER in vips["Vary"]
            assert len(server.asked) == 2, "a segment that changes nothing is not asked for"
            without = self.seen(server, {HEADER: "vip"})
            assert "For everybody" in without.content.decode()

    def test_names_that_run_into_one_another_are_kept_apart(self) -> None:
        self.publish("slots", "home.hero")  # type: ignore[attr-defined]
        with serving(Server()) as server:
            public: dict[str, Any] = {"scope": "public-permutation"}
            server.decision = {"a,b": shows("inside", **public), "*": shows("plain", **public)}
            for shown in server.decision.values():
                shown["cache"]["vary"] = {"segments": ["a", "b"]}
            asks = {"SEGMENTS_HEADER": HEADER}
            strange = self.seen(server, {HEADER: "a:b"}, **asks)
            assert "<p>plain</p>" in strange.content.decode()
            both = self.seen(server, {HEADER: "a,b"}, **asks)
            assert "<p>inside</p>" in both.content.decode()

    def test_a_server_that_is_away_is_asked_once_and_the_fallback_stands(self) -> None:
        self.publish("slots", "home.hero")  # type: ignore[attr-defined]
        with serving(Server()) as server:
            server.status = 503
            for _ in range(3):
                assert "For everybody" in self.seen(server).content.decode()
            assert len(server.asked) == 1

    def test_a_preview_of_nothing_configured_says_so(self) -> None:
        with self.assertRaisesMessage(Away, "not configured"):  # type: ignore[attr-defined]
            decisions.preview(Connection(), "home.hero", ["vip"], "en")
