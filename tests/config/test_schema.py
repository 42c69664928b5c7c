"""The published schema describes every key with an example, and accepts what the loader accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from monitor.cli.check import schema_text
from monitor.config.compile import compile_config
from monitor.config.document import read_document
from monitor.config.load import load_text
from monitor.config.schema import SAMPLE, SCHEMA_FILE, json_schema
from tests.docs.markdown import PAGES, fences
from tests.docs.test_pages import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.config.document import Value
    from tests.docs.markdown import Fence

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def plain(value: Value) -> Any:
    """As JSON has it."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return {key: plain(part) for key, part in value.items()} if isinstance(value, dict) else value


def faults(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(read_document(text, "config.yaml").root))]


def keys() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key with its description, by `Section.key`."""
    for section in (SCHEMA, *SCHEMA["$defs"].values()):
        for key, described in section.get("properties", {}).items():
            yield f"{section['title']}.{key}", described


def test_the_schema_is_one() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_the_shipped_configuration_follows_the_schema_that_it_names_and_that_is_shipped_beside_it() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert faults(text) == []
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")
    shipped = (ROOT / SCHEMA_FILE).read_text(encoding="utf-8")
    assert shipped == schema_text(), f"write it anew: .venv/bin/monitor schema > {SCHEMA_FILE}"


@pytest.mark.parametrize("fence", [one for one in fences(*PAGES) if one.language == "yaml"], ids=lambda one: one.name)
def test_the_configurations_on_the_pages_follow_the_schema(fence: Fence) -> None:
    assert faults(fence.text) == []


def test_the_sample_follows_the_schema_and_passes_the_check(tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert faults(text) == []
    (tmp_path / "templates").mkdir()
    (tmp_path / "secrets").mkdir()
    for name in ("telegram", "members"):
        (tmp_path / "secrets" / name).write_text("log://", encoding="utf-8")
    (tmp_path / "secrets" / "token").write_text("x" * 20, encoding="utf-8")
    env = dict.fromkeys(VARIABLE.findall(text), "log://") | {
        "PROXY_URL": "http://127.0.0.1:3128",
        "HEARTBEAT_URL": "https://hc-ping.example/1",
        "API_TOKEN": "x" * 20,
    }
    compile_config(load_text(text, "sample.yaml", tmp_path, env))


@pytest.mark.parametrize(
    "text",
    [
        "colour: red",
        "language: kr",
        "every: 10 minutes",
        "feeds: [{name: a}]",
        "feeds: [{name: a, url: 'ftp://a'}]",
        "terms: {D: {any: []}}",
        "terms: {D: {any: [d], kind: company}}",
        "channels: {c: {url: ''}}",
        "channels: {c: {url: 'log://', digest: '25:00'}}",
        "network: {allow_private: 'yes'}",
        "watchlists: {a: 1}",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize("text", ["every: '${EVERY}'", "feeds: [{name: a, url: '${FEED:-https://a}'}]"])
def test_the_schema_accepts_variables(text: str) -> None:
    assert faults(text) == []


def test_every_section_and_key_has_a_title_and_a_description() -> None:
    for section in (SCHEMA, *SCHEMA["$defs"].values()):
        assert section["title"]
        assert section["description"]
    assert [name for name, described in keys() if not described.get("description")] == []
    assert [name for name, described in keys() if not (described.get("title") or "$ref" in described)] == []


def test_every_key_has_an_example_that_the_schema_accepts() -> None:
    without = [name for name, described in keys() if not described.get("examples")]
    assert without == [], "write these keys into monitor/config/sample.yaml"
    for name, described in keys():
        own = VALIDATOR.evolve(schema={**described, "$defs": SCHEMA["$defs"]})
        assert [example for example in described["examples"] if not own.is_valid(example)] == [], name
