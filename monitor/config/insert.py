"""Puts new lines into the text of a YAML file, where ruamel's marks say that a list or a mapping ends.

Nothing is dumped anew, so every byte that was there stays. The marks can be wrong about a file written in a rare way:
whoever calls must read the result and compare.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from monitor.core.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ruamel.yaml.nodes import Node

_PLAIN: Final = re.compile(r"[가-힣A-Za-z](?:[가-힣A-Za-z0-9·()./_-]| (?=[가-힣A-Za-z0-9(]))*")
_TODO: Final = "write it into the file by hand"
_PLANE: Final = 0x10000
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def append(text: str, keys: Sequence[str], entries: Sequence[str], file: str, flow: Sequence[str] = ()) -> str:
    """The text with entries at the end of the list at `keys`; one at the top is made if it is missing.

    An entry is YAML in flow style, or several lines of a block; in a list in flow style `flow` stands for it then.

    Raises:
        ConfigurationError: the document is not a block mapping, or no list stands there.
    """
    if _has_dos_lines(text):
        return append(text.replace("\r\n", "\n"), keys, entries, file, flow).replace("\n", "\r\n")
    found = _find(text, keys, file)
    if found is None:
        return _with_section(text, keys, [_block(entry, 2) for entry in entries], file)
    key, node = found
    if isinstance(node, SequenceNode) and node.value and node.flow_style:
        return _after(text, _end(text, node.value[-1]), "".join(f", {entry}" for entry in flow or entries))
    if isinstance(node, SequenceNode) and node.value:
        column = node.start_mark.column
        return _below(text, node.value[-1], [_block(entry, column) for entry in entries])
    if isinstance(node, SequenceNode) or _is_nothing(node):
        return _in_place_of_nothing(text, key, node, [_block(entry, 2) for entry in entries])
    raise refusal(file, f"{'.'.join(keys)} is not a list", node.start_mark.line + 1)


def put(text: str, section: str, line: str, file: str) -> str:
    """The text with `key: value` at the end of the top-level mapping `section`, made if it is missing.

    Raises:
        ConfigurationError: the document is not a block mapping, or no mapping stands there.
    """
    if _has_dos_lines(text):
        return put(text.replace("\r\n", "\n"), section, line, file).replace("\n", "\r\n")
    found = _find(text, (section,), file)
    if found is None:
        return _with_section(text, (section,), [f"  {line}"], file)
    key, node = found
    if isinstance(node, MappingNode) and node.value and node.flow_style:
        return _after(text, _end(text, node.value[-1][1]), f", {line}")
    if isinstance(node, MappingNode) and node.value:
        return _below(text, node.value[-1][1], [f"{' ' * node.start_mark.column}{line}"])
    if isinstance(node, MappingNode) or _is_nothing(node):
        return _in_place_of_nothing(text, key, node, [f"  {line}"])
    raise refusal(file, f"{section} is not a mapping", node.start_mark.line + 1)


def scalar(text: str) -> str:
    """A text as YAML, plain where that is safe, in flow style too."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else quoted(text)


def quoted(text: str) -> str:
    """A text as YAML in double quotes; `${` is no variable in it."""
    letters = json.dumps(escaped(text), ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _code(letter) for letter in letters)


def _code(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < _PLANE else f"\\U{ord(letter):08x}"


def query_text(text: str) -> str:
    """A query as YAML: in single quotes where it can be, so that its own double quotes need no backslash."""
    if "'" in text or not text.isprintable():
        return quoted(text)
    return f"'{escaped(text)}'"


def sequence(texts: Sequence[str]) -> str:
    """A list of texts in flow style."""
    return f"[{', '.join(map(scalar, texts))}]"


def escaped(text: str) -> str:
    """A text as it stands in the file: what looks like a variable is none."""
    return text.replace("${", "$${")


def refusal(file: str, what: str, line: int = 0, todo: str = _TODO) -> ConfigurationError:
    """Why nothing is written."""
    return ConfigurationError((Problem("", what, todo, file, line, 1 if line else 0),))


def _has_dos_lines(text: str) -> bool:
    return "\r\n" in text and text.count("\n") == text.count("\r\n")


def _find(text: str, keys: Sequence[str], file: str) -> tuple[Node, Node] | None:
    """The nodes of the last key and of its value, or None if one of the keys is not there."""
    node = YAML(typ="safe", pure=True).compose(text)
    if not isinstance(node, MappingNode) or node.flow_style:
        raise refusal(file, "the file is not written as `key: value` lines", 1)
    found: tuple[Node, Node] | None = None
    for key in keys:
        pairs = node.value if isinstance(node, MappingNode) else ()
        found = next(((name, value) for name, value in pairs if name.value == key), None)
        if found is None:
            return None
        node = found[1]
    return found


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value in {"", "~", "null"}


def _with_section(text: str, keys: Sequence[str], lines: Sequence[str], file: str) -> str:
    if len(keys) > 1:
        raise refusal(file, f"there is no {'.'.join(keys)}")
    body = "\n".join(lines)
    return f"{text if text.endswith(chr(10)) else text + chr(10)}{keys[0]}:\n{body}\n"


def _in_place_of_nothing(text: str, key: Node, node: Node, lines: Sequence[str]) -> str:
    # A value that is not there has its mark at whatever comes next.
    colon = text.index(":", key.end_mark.index) + 1
    end = colon if isinstance(node, ScalarNode) and not node.value else node.end_mark.index
    return text[:colon] + "".join(f"\n{line}" for line in lines) + text[end:]


def _block(entry: str, column: int) -> str:
    """An entry of a list whose `-` stand in this column."""
    first, *others = entry.split("\n")
    return "\n".join((f"{' ' * column}- {first}", *(f"{' ' * (column + 2)}{line}" for line in others)))


def _after(text: str, end: int, addition: str) -> str:
    return text[:end] + addition + text[end:]


def _below(text: str, last: Node, lines: Sequence[str]) -> str:
    """Behind the comment on the last line of the last entry, if there is one."""
    line_end = text.find("\n", _end(text, last))
    line_end = len(text) if line_end < 0 else line_end
    return _after(text, line_end, "".join(f"\n{line}" for line in lines))


def _end(text: str, node: Node) -> int:
    """Where the letters of a value end; a block's own mark lies behind the comments that follow it."""
    end: int = node.end_mark.index
    if isinstance(node, ScalarNode):
        return len(text[:end].rstrip()) if node.style in {"|", ">"} else end
    if not isinstance(node, SequenceNode | MappingNode) or node.flow_style or not node.value:
        return end
    last = node.value[-1]
    return _end(text, last[1] if isinstance(node, MappingNode) else last)
