"""The Drupal module parses, passes its tests and the vectors; its messages pass our adapter."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from cms_adapters.messages import Request, Source
from cms_adapters.registry import adapters

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "drupal"
MODULE = ROOT / "cms_adapters" / "drupal" / "module" / "personalization"
SECRET = "whsec_b3V0Z29pbmcgb3V0Z29pbmcgb3V0Z29pbmc="
NOW = 1_795_240_800


def run(*words, given=None):
    if shutil.which(words[0]) is None:
        pytest.skip(f"needs {words[0]}")
    return subprocess.run(words, cwd=ROOT, input=given, capture_output=True, text=True, check=False)


def test_every_file_parses():
    files = [p for p in MODULE.rglob("*") if p.suffix in (".php", ".module", ".install")]
    run("php", "--version")
    done = run("xargs", "-0", "-n", "1", "-P", "2", "php", "-l", given="\0".join(map(str, files)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("No syntax errors") == len(files)


def test_the_pure_classes_pass_their_tests():
    words = ("--no-configuration", "--do-not-cache-result", "--fail-on-warning", "--bootstrap")
    done = run("phpunit", *words, str(HERE / "bootstrap.php"), str(HERE / "ModuleTest.php"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("verb", ["published", "unpublished", "deleted"])
def test_a_message_as_it_leaves_passes_our_adapter(verb):
    words = (SECRET, f"content.{verb}", "12", "article", "de", str(NOW))
    done = run("php", str(HERE / "message.php"), *words)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    request = Request("/hooks/1", told["headers"], told["body"].encode())
    source = Source("https://cms.example", "token", (SECRET,))
    adapter = adapters["drupal"]
    adapter.verify(request, source, NOW * 1_000_000)
    (reference,) = adapter.parse(request, source)
    assert (reference.external_id, reference.kind, reference.locale, reference.gone) == (
        "12", "node.article", "de", verb != "published",
    )  # fmt: skip


def test_what_the_module_names_is_there():
    read = {path.name: yaml.safe_load(path.read_text()) for path in MODULE.glob("*.yml")}
    assert read["personalization.info.yml"]["core_version_requirement"] == "^10.3 || ^11"
    routes = read["personalization.routing.yml"].values()
    named = [route["defaults"].get("_controller") or route["defaults"]["_form"] for route in routes]
    services = read["personalization.services.yml"]["services"].values()
    classes = [name.split("::") for name in [*named, *(one["class"] for one in services)]]
    for name, *method in classes:
        path = (
            MODULE / "src" / (name.removeprefix("\\").split("\\", 2)[2].replace("\\", "/") + ".php")
        )
        assert path.exists(), name
        assert not method or f"public function {method[0]}(" in path.read_text()
    styles = read["personalization.libraries.yml"]["slots"]["css"]["component"]
    assert [name for name in styles if not (MODULE / name).exists()] == []
    schema = yaml.safe_load((MODULE / "config/schema/personalization.schema.yml").read_text())
    installed = yaml.safe_load((MODULE / "config/install/personalization.settings.yml").read_text())
    assert set(installed) == set(schema["personalization.settings"]["mapping"])
    assert set(installed["keys"]) == set(
        schema["personalization.settings"]["mapping"]["keys"]["mapping"]
    )


def test_the_module_s_copy_of_the_client_is_the_client():
    for name in ("personalize.js", "live.js", "templates.js"):
        built = (ROOT / "cms_adapters" / "browser" / "dist" / name).read_bytes()
        assert (MODULE / "js" / name).read_bytes() == built


def test_the_end_of_a_translation_is_told_and_that_of_a_node_is_of_all_of_them():
    done = run("php", str(HERE / "hooks.php"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == [
        ["content.unpublished", "7", "article", "de"],
        ["content.deleted", "7", "article", "de"],
        ["content.deleted", "7", "article", ""],
    ]
