"""Reads config.yaml: every fault at once, each with its place, never a secret in any of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from monitor.config.checks import check
from monitor.config.document import MOST_FAULTS, Document, Path, Value, read_document
from monitor.config.faults import validation_problem
from monitor.config.model import Config
from monitor.config.origin import Origin
from monitor.config.plain import texts
from monitor.config.prune import without_faults, without_parts
from monitor.config.secretfiles import read_secret_files
from monitor.config.substitute import Substitution, substitute
from monitor.config.templates import read_templates
from monitor.core.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path as FilePath

    from monitor.core.query.explain import Language

_MAX_SIZE_BYTES: Final = 20_000_000
_SECRETS: Final[tuple[Path, ...]] = (
    ("database",),
    ("network", "proxy"),
    ("dashboard", "password"),
    ("heartbeat", "url"),
    ("dashboard", "tokens", "*", "token"),
    ("channels", "*", "url"),
    ("feeds", "*", "password"),
    ("feeds", "*", "headers", "*"),
)
"""Where secrets stand when they are written out in the file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. With problems, `config` holds what is left without the faulty parts, to be looked at further.

    It is None if nothing can be.
    """

    config: Config | None
    problems: tuple[Problem, ...] = ()


def load(path: FilePath, env: Mapping[str, str]) -> Config:
    """Read, fill in, validate and check a configuration.

    Raises:
        ConfigurationError: it cannot be used; holds every problem that was found.
    """
    return _whole(read(path, env))


def load_text(text: str, file: str, folder: FilePath, env: Mapping[str, str]) -> Config:
    """The same for a text; relative `*_file` paths start from `folder`.

    Raises:
        ConfigurationError: it cannot be used; holds every problem that was found.
    """
    return _whole(read_text(text, file, folder, env))


def read(path: FilePath, env: Mapping[str, str]) -> Reading:
    """Read, fill in, validate and check a configuration as far as that goes."""
    try:
        text = _read(path)
    except ConfigurationError as error:
        return Reading(None, error.problems)
    return read_text(text, str(path), path.parent, env)


def read_text(text: str, file: str, folder: FilePath, env: Mapping[str, str]) -> Reading:
    """The same for a text; relative `*_file` paths start from `folder`."""
    try:
        document = read_document(text, file)
    except ConfigurationError as error:
        return Reading(None, error.problems)
    if document.root is None:
        empty = Problem("", "the file is empty", "write feeds and watchlists into it", file, 1, 1)
        return Reading(None, tuple(document.problems) or (empty,))
    root, origin = _fill(document, env, folder)
    problems: list[Problem] = []
    config: Config | None = None
    try:
        config = Config.model_validate(root)
    except ValidationError as error:
        refusals = error.errors(include_url=False, include_input=False)
        problems += [validation_problem(refused, origin) for refused in refusals[:MOST_FAULTS]]
    problems += check(root, origin)
    # What follows from a fault that is reported already would only hide it.
    first = {problem.path for problem in document.problems}
    problems = document.problems + [problem for problem in problems if problem.path not in first]
    if config is not None:
        config, unread = read_templates(config.with_origin(origin), folder)
        problems += unread
        if not problems:
            return Reading(config)
    ordered = sorted(dict.fromkeys(map(origin.hide, problems)), key=lambda one: (one.line, one.column))
    if len(ordered) >= MOST_FAULTS:
        return Reading(None, tuple(ordered[:MOST_FAULTS]))
    return Reading(_rest(root, origin, ordered), tuple(ordered))


def _rest(root: Value, origin: Origin, problems: Sequence[Problem]) -> Config | None:
    """What is left without the parts that have problems."""
    try:
        config = Config.model_validate(without_faults(root, problems))
    except ValidationError:
        return None
    return without_parts(config.with_origin(origin), problems)


def _whole(reading: Reading) -> Config:
    if reading.config is None or reading.problems:
        raise ConfigurationError(reading.problems)
    return reading.config


def _fill(document: Document, env: Mapping[str, str], folder: FilePath) -> tuple[Value, Origin]:
    """Put in the environment and the secret files; what they brought, and every written secret, is hidden later."""
    origin = Origin(document.file, document.places, language=_language(document.root))

    def report(path: Path, what: str, todo: str) -> None:
        document.problems.append(origin.problem(path, what, todo))

    to = Substitution(env, report)
    root = substitute(document.root, to)
    written = {text for pattern in _SECRETS for _, text in texts(root, pattern)}
    contents = read_secret_files(root, folder, report)
    places = dict(document.places)
    for path in contents:
        places[path] = places[(*path[:-1], f"{path[-1]}_file")]
    hidden = frozenset(to.values | written | set(contents.values()))
    return root, replace(origin, places=places, secrets=hidden, filled=frozenset(to.paths | contents.keys()))


def _language(root: Value) -> Language:
    """The language that a configuration asks for; the default if what it says is no language."""
    return "en" if isinstance(root, dict) and root.get("language") == "en" else "ko"


def _read(path: FilePath) -> str:
    file = str(path)
    try:
        with path.open("rb") as opened:
            content = opened.read(_MAX_SIZE_BYTES + 1)
    except FileNotFoundError as error:
        todo = "give its path with --config, or write one with `monitor init`"
        raise _unreadable(file, "there is no such file", todo) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not usable"
        raise _unreadable(
            file, f"the file cannot be read ({reason})", "make it a file that this user may read"
        ) from error
    if len(content) > _MAX_SIZE_BYTES:
        raise _unreadable(
            file, f"the file is larger than {_MAX_SIZE_BYTES // 1_000_000} MB", "check that this is the right file"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")) + 1
        problem = Problem("", "the file is not UTF-8", "save it as UTF-8 (not CP949/ANSI)", file, line, column)
        raise ConfigurationError((problem,)) from error


def _unreadable(file: str, what: str, todo: str) -> ConfigurationError:
    return ConfigurationError((Problem("", what, todo, file),))
