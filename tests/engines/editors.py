"""The ways in which editors save a file."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def temp_and_rename(path: Path, text: str) -> None:
    other = path.with_name(f".{path.name}.new")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


def backup_and_write(path: Path, text: str) -> None:
    path.replace(path.with_name(f"{path.name}~"))
    path.write_text(text, encoding="utf-8")


async def in_parts(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(text), 150):
            file.write(text[start : start + 150])
            file.flush()
            await asyncio.sleep(0.02)


def link_swap(path: Path, text: str) -> None:
    """As Kubernetes does: config.yaml -> ..data/config.yaml, and ..data goes from one folder to the next."""
    folder = path.parent
    generation = folder / f"..{time.monotonic_ns()}"
    generation.mkdir()
    (generation / path.name).write_text(text, encoding="utf-8")
    new = folder / "..data_tmp"
    new.symlink_to(generation.name)
    new.replace(folder / "..data")
    if not path.is_symlink():
        path.unlink()
        path.symlink_to(f"..data/{path.name}")
