"""Reading the project's Markdown: sections, tables, code fences, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"`([^`]+)`")
_CELL_END: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code: its language ("" if none), its text, and the page it stands in."""

    page: Path
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.text.splitlines()[0] if self.text else ''}"


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, down to the next of its level or above."""
    lines = text.splitlines()
    start = lines.index(heading)
    level = len(heading) - len(heading.lstrip("#"))
    rest = lines[start + 1 :]
    end = next((place for place, line in enumerate(rest) if re.match(rf"#{{1,{level}}} ", line)), len(rest))
    return "\n".join(rest[:end])


def part(text: str, start: str) -> str:
    """What stands between a line that starts so and the next heading or bold line."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(start))
    rest = lines[first + 1 :]
    end = next((place for place, line in enumerate(rest) if line.startswith(("#", "**"))), len(rest))
    return "\n".join(rest[:end])


def rows(text: str) -> list[list[str]]:
    """The rows of every table, without headings and rules."""
    found: list[list[str]] = []
    lines = text.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("|") and before.startswith("|") and not line.startswith("|---"):
            found.append([cell.strip().replace("\\|", "|") for cell in _CELL_END.split(line)[1:-1]])
    return found


def codes(text: str) -> list[str]:
    """Everything between backticks."""
    return _CODE.findall(text)


def first_codes(text: str) -> list[str]:
    """The first cell of each table row, if it is code."""
    return [code for row in rows(text) for code in codes(row[0])]


def fences(*pages: Path) -> Iterator[Fence]:
    for page in pages:
        for language, text in _FENCE.findall(read(page)):
            yield Fence(page, language, text)


def links(page: Path) -> list[str]:
    return _LINK.findall(_FENCE.sub("", read(page)))
