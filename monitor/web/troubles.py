"""What a reader sees when a page cannot be shown."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from monitor.core.errors import StorageError
from monitor.web.guard import PROBLEM
from monitor.web.render import page
from monitor.web.words import marked

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import Response

_SAID: Final = {
    HTTPStatus.BAD_REQUEST: marked("This address asks for something that does not exist"),
    HTTPStatus.NOT_FOUND: marked("There is nothing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: marked("That cannot be done here"),
    HTTPStatus.SERVICE_UNAVAILABLE: marked("The database cannot be used just now"),
}
_OTHERWISE: Final = marked("This did not work")


def add_to(app: FastAPI) -> None:
    """Register what is answered instead."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(StorageError, _no_database)


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    detail = error.detail if isinstance(error, HTTPException) else ""
    return _say(request, HTTPStatus(status), "" if detail == HTTPStatus(status).phrase else str(detail))


async def _not_understood(request: Request, error: Exception) -> Response:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in faults)
    return _say(request, HTTPStatus.BAD_REQUEST, detail)


async def _no_database(request: Request, error: Exception) -> Response:
    return _say(request, HTTPStatus.SERVICE_UNAVAILABLE, str(error))


def _say(request: Request, status: HTTPStatus, detail: str) -> Response:
    """A page for people; for programs the same as a problem (RFC 9457)."""
    if "text/html" not in request.headers.get("accept", ""):
        problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
        return JSONResponse(problem, status, media_type=PROBLEM)
    return page(
        request, "trouble.html", status, says=_SAID.get(status, _OTHERWISE), status=status.value, detail=detail
    )
