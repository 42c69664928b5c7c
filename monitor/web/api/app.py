"""The API: one application below the dashboard's, with its own errors and its own OpenAPI."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from monitor.web.api import asking, export, lists, problems, writes
from monitor.web.api.problems import Problem
from monitor.web.guard import PROBLEM

if TYPE_CHECKING:
    from monitor.web.desk import Desk

PREFIX: Final = "/api/v1"
SUMMARY: Final = "What is stored and was told, searches over it, and what can be changed from outside."

_REFUSALS: Final = {
    400: "The body is not text.",
    401: "No token, or not one of ours.",
    403: "The token may only read, or the write comes from another site.",
    404: "There is no such thing.",
    413: "The body is longer than a megabyte, or does not say how long it is.",
    422: "The request is not valid.",
    503: "The database cannot be used.",
}


def create_api(desk: Desk) -> FastAPI:
    """The API of a desk, to be mounted at `PREFIX`."""
    api = FastAPI(
        title="korean-news-monitor",
        version=version("korean-news-monitor"),
        summary=SUMMARY,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    api.state.desk = desk
    problems.install(api)
    for part in (lists, asking, writes, export):
        api.include_router(part.router)
    described = _described(api)
    api.openapi = lambda: described  # type: ignore[method-assign] # as FastAPI documents it
    return api


def _described(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI description: what FastAPI knows, and what every answer can be besides."""
    found = get_openapi(
        title=api.title,
        version=api.version,
        summary=api.summary,
        routes=api.routes,
        servers=[{"url": PREFIX}],
    )
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schema.pop("$defs", {}) | {"Problem": schema}
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"] |= {str(status): _refusal(said) for status, said in _REFUSALS.items()}
            if "get" in path and operation is path["get"]:
                operation["responses"]["304"] = {"description": "What If-None-Match names is still the answer."}
    return found


def _refusal(said: str) -> dict[str, Any]:
    return {"description": said, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
