"""The JSON Schema of config.yaml, for editors and for other programs."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from monitor.config.document import read_document
from monitor.config.model import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.config.document import Value

SCHEMA_FILE: Final = "config.schema.json"
"""Beside config.yaml, where its first line tells editors to look: nothing is fetched."""

SAMPLE: Final = files("monitor.config").joinpath("sample.yaml")
"""A configuration in which every key stands, but for those of `_INSTEAD`."""

_INSTEAD: Final = {
    ("database_file",): "secrets/database",
    ("network", "proxy_file"): "secrets/proxy",
    ("dashboard", "password_file"): "secrets/dashboard",
    ("heartbeat", "url_file"): "secrets/heartbeat",
}
"""Examples of keys that cannot stand beside another."""

_MOST: Final = 3


def json_schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12), every key with a title, a description and an example."""
    schema = Config.model_json_schema(mode="validation")
    whole = _plain(read_document(SAMPLE.read_text(encoding="utf-8"), SAMPLE.name).root)
    _add_examples(schema, schema, [whole], ())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _add_examples(
    section: dict[str, Any], root: Mapping[str, Any], samples: list[Any], path: tuple[str, ...]
) -> None:
    """Give each key of a section what stands under it in the samples of that section."""
    for key, described in section.get("properties", {}).items():
        inner = (*path, key)
        values = [sample[key] for sample in samples if key in sample]
        if inner in _INSTEAD:
            values = [_INSTEAD[inner]]
        described.setdefault("examples", _distinct([_short(value) for value in values])[:_MOST])
        for below, parts in _sections(described, root, values):
            _add_examples(below, root, parts, inner)


def _sections(
    described: Mapping[str, Any], root: Mapping[str, Any], values: list[Any]
) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """The section that a key holds, by itself, in a list or under names, with its samples."""
    for part, samples in (
        *((part, values) for part in (described, *described.get("anyOf", ()))),
        (described.get("items", {}), [one for value in values if isinstance(value, list) for one in value]),
        (
            described.get("additionalProperties", {}),
            [one for value in values if isinstance(value, dict) for one in value.values()],
        ),
    ):
        reference = part.get("$ref", "") if isinstance(part, dict) else ""
        below = root["$defs"].get(reference.rpartition("/")[2], {})
        if below.get("properties"):
            yield below, samples


def _short(value: Any) -> Any:
    """The first entry alone of what holds sections."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return value[:1]
    if isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
        return dict(list(value.items())[:1])
    return value


def _distinct(values: list[Any]) -> list[Any]:
    return [value for place, value in enumerate(values) if value not in values[:place]]


def _plain(value: Value) -> Any:
    """As JSON has it: tuples are lists."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return {key: _plain(part) for key, part in value.items()} if isinstance(value, dict) else value
