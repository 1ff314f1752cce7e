"""The plugin's PHP parses and is clean; its pure classes pass their tests and the vectors."""

import json
import os
import re
import shutil
import subprocess
import time

import pytest

from cms_adapters import signatures
from personalization.sites import tokens
from tests.wordpress import site
from tests.wordpress.site import FOLDER, PLUGIN, ROOT

HERE = ROOT / "tests" / "wordpress" / "php"
DRUPAL = ROOT / "cms_adapters" / "drupal" / "module"
FILES = [p for folder in (FOLDER, HERE, DRUPAL) for p in sorted(folder.rglob("*.php"))]
VECTORS = json.loads((ROOT / "tests" / "vectors" / "signatures.json").read_text())["cases"]
SECOND = 1_000_000
HOST = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)*)")


def run(*words):
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def needs(command):
    if shutil.which(command) is None:
        pytest.skip(f"needs {command}")


def test_every_file_parses():
    needs("php")
    listed = "\0".join(map(str, FILES))
    command = ["xargs", "-0", "-n", "1", "-P", "2", "php", "-l"]
    done = subprocess.run(command, input=listed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("No syntax errors") == len(FILES)


def test_nothing_is_newer_than_php_7_4():
    site.ready()
    told = site.php(str(HERE / "newer.php"), *map(str, [*PLUGIN.rglob("*.php")]))
    assert told == ""


def test_the_pure_classes_pass_their_tests():
    needs("phpunit")
    done = run(
        "phpunit",
        "--no-configuration",
        "--do-not-cache-result",
        "--fail-on-warning",
        "--bootstrap",
        HERE / "bootstrap.php",
        HERE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No tests executed" not in done.stdout


def test_a_linter_finds_nothing():
    needs("phpcs")
    done = run("phpcs", f"--standard={HERE / 'phpcs.xml'}", PLUGIN)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["description"])
def test_our_own_verifier_says_what_the_vector_says(case):
    told = {f"webhook-{name}": case[name] for name in ("id", "timestamp", "signature")}
    good = signatures.verifies(told, case["body"].encode(), case["secrets"], case["now"])
    assert good is (case["fault"] == "")


def test_a_token_of_the_plugin_opens_on_the_server():
    site.ready()
    now = int(time.time())
    for user in ("12", "wp:1", 'Zoë "x" /'):
        token = site.php(str(HERE / "token.php"), "secret of the site", "lantern", user, str(now))
        told = tokens.verify(token, "secret of the site", "lantern", now * SECOND)
        assert told is not None
        assert (told.user_id, told.may("events")) == (user, True)
        assert tokens.verify(token, "another secret", "lantern", now * SECOND) is None
        assert tokens.verify(token, "secret of the site", "lantern", (now + 901) * SECOND) is None


def test_the_plugin_s_copy_of_the_client_is_the_client():
    for name in ("personalize.js", "live.js", "templates.js"):
        built = (ROOT / "cms_adapters" / "browser" / "dist" / name).read_bytes()
        assert (PLUGIN / "assets" / name).read_bytes() == built


def test_every_file_of_the_plugin_refuses_to_run_by_itself():
    guards = ("defined( 'ABSPATH' ) || exit;", "defined( 'WP_UNINSTALL_PLUGIN' ) || exit;")
    bare = [str(p) for p in PLUGIN.rglob("*.php") if not any(g in p.read_text() for g in guards)]
    assert bare == []


def test_the_plugin_needs_nothing_of_another_host():
    allowed = {"personalization.example.org", "schemas.wp.org", "opensource.org", "server"}
    files = [p for p in PLUGIN.rglob("*") if p.suffix in (".php", ".js", ".css", ".json")]
    hosts = {host for p in files for host in HOST.findall(p.read_text())}
    assert hosts - allowed == set()


def test_the_versions_agree():
    header = (PLUGIN / "personalization-server.php").read_text()
    block = json.loads((PLUGIN / "block" / "block.json").read_text())
    readme = (PLUGIN / "readme.txt").read_text()
    assert f"Version:           {block['version']}" in header
    assert f"'PZSRV_VERSION', '{block['version']}'" in header
    assert f"Stable tag: {block['version']}" in readme
    assert "== External services ==" in readme


def test_a_version_nobody_can_fetch_is_told_apart_from_a_fault(tmp_path):
    needs("php")
    env = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path),
        "DEBIAN_MIRROR": "http://127.0.0.1:9/debian",
    }
    command = [ROOT / "deploy" / "wordpress", "6.8", tmp_path / "site"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, (tmp_path / "site").exists()) == (site.AWAY, False), done.stderr
    assert "cannot be fetched" in done.stderr
    strange = run(ROOT / "deploy" / "wordpress", "1.0", str(tmp_path / "site"))
    assert strange.returncode == 2
