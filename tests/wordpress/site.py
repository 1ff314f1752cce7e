"""A real WordPress on SQLite with our plugin, served by PHP on a free port of the loopback."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
from http.client import HTTPMessage
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.children import child
from tests.installation import ROOT, free_port
from tests.waiting import until

FOLDER = ROOT / "cms_adapters" / "wordpress"
PLUGIN = FOLDER / "plugin" / "personalization-server"
SITE = FOLDER / "site"
AWAY = 75
"""What deploy/wordpress ends with where the mirror is away: nothing of ours is wrong."""
NEEDS = ("curl", "dom", "mbstring", "pdo_sqlite")
WORKERS = "4"


class Answer:
    """What WordPress answered: status, headers, text."""

    def __init__(self, status: int, headers: HTTPMessage, body: bytes) -> None:
        self.status, self.headers, self.text = status, headers, body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.text)


def php(*words: str, given: str = "") -> str:
    """Run PHP and return what it printed."""
    done = subprocess.run(
        ["php", *words], input=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def ready() -> None:
    """Skip, with the reason, where this machine cannot run WordPress."""
    if shutil.which("php") is None:
        pytest.skip("needs php")
    had = php("-m").lower().split()
    if missing := [name for name in NEEDS if name not in had]:
        pytest.skip(f"needs php's extensions {', '.join(missing)}")


def fetch(version: str, folder: Path) -> None:
    """Lay a WordPress out, or skip and say so where it cannot be fetched."""
    done = subprocess.run(
        [ROOT / "deploy" / "wordpress", version, folder],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode == AWAY:
        pytest.skip(f"WordPress {version} is not here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr


class WordPress:
    """One installation; ``manage`` runs PHP inside it."""

    user, password = "admin", "editor of the house"

    def __init__(self, version: str, **settings: Any) -> None:
        ready()
        self.version = version
        self.parent = Path(tempfile.mkdtemp(prefix="pz-wp-"))
        self.folder = self.parent / "site"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.parent / "php.txt"
        self.process: subprocess.Popen[bytes] | None = None
        try:
            fetch(version, self.folder)
            plugins = self.folder / "wp-content" / "plugins"
            shutil.copytree(PLUGIN, plugins / PLUGIN.name)
            self.told = self._install(settings)
        except BaseException:
            self.remove()
            raise

    def _install(self, settings: dict[str, Any]) -> dict[str, Any]:
        wanted = {
            "url": self.url, "title": "Lantern", "user": self.user, "password": self.password,
            "settings": {}, "secrets": {}, "constants": {}, **settings,
        }  # fmt: skip
        words = (str(SITE / "install.php"), str(self.folder))
        told: dict[str, Any] = json.loads(php(*words, given=json.dumps(wanted)).splitlines()[-1])
        return told

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def start(self) -> None:
        """Serve it, and wait for its first page."""
        words = ["php", "-S", f"127.0.0.1:{self.port}", "-t", str(self.folder)]
        with self.log.open("wb") as log:
            self.process = child(
                [*words, str(SITE / "router.php")],
                signal.SIGTERM,
                env={**os.environ, "PHP_CLI_SERVER_WORKERS": WORKERS},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, 60)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/").status == 200
        except OSError:
            return False

    def remove(self) -> None:
        """Stop it and remove its folder."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)
        shutil.rmtree(self.parent, ignore_errors=True)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.ask(Request(self.url + path, headers=headers))

    def post(self, path: str, body: bytes, **headers: str) -> Answer:
        """Post bytes."""
        return self.ask(Request(self.url + path, data=body, headers=headers, method="POST"))

    def rest(self, method: str, path: str, **fields: Any) -> Any:
        """Ask WordPress's REST API as the administrator, with the application password."""
        body = json.dumps(fields).encode() if method != "GET" else None
        headers = {"Authorization": f"Basic {self.basic}", "Content-Type": "application/json"}
        url = f"{self.url}/wp-json{path}"
        answer = self.ask(Request(url, data=body, headers=headers, method=method))
        assert answer.status < 300, answer.text
        return answer.json()

    @property
    def basic(self) -> str:
        """What Basic authentication sends."""
        return base64.b64encode(self.token.encode()).decode()

    @property
    def token(self) -> str:
        """The application password, as our adapter takes it."""
        return f"{self.user}:{self.told['application_password']}"

    def ask(self, request: Request) -> Answer:
        """Return the answer, whatever its status."""
        try:
            with urlopen(request, timeout=60) as heard:
                return Answer(heard.status, heard.headers, heard.read())
        except HTTPError as fault:
            return Answer(fault.code, fault.headers, fault.read())

    def manage(self, code: str) -> Any:
        """Run PHP in WordPress; the code returns what is handed back, by way of JSON."""
        words = f"require '{self.folder}/wp-load.php'; echo json_encode((function(){{{code}}})());"
        return json.loads(php("-r", words).splitlines()[-1])

    def set(self, option: str, **parts: str) -> None:
        """Change parts of an option of the plugin's."""
        told = base64.b64encode(json.dumps(parts).encode()).decode()
        self.manage(
            f"$k = (array) get_option('{option}');"
            f"update_option('{option}', json_decode(base64_decode('{told}'), true) + $k); return 1;"
        )

    def cron(self) -> None:
        """Let WP-Cron do what is due, as a visit to the page would."""
        self.get("/wp-cron.php?doing_wp_cron")
