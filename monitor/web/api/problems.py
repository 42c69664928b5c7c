"""What went wrong, as RFC 9457 says it: `application/problem+json`."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from monitor.core.errors import StorageError
from monitor.core.query.errors import QueryError
from monitor.web.guard import PROBLEM

if TYPE_CHECKING:
    from fastapi import FastAPI, Request


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="The parameter or key, such as query.limit or body.ids.0.")
    what: str


class Problem(BaseModel):
    """Why a request was not answered."""

    type: str = "about:blank"
    title: str = Field(description="What is wrong.")
    status: int
    detail: str = Field(default="", description="What to do.")
    faults: list[Fault] = Field(default=[], description="Every fault of the request, at once.")
    excerpt: str = Field(default="", description="The fault's place in a query, with a line of carets under it.")


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, status: int, title: str, detail: str = "", excerpt: str = "") -> None:
        super().__init__(title)
        self.problem = Problem(title=title, status=status, detail=detail, excerpt=excerpt)


def install(api: FastAPI) -> None:
    """Answer every failure with a problem."""
    api.add_exception_handler(ProblemError, _problem)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(QueryError, _query)
    api.add_exception_handler(StorageError, _storage)


def _answer(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(exclude_defaults=False), problem.status, headers, PROBLEM)


async def _problem(_request: Request, error: Any) -> JSONResponse:
    return _answer(error.problem)


async def _http(request: Request, error: Any) -> JSONResponse:
    problem = Problem(title=HTTPStatus(error.status_code).phrase, status=error.status_code)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = ", ".join(_allowed(request))
    return _answer(problem, headers)


def _allowed(request: Request) -> list[str]:
    """The methods of a path: each has a route of its own, and Starlette names those of the first."""
    asked = request.scope["path"].removeprefix(request.scope["root_path"])
    return sorted(
        method.upper()
        for path, methods in request.app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), asked)
        for method in methods
    )


async def _invalid(_request: Request, error: Any) -> JSONResponse:
    # What was sent is not repeated: it may hold anything.
    faults = [Fault(where=".".join(map(str, one["loc"])), what=str(one["msg"])) for one in error.errors()]
    return _answer(Problem(title="the request is not valid", status=HTTPStatus.UNPROCESSABLE_ENTITY, faults=faults))


async def _query(_request: Request, error: Any) -> JSONResponse:
    what, todo = error.said("en")
    return _answer(Problem(title=what, status=HTTPStatus.UNPROCESSABLE_ENTITY, detail=todo, excerpt=error.excerpt()))


async def _storage(_request: Request, error: Any) -> JSONResponse:
    return _answer(Problem(title=error.what, status=HTTPStatus.SERVICE_UNAVAILABLE, detail=error.todo))
