"""Pages from templates, in the language of the configuration."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.web.access import Scope, is_open_to_all
from monitor.web.desk import desk_of
from monitor.web.show import Show
from monitor.web.words import words_of

if TYPE_CHECKING:
    from fastapi import Request

    from monitor.core.query.explain import Language
    from monitor.web.access import Visitor

TEMPLATES: Final = Path(__file__).parent / "templates"
VERSION: Final = version("korean-news-monitor")


@cache
def environment(language: Language) -> Environment:
    """The templates of a language; everything that is put into them is escaped."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = words_of(language)
    found.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    return found


def language_of(request: Request) -> Language:
    """The language of the pages."""
    config = desk_of(request).current().config
    return (config.dashboard.language if config.dashboard else None) or config.language


def page(request: Request, template: str, code: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    """A page from a template."""
    desk = desk_of(request)
    language = language_of(request)
    app = desk.current()
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    common = {
        "show": Show(language, app.zone, app.clock.now()),
        "language": language,
        "path": request.url.path,
        "visitor": visitor,
        "is_locked": not is_open_to_all(desk.dashboard),
        "may_write": visitor is not None and Scope.WRITE in visitor.scopes,
        "version": VERSION,
    }
    return HTMLResponse(environment(language).get_template(template).render(common | values), code)
