"""Templates: the built-in one of each kind, and those that take their place for a channel.

A template decides the shape alone. What it prints is escaped for its kind whatever it does, its loops end, and it
reaches nothing but the alert; lengths are seen to after it has printed. One that fails costs no alert: the built-in
template takes its place.
"""

from __future__ import annotations

import html
import threading
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.notify.fit import fit
from monitor.notify.views import DIALECTS, AlertView, Dialect, Kind, PartView, Words, view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from jinja2 import Environment, Template

    from monitor.notify.rendering import Rendering

SUFFIX: Final = ".j2"
_UNSAFE: Final = ("safe", "forceescape", "tojson", "urlize", "xmlattr", "pprint")
"""Filters whose output is taken for escaped, or is none of a template's business."""
_NAMES: Final = {
    f"'{one.__module__}.{one.__qualname__} object'": one.__name__ for one in (AlertView, PartView, Words)
}
"""How Jinja calls what a template sees, and how its author knows it."""


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template of the user's: its name in the folder (`short.mail.html.j2`), where it stands, its text."""

    name: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a template, and where. `line` is 0 if it is not known."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


class Scribe:
    """Writes renderings for one channel: by its own templates, else by the built-in ones. Safe between threads.

    `choice` is the name of the channel's set: `short` means `short.KIND.j2`, and `KIND.j2` where there is none.
    """

    def __init__(self, own: tuple[TemplateFile, ...] = (), choice: str = "") -> None:
        self._files = {file.name: file for file in own}
        self._choice = choice
        self._lock = threading.Lock()
        self._told: set[str] = set()
        self._faults: list[str] = []

    def write(self, kind: Kind, rendering: Rendering, fits: Callable[[str], bool], room: int) -> str:
        """The rendering in the shape of the template, as much of it as `fits`; `room` as for `fit`."""
        file = self.file_of(kind)
        if file is not None:
            try:
                return self.try_own(file, kind, rendering, fits, room)
            except Exception as error:  # noqa: BLE001 - whatever a template makes of its sandbox
                self._complain(fault_of(error, file))
        return fit(rendering, lambda one: write_built_in(kind, one), fits, room)

    def file_of(self, kind: Kind) -> TemplateFile | None:
        """The channel's own template of a kind, or None."""
        names = (f"{self._choice}.{kind}{SUFFIX}", f"{kind}{SUFFIX}") if self._choice else (f"{kind}{SUFFIX}",)
        return next((self._files[name] for name in names if name in self._files), None)

    def try_own(
        self, file: TemplateFile, kind: Kind, rendering: Rendering, fits: Callable[[str], bool], room: int
    ) -> str:
        """Write by a template of the user's.

        Raises:
            Exception: whatever is wrong with it.
        """
        template = environment(kind, self._files).get_template(file.name)
        text = fit(rendering, lambda one: printed(template, one, kind), fits, room)
        if not text.strip():
            raise ValueError("it prints nothing")
        if not fits(text):
            raise ValueError("what it prints is too long, even of the shortest alert")
        return text

    def faults(self) -> tuple[str, ...]:
        """What failed since the last call; each fault is given once."""
        with self._lock:
            found, self._faults = tuple(self._faults), []
        return found

    def _complain(self, fault: TemplateFault) -> None:
        said = str(fault)
        with self._lock:
            if said not in self._told:
                self._told.add(said)
                self._faults.append(said)


BUILT_IN: Final = Scribe()
"""Writes by the built-in templates only."""


def printed(template: Template, rendering: Rendering, kind: Kind, dialect: Dialect | None = None) -> str:
    """What a template makes of a rendering, without empty lines around it."""
    text = template.render(alert=view(rendering, dialect or DIALECTS[kind])).strip()
    # Slack knows the entities of three characters only; what a text holds of these two was escaped before.
    return text.replace("&#34;", '"').replace("&#39;", "'") if kind is Kind.SLACK else text


def write_built_in(kind: Kind, rendering: Rendering, dialect: Dialect | None = None) -> str:
    """The rendering by the built-in template."""
    return printed(_built_in(kind), rendering, kind, dialect)


# --- finding faults ---


def fault_of(error: Exception, file: TemplateFile) -> TemplateFault:
    """Where in the user's templates this comes from."""
    if isinstance(error, TemplateSyntaxError):
        return TemplateFault(error.filename or file.path, error.lineno, str(error.message))
    what = f"there is no template {error.name}" if isinstance(error, TemplateNotFound) else str(error)
    for ours, name in _NAMES.items():
        what = what.replace(ours, name)
    return TemplateFault(file.path, _line_in(error.__traceback__, file.path), what or type(error).__name__)


def _line_in(trace: TracebackType | None, path: str) -> int:
    """The line of a template in a traceback; Jinja names the template's own file there."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


# --- Jinja ---


@dataclass(eq=False)  # Jinja puts it into a table by identity
class _Loader(BaseLoader):
    """The user's files first, then the built-in ones."""

    own: Mapping[str, TemplateFile] = field(default_factory=dict)

    def get_source(self, _environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        file = self.own.get(template) or _shipped().get(template)
        if file is None:
            raise TemplateNotFound(template)
        return file.text, file.path, lambda: True


@cache
def _shipped() -> dict[str, TemplateFile]:
    folder = files("monitor.notify") / "templates"
    return {
        one.name: TemplateFile(one.name, f"templates/{one.name}", one.read_text(encoding="utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(SUFFIX)
    }


@cache
def _built_in(kind: Kind) -> Template:
    return environment(kind, {}).get_template(f"{kind}{SUFFIX}")


def environment(kind: Kind, own: Mapping[str, TemplateFile]) -> Environment:
    """The sandbox of a kind's templates."""
    made = ImmutableSandboxedEnvironment(
        loader=_Loader(own),
        autoescape=DIALECTS[kind].rich,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_escaped if DIALECTS[kind].rich else None,
    )
    for name in _UNSAFE:
        made.filters.pop(name)
    return made


def _escaped(printed_value: Any) -> Any:
    """Escape whatever is printed, also where a template switches escaping off."""
    if hasattr(printed_value, "__html__"):
        return _Written(printed_value.__html__())
    return _Written(html.escape(str(printed_value)))


class _Written(str):
    """Text that is escaped already, for Jinja."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)
