"""The client's build: small enough, the one of its source, and the placeholders of the vectors."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "cms_adapters" / "browser"
DIST = FOLDER / "dist"
VECTORS = json.loads((ROOT / "tests" / "vectors" / "placeholders.json").read_text())["cases"]
READER = """
import { parse, placers, render } from "./dist/index.js";
import { readFileSync } from "node:fs";
const answers = JSON.parse(readFileSync(0)).map(({ kind, source, values }) => {
  try {
    const template = parse(source, placers[kind], "traits.", "context.");
    return { result: render(template, (path) => values?.[path]) };
  } catch ({ code }) { return { refused: { code } }; }
});
console.log(JSON.stringify(answers));
"""


def node(*words, **more):
    if shutil.which("node") is None:
        pytest.skip("needs node and npm")
    return subprocess.run(
        ["node", *words],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        **more,
    ).stdout


def zipped(name):
    return len(gzip.compress((DIST / f"{name}.js").read_bytes(), 9))


@pytest.mark.parametrize(
    ("name", "most"),
    [("personalize", 5 * 1024), ("live", 2048), ("templates", 1536), ("capture", 2048)],
)
def test_a_script_stays_small(name, most):
    assert zipped(name) < most


def test_nothing_in_it_turns_text_into_code():
    for file in DIST.glob("*.js"):
        text = file.read_text()
        assert "eval(" not in text
        assert "Function(" not in text


@pytest.mark.node
def test_the_committed_build_is_the_one_of_its_source(tmp_path):
    if not (FOLDER / "node_modules" / "esbuild").is_dir():
        pytest.skip("needs esbuild and typescript (npm ci in cms_adapters/browser)")
    node("build.mjs", str(tmp_path / "dist"))
    fresh = {
        file.relative_to(tmp_path / "dist"): file.read_text()
        for file in (tmp_path / "dist").rglob("*")
        if file.is_file()
    }
    committed = {
        file.relative_to(DIST): file.read_text() for file in DIST.rglob("*") if file.is_file()
    }
    assert fresh == committed


@pytest.mark.node
def test_the_placeholders_answer_as_the_vectors_say():
    said = node("--input-type=module", "--eval", READER, input=json.dumps(VECTORS))
    expected = [
        {"refused": case["refused"]} if "refused" in case else {"result": case["result"]}
        for case in VECTORS
    ]
    assert json.loads(said) == expected
