"""Writes into the user's config.yaml without disturbing it: every byte that was there stays, in its order.

Nothing is dumped anew. ruamel's marks say where a list ends, the new lines are put in there, and the result must read
back as the old values and the new ones, and pass every check, before the file is replaced.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from monitor.config.compile import compile_config
from monitor.config.document import read_document
from monitor.config.load import load, load_text
from monitor.core.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.config.document import Value
    from monitor.config.model import Config

_PLAIN: Final = re.compile(r"[가-힣A-Za-z](?:[가-힣A-Za-z0-9·()./_-]| (?=[가-힣A-Za-z0-9(]))*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_BOM: Final = "\ufeff"
_TODO: Final = "write it into the file by hand"


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be written into the configuration."""

    name: str
    url: str
    tags: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """As one line of YAML."""
        tags = f", tags: [{', '.join(map(_scalar, self.tags))}]" if self.tags else ""
        return f"{{name: {_scalar(self.name)}, url: {_quoted(self.url)}{tags}}}"


def add_feeds(path: Path, feeds: Sequence[NewFeed], env: Mapping[str, str]) -> Config:
    """Write feeds at the end of the configuration's list of feeds; the new configuration comes back.

    Raises:
        ConfigurationError: the configuration has problems, would have some, or cannot be written; it is as before.
    """
    load(path, env)
    raw = _text(path)
    old = raw.removeprefix(_BOM)
    new = append(old, "feeds", [feed.line for feed in feeds], str(path))
    config = load_text(new, str(path), path.parent, env)
    compile_config(config)
    _prove(old, new, feeds, str(path))
    replace_file(path, new if old == raw else _BOM + new)
    return config


def append(text: str, key: str, entries: Sequence[str], file: str) -> str:
    """The text with entries (flow YAML, a line each) at the end of the top-level list `key`, made if it is missing.

    Raises:
        ConfigurationError: the document is not a block mapping, or `key` holds no list.
    """
    if "\r\n" in text and text.count("\n") == text.count("\r\n"):
        return append(text.replace("\r\n", "\n"), key, entries, file).replace("\n", "\r\n")
    root = YAML(typ="safe", pure=True).compose(text)
    if not isinstance(root, MappingNode) or root.flow_style:
        raise _fault(file, 1, "the file is not written as `key: value` lines")
    found = next(((name, value) for name, value in root.value if name.value == key), None)
    if found is None:
        body = "\n".join(f"  - {entry}" for entry in entries)
        return f"{text if text.endswith(chr(10)) else text + chr(10)}{key}:\n{body}\n"
    name, node = found
    if isinstance(node, SequenceNode) and node.value:
        return _after_last(text, node, entries)
    if isinstance(node, SequenceNode) or (isinstance(node, ScalarNode) and node.value in {"", "~", "null"}):
        # A value that is not there has its mark at whatever comes next.
        colon = text.index(":", name.end_mark.index) + 1
        end = node.end_mark.index if isinstance(node, SequenceNode) or node.value else colon
        lines = "".join(f"\n  - {entry}" for entry in entries)
        return f"{text[:colon]}{lines}{text[end:]}"
    raise _fault(file, node.start_mark.line + 1, f"{key} is not a list")


def replace_file(path: Path, text: str) -> None:
    """Replace a file in one step, keeping its mode, its owner where possible, and a link that leads to it.

    Raises:
        ConfigurationError: the file cannot be written; it is as before.
    """
    real = path.resolve()
    try:
        before = real.stat()
        descriptor, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
        try:
            with os.fdopen(descriptor, "wb") as written:
                os.fchmod(written.fileno(), before.st_mode & 0o7777)
                with suppress(OSError):
                    os.fchown(written.fileno(), before.st_uid, before.st_gid)
                written.write(text.encode("utf-8"))
                written.flush()
                os.fsync(written.fileno())
            Path(name).replace(real)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        what = f"the file cannot be written ({error.strerror})"
        raise ConfigurationError((Problem("", what, "let this user write it and its folder", str(path)),)) from error


def _after_last(text: str, node: SequenceNode, entries: Sequence[str]) -> str:
    end = _end(text, node.value[-1])
    if node.flow_style:
        return f"{text[:end]}{''.join(f', {entry}' for entry in entries)}{text[end:]}"
    # Behind the comment on the entry's last line, if there is one.
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    lines = "".join(f"\n{' ' * node.start_mark.column}- {entry}" for entry in entries)
    return f"{text[:line_end]}{lines}{text[line_end:]}"


def _end(text: str, node: ScalarNode | SequenceNode | MappingNode) -> int:
    """Where the letters of a value end; a block's own mark lies behind the comments that follow it."""
    end: int = node.end_mark.index
    if isinstance(node, ScalarNode):
        return len(text[:end].rstrip()) if node.style in {"|", ">"} else end
    if node.flow_style or not node.value:
        return end
    last = node.value[-1]
    return _end(text, last[1] if isinstance(node, MappingNode) else last)


def _prove(old: str, new: str, feeds: Sequence[NewFeed], file: str) -> None:
    """Whatever the marks said: the file must hold what it held, and the new feeds behind it."""
    before, after = _values(old, file), _values(new, file)
    expected = tuple(
        {"name": feed.name, "url": feed.url} | ({"tags": feed.tags} if feed.tags else {}) for feed in feeds
    )
    held = before.pop("feeds", None) or ()
    kept = cast("tuple[Value, ...]", after.pop("feeds", None))
    plain = tuple(_unescaped(one) for one in kept[len(cast("tuple[Value, ...]", held)) :])
    if before != after or kept[: -len(feeds)] != held or plain != expected:
        raise _fault(file, 0, "the list of feeds is written in a way that cannot be added to")


def _values(text: str, file: str) -> dict[str, Value]:
    return dict(cast("dict[str, Value]", read_document(text, file).root))


def _unescaped(value: Value) -> Value:
    if isinstance(value, str):
        return value.replace("$${", "${")
    if isinstance(value, tuple):
        return tuple(map(_unescaped, value))
    if isinstance(value, dict):
        return {key: _unescaped(part) for key, part in value.items()}
    return value


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text.replace("${", "$${"), ensure_ascii=False)


def _text(path: Path) -> str:
    # Bytes, so that line ends stay as they are; `load` has read the file already.
    return path.read_bytes().decode("utf-8")


def _fault(file: str, line: int, what: str) -> ConfigurationError:
    return ConfigurationError((Problem("", what, _TODO, file, line, 1 if line else 0),))
