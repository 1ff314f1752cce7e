"""The multiplexed connection and the subscription, against a Valkey that is killed and stopped."""

import asyncio
import os
import signal
import socket
import subprocess
import tempfile

import hiredis
import pytest

from personalization.plant import valkey
from personalization.plant.redis import Connection, LateError, UnavailableError
from personalization.plant.subscription import Subscription
from tests.children import child
from tests.waiting import until, until_async


class Server:
    """A Valkey of the test's own, to be killed."""

    def __init__(self, folder: str) -> None:
        self.path = f"{folder}/v.sock"
        self.url = f"unix://{self.path}"
        self.start()

    def start(self) -> None:
        self.process = child(
            [
                str(valkey.installed_server()),
                "--port",
                "0",
                "--unixsocket",
                self.path,
                "--save",
                "",
            ],
            stdout=subprocess.DEVNULL,
        )
        until(lambda: valkey.answers(self.url))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server():
    with tempfile.TemporaryDirectory(prefix="pz-v-") as folder:
        made = Server(folder)
        yield made
        os.kill(made.process.pid, signal.SIGCONT)
        made.kill()


@pytest.fixture
async def connection(server):
    made = Connection(server.url)
    assert await made.start()
    yield made
    await made.close()


async def test_commands_of_one_turn_leave_in_one_write_and_replies_keep_their_order(connection):
    writes = []
    transport = connection._wire.transport

    class Counting:
        def write(self, data):
            writes.append(data)
            transport.write(data)

        def __getattr__(self, name):
            return getattr(transport, name)

    connection._wire.transport = Counting()
    replies = await asyncio.gather(*[connection.call("ECHO", str(n)) for n in range(500)])
    assert replies == [str(n).encode() for n in range(500)]
    assert len(writes) == 1


async def test_the_servers_error_harms_only_its_own_command(connection):
    bad, good = connection.send("NOSUCH"), connection.send("PING")
    with pytest.raises(hiredis.ReplyError):
        await bad
    assert await good == b"PONG"


async def test_a_script_survives_that_the_server_forgot_it(connection):
    script = connection.script("return {KEYS[1], ARGV[1]}")
    assert await script(["a"], ["b"]) == [b"a", b"b"]
    await connection.call("SCRIPT", "FLUSH")
    assert await script(["a"], ["c"]) == [b"a", b"c"]
    assert await connection.call("SCRIPT", "EXISTS", script._digest) == [1]


async def test_a_deadline_ends_the_wait_and_later_replies_still_match(connection):
    slow = connection.send("BLPOP", "nothing", "0.3", deadline=0.01)
    quick = connection.send("ECHO", "x")
    with pytest.raises(LateError):
        await slow
    assert await quick == b"x"


async def test_a_lost_connection_fails_what_waits_and_comes_back_by_itself(server, connection):
    waiting = connection.send("BLPOP", "nothing", "0")
    await asyncio.sleep(0)
    server.kill()
    with pytest.raises(UnavailableError):
        await waiting
    with pytest.raises(UnavailableError):
        await connection.call("PING")
    server.start()
    await until_async(lambda: connection.connected)
    assert await connection.call("PING") == b"PONG"


async def test_a_silent_server_is_hung_up_on(server, connection):
    server.process.send_signal(signal.SIGSTOP)

    async def late():
        with pytest.raises(UnavailableError):
            await connection.call("PING", deadline=0.02)
        return not connection.connected

    async with asyncio.timeout(10):
        while not await late():
            pass
    server.process.send_signal(signal.SIGCONT)
    await until_async(lambda: connection.connected)


async def test_a_process_boots_without_redis_and_finds_it_later(server):
    server.kill()
    connection = Connection(server.url)
    assert not await connection.start()
    server.start()
    await until_async(lambda: connection.connected)
    await connection.close()


async def test_a_subscription_hears_and_tells_of_each_gap(server, connection):
    heard, gaps = [], []
    subscription = Subscription(
        server.url, ["a", "b"], lambda *words: heard.append(words), lambda: gaps.append(1), 0.2
    )
    assert await subscription.start()
    await connection.call("PUBLISH", "b", "one")
    await until_async(lambda: heard == [(b"b", b"one")])
    server.kill()
    server.start()
    await until_async(lambda: len(gaps) == 2 and connection.connected)
    await connection.call("PUBLISH", "a", "two")
    await until_async(lambda: heard[1:] == [(b"a", b"two")])
    server.process.send_signal(signal.SIGSTOP)
    await until_async(lambda: not subscription.connected)
    server.process.send_signal(signal.SIGCONT)
    await until_async(lambda: len(gaps) == 3)
    await subscription.close()


async def test_tcp_with_a_password_and_a_database(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"redis://:s3cret%21@127.0.0.1:{port}/3"
    words = [
        str(valkey.installed_server()),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
    ]
    words += ["--requirepass", "s3cret!"]
    process = child(words, cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        until(lambda: valkey.answers(url))
        connection = Connection(url)
        assert await connection.start()
        assert b"db=3" in await connection.call("CLIENT", "INFO")
        await connection.close()
    finally:
        process.kill()
        process.wait()
