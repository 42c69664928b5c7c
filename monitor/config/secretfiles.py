"""Reads the files that hold secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from monitor.config.plain import texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path as FilePath

    from monitor.config.document import Path, Value

MAX_SIZE_BYTES: Final = 10_000
SECRET_FILES: Final[tuple[Path, ...]] = (
    ("database_file",),
    ("network", "proxy_file"),
    ("dashboard", "password_file"),
    ("heartbeat", "url_file"),
    ("dashboard", "tokens", "*", "token_file"),
    ("channels", "*", "url_file"),
    ("feeds", "*", "password_file"),
)


def read_secret_files(root: Value, folder: FilePath, report: Callable[[Path, str, str], None]) -> dict[Path, str]:
    """Replace each `x_file` that stands alone by `x` with the file's content, in place.

    Relative paths start from `folder`. The contents come back by the path of their `x`; a file that cannot be
    read is reported and left.
    """
    contents: dict[Path, str] = {}
    for pattern in SECRET_FILES:
        for path, name in list(texts(root, pattern)):
            section = _mapping_at(root, path[:-1])
            file_key = str(path[-1])
            key = file_key.removesuffix("_file")
            if key in section or not name.strip():
                continue
            try:
                content = _content(folder / name)
            except _UnreadableError as error:
                report(path, error.what, error.todo)
                continue
            del section[file_key]
            section[key] = content
            contents[(*path[:-1], key)] = content
    return contents


class _UnreadableError(Exception):
    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo


def _content(path: FilePath) -> str:
    try:
        with path.open("rb") as opened:
            content = opened.read(MAX_SIZE_BYTES + 1).decode("utf-8-sig").strip()
    except FileNotFoundError as error:
        raise _UnreadableError("there is no such file", "create it, or correct the path") from error
    except (OSError, ValueError) as error:
        raise _UnreadableError("the file cannot be read", "make it a UTF-8 file that this user may read") from error
    if not content or len(content) > MAX_SIZE_BYTES // 2:
        raise _UnreadableError("the file is empty or too large", "let it hold the secret alone, on one line")
    return content


def _mapping_at(root: Value, path: Path) -> dict[str, Value]:
    """The mapping at a path that `texts` found."""
    section: Any = root
    for step in path:
        section = section[step]
    found: dict[str, Value] = section
    return found
