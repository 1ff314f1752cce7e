"""P1 at the edge: whatever was acknowledged is stored, also when the web process is killed."""

import os
import signal
import socket
import subprocess
import sys
import threading
from hashlib import blake2b
from pathlib import Path

import httpx
import orjson
import pytest

from tests.events.ground import Ground, basic, stored
from tests.waiting import until

pytestmark = [stored, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
ROUNDS, CLIENTS, ENOUGH = 5, 4, 40


class Web:
    """A web process on a socket that outlives it, as a supervisor would hold it."""

    def __init__(self, env):
        self.env = env
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.set_inheritable(True)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.process = None

    def start(self):
        number = str(self.socket.fileno())
        command = [sys.executable, "-m", "tests.events.killable", number]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, pass_fds=[int(number)])

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Sender(threading.Thread):
    """A client that sends each batch until it is acknowledged, and keeps a ledger."""

    def __init__(self, url, key, name):
        super().__init__(daemon=True)
        self.url, self.key, self.label = url, key, name
        self.acknowledged, self.over = set(), threading.Event()

    def run(self):
        number = 0
        with httpx.Client(timeout=20, headers={"authorization": basic(self.key)}) as client:
            while not self.over.is_set():
                ids = [f"{self.label}-{number}-{n}" for n in range(20)]
                batch = [{"type": "page", "anonymousId": i, "messageId": i} for i in ids]
                if self._sent(client, orjson.dumps({"batch": batch})):
                    self.acknowledged.update(ids)
                    number += 1

    def _sent(self, client, body):
        try:
            return client.post(self.url + "/v1/batch", content=body).status_code == 200
        except httpx.HTTPError:
            return False


def test_what_was_acknowledged_is_stored_when_the_web_process_is_killed(child_env):
    ground = Ground({"live": 3600.0, "import": 3600.0})
    web = Web(child_env | {"BACKLOG_SECONDS": "3600"})
    web.start()
    senders = [Sender(web.url, ground.public, str(n)) for n in range(CLIENTS)]
    for sender in senders:
        sender.start()
    for _ in range(ROUNDS):
        before = sum(len(sender.acknowledged) for sender in senders)
        until(lambda b=before: sum(len(s.acknowledged) for s in senders) > b + ENOUGH, 60)
        web.kill()
        web.start()
    for sender in senders:
        sender.over.set()
    for sender in senders:
        sender.join(60)
    web.kill()
    web.socket.close()
    acknowledged = set().union(*(sender.acknowledged for sender in senders))
    kept = [head[0] for head, _ in ground.stored()]
    assert {blake2b(i.encode(), digest_size=16).hexdigest() for i in acknowledged} <= set(kept)
    assert ground.counts() == {"accepted": len(kept)}
