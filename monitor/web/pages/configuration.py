"""The configuration in force, to read; it is edited in its file."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse  # noqa: TC002 - FastAPI reads it at run time
from ruamel.yaml import YAML

from monitor.bootstrap import read_config
from monitor.core.errors import ConfigurationError
from monitor.storage.listedfeeds import without_secrets
from monitor.web.desk import desk_of
from monitor.web.render import page

if TYPE_CHECKING:
    from monitor.config.model import Config
    from monitor.core.errors import Problem

router: Final = APIRouter()

_CHECKING: Final = asyncio.Semaphore(1)
"""Proving a file takes a core for a while; one at a time."""
_NEVER_WRAPPED: Final = 1_000_000


@router.get("/config")
async def configuration(request: Request) -> HTMLResponse:
    """What is in force, and what is wrong with the file now."""
    app = desk_of(request).current()
    state = await app.storage.read(lambda work: work.reloads.state())
    file = app.config.origin.file
    async with _CHECKING:
        problems = await asyncio.to_thread(_problems, file)
    return page(request, "config.html", file=file, text=text_of(app.config), problems=problems, state=state)


def _problems(file: str) -> tuple[Problem, ...]:
    """What is wrong with the file as it stands now; nothing if it is not there to be read."""
    if not file or not Path(file).exists():
        return ()
    try:
        read_config(Path(file))
    except ConfigurationError as error:
        return error.problems
    return ()


def text_of(config: Config) -> str:
    """What a configuration states beside the defaults, as YAML without any secret."""
    stated: dict[str, Any] = config.model_dump(mode="json", exclude_defaults=True)
    for feed in stated.get("feeds", ()):
        feed["url"] = without_secrets(feed["url"])
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = _NEVER_WRAPPED
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # the library types it as None
    written = io.StringIO()
    yaml.dump(stated, written)
    return config.origin.blot(written.getvalue())
