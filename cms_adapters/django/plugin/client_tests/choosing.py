"""What both CMSs hold of the server's lists: asked seldom, kept when it is away, never an error."""

from django.test import override_settings
from personalization_client import catalogue, connection

from client_tests import ground
from client_tests.server import Server, serving


class Choosing:
    """To be mixed into a case of a CMS."""

    def test_a_list_is_asked_for_once_a_minute(self) -> None:
        with serving(Server(3)) as server:
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                found = [catalogue.segments(connection.of()) for _ in range(5)]
            assert {listing.state for listing in found} == {"fresh"}
            assert [path for path, _, _ in server.asked] == ["/v1/segments"]
            assert server.asked[0][1]["authorization"] == "Bearer sk_test"

    def test_away_it_is_kept_as_last_heard_and_the_server_is_left_alone(self) -> None:
        with serving(Server(2)) as server:
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                to = connection.of()
                assert catalogue.segments(to).state == "fresh"
                catalogue.forget(to)
                server.status = 500
                found = [catalogue.segments(to) for _ in range(3)]
            assert {(one.state, one.names) for one in found} == {
                ("kept", ("segment-0", "segment-1"))
            }
            assert len(server.asked) == 2
            assert "does not answer" in str(found[0])

    @override_settings(PERSONALIZATION=ground.settings())
    def test_never_heard_it_says_so(self) -> None:
        found = catalogue.slots(connection.of())
        assert (found.state, found.names) == ("away", ())
        assert "type" in str(found)

    @override_settings(PERSONALIZATION={})
    def test_not_configured_it_says_so_and_asks_nobody(self) -> None:
        assert catalogue.slots(connection.of()).state == "unconfigured"

    def test_another_program_s_answer_is_no_list(self) -> None:
        with serving(Server()) as server:
            server.answer = lambda *_: {"slots": [1]}  # type: ignore[method-assign]
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                assert catalogue.slots(connection.of()).state == "away"

    def test_a_redirect_is_not_followed_with_the_secret_key(self) -> None:
        with serving(Server()) as other, serving(Server()) as server:
            server.status = 302
            server.location = f"{other.url}/v1/slots"
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                assert catalogue.slots(connection.of()).state == "away"
            assert other.asked == []
