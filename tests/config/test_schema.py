"""The published schema describes every key and accepts the configuration that comes with the product."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from monitor.config.document import read_document
from monitor.config.schema import json_schema

SHIPPED = Path(__file__).parents[2] / "config.yaml"
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "array": (tuple, list),
    "object": (dict,),
    "null": (type(None),),
}
KNOWN = {
    *(
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "$ref",
        "anyOf",
        "enum",
        "pattern",
        "minLength",
    ),
    *("minItems", "title", "description", "default", "examples", "writeOnly", "$defs", "$schema"),
}


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "") -> list[str]:
    """What a value breaks of the few words of JSON Schema that ours uses."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        return faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    if "anyOf" in schema:
        tries = [faults(value, choice, root, path) for choice in schema["anyOf"]]
        return [] if [] in tries else tries[0]
    found = []
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return [f"{path}: not {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: not of {schema['enum']}")
    return found + _faults_inside(value, schema, root, path)


def _faults_inside(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    found: list[str] = []
    if isinstance(value, str):
        if not re.search(schema.get("pattern", ""), value) or len(value) < schema.get("minLength", 0):
            found.append(f"{path}: not {schema.get('pattern')}")
    elif isinstance(value, dict):
        found += _faults_of_object(value, schema, root, path)
    elif isinstance(value, tuple):
        if len(value) < schema.get("minItems", 0):
            found.append(f"{path}: too few")
        for index, part in enumerate(value):
            found += faults(part, schema["items"], root, f"{path}/{index}")
    return found


def _faults_of_object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    found = [f"{path}: {key} is missing" for key in schema.get("required", ()) if key not in value]
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    for key, part in value.items():
        inner = properties.get(key, others)
        found += [f"{path}: {key} unknown"] if inner is False else faults(part, inner, root, f"{path}/{key}")
    return found


def validate(text: str) -> list[str]:
    schema = json_schema()
    return faults(read_document(text, "config.yaml").root, schema, schema)


def test_the_shipped_configuration_follows_the_schema() -> None:
    assert validate(SHIPPED.read_text(encoding="utf-8")) == []


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
    assert validate(text)


@pytest.mark.parametrize("text", ["every: '${EVERY}'", "feeds: [{name: a, url: '${FEED:-https://a}'}]"])
def test_the_schema_accepts_variables(text: str) -> None:
    assert validate(text) == []


def test_every_key_has_a_title_and_a_description() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    sections: list[Any] = [schema, *schema["$defs"].values()]  # type: ignore[attr-defined]  # a JSON object
    for section in sections:
        assert section["title"]
        assert section["description"]
        for key, described in section.get("properties", {}).items():
            assert described.get("title") or "$ref" in described, key
            assert described["description"], key


def test_the_schema_is_json_without_anything_of_the_machine() -> None:
    assert json.loads(json.dumps(json_schema())) == json_schema()
