"""The JSON Schema of config.yaml, for editors and for other programs."""

from __future__ import annotations

from monitor.config.model import Config


def json_schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12), every key with a title and a description."""
    schema = Config.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
