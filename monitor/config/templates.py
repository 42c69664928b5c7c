"""Reads the templates that take the place of the built-in ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.config.model import Config
    from monitor.core.errors import Problem

SUFFIX: Final = ".j2"
MAX_SIZE_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True)
class TemplateText:
    """A template: its name in the folder, where it stands, its text."""

    name: str
    path: str
    text: str


def read_templates(config: Config, base: Path) -> tuple[Config, tuple[Problem, ...]]:
    """The configuration with the templates of its folder; a relative one starts from `base`. And what is wrong."""
    if config.templates is None:
        return config, ()
    folder = base / config.templates
    where = ("templates",)
    if not folder.is_dir():
        return config, (config.origin.problem(where, "there is no such folder", "create it, or correct the path"),)
    found: list[TemplateText] = []
    problems: list[Problem] = []
    for file in template_files(folder):
        try:
            found.append(TemplateText(file.name, str(file), _text(file)))
        except (OSError, ValueError):
            todo = f"make it a UTF-8 file of at most {MAX_SIZE_BYTES // 1000} kB that this user may read"
            problems.append(config.origin.problem(where, f"{file.name} cannot be read", todo))
    return config.with_template_texts(tuple(found)), tuple(problems)


def template_files(folder: Path) -> Iterator[Path]:
    """The templates in a folder, by name."""
    yield from sorted(file for file in folder.glob(f"*{SUFFIX}") if file.is_file())


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        content = opened.read(MAX_SIZE_BYTES + 1)
    if len(content) > MAX_SIZE_BYTES:
        raise ValueError("too large")
    return content.decode("utf-8-sig")
