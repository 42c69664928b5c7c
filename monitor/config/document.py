"""Reads YAML into plain values and remembers where each of them stands.

Built from the parser's events, so that a fault has its place, a duplicate key is seen, and nothing is resolved
that people do not mean: `no`, `12:30` and `2026-11-24` are texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.reader import ReaderError

from monitor.config.secret import HIDDEN
from monitor.core.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Path: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = "str | bool | int | float | tuple[Value, ...] | dict[str, Value] | None"

MOST_FAULTS: Final = 100
"""Of a file with more, so many are told: nobody reads on, and a file that is none of ours must not keep us busy."""

_MAX_DEPTH: Final = 20
_SYNTAX_TODO: Final = "correct the YAML; a text that begins with @ * & ! % or holds `: ` or ` #` goes into quotes"
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS: Final = {"", "~", "null", "Null", "NULL"}
_ESCAPES: Final = {"x": 4, "u": 6, "U": 10}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands (line and column from 1), where its key does, and how a scalar was written.

    `written` holds the letters in the file, quotes included, of a scalar on one line; it is "" for all else.
    """

    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    written: str = field(default="", repr=False)

    def column_of(self, offset: int) -> int:
        """The column of a letter of the value, counted from 0; the value's own column if that cannot be told."""
        if not self.written:
            return self.column
        quote = self.written[0] if self.written[0] in {"'", '"'} else ""
        position = len(quote)
        for _ in range(offset):
            position += _written_length(self.written, position, quote)
        return self.column + position


@dataclass(slots=True)
class Document:
    """The values of a YAML file (sequences as tuples), the place of each, and the faults of its form."""

    file: str
    text: str = field(repr=False)
    root: Value = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_document(text: str, file: str) -> Document:
    """Read one YAML 1.2 document without anchors, aliases, tags and duplicate keys.

    Faults that leave the rest readable are collected in `problems`.

    Raises:
        ConfigurationError: the text is not YAML.
    """
    document = Document(file, text)
    found = _events(text, document)
    try:
        first = next(found, None)
        if first is None:
            return document
        document.root = _value(first, found, document, ())
        extra = next(found, None)
    except YAMLError as error:
        # The cause quotes the line it stands in, and with it perhaps a secret: it must not reach a log.
        raise ConfigurationError((*document.problems, _syntax_problem(text, file, error))) from None
    if extra is not None:
        _report(document, extra, (), "a second document begins here", "keep one document: remove the --- line")
    return document


def path_text(path: Path) -> str:
    """`feeds.0.url`; an address that slipped in as a key may be a secret and is hidden."""
    return ".".join(HIDDEN if "://" in str(step) else str(step) for step in path)


def _written_length(written: str, position: int, quote: str) -> int:
    """How many letters of the file make the one letter of the value that begins here."""
    if quote == "'" and written.startswith("''", position):
        return 2
    if quote == '"' and written.startswith("\\", position):
        return _ESCAPES.get(written[position + 1], 2)
    return 1


def _events(text: str, document: Document) -> Iterator[Event]:
    depth = 0
    for found in YAML(typ="safe", pure=True).parse(text):
        if isinstance(found, (StreamStartEvent, StreamEndEvent, DocumentStartEvent, DocumentEndEvent)):
            continue
        depth += isinstance(found, (MappingStartEvent, SequenceStartEvent))
        depth -= isinstance(found, (MappingEndEvent, SequenceEndEvent))
        if depth > _MAX_DEPTH:
            _report(document, found, (), f"values are nested more than {_MAX_DEPTH} deep", "write it flatter")
            raise ConfigurationError(tuple(document.problems))
        yield found


def _value(found: Event, following: Iterator[Event], document: Document, path: Path) -> Value:
    _note(document, found, path)
    if isinstance(found, AliasEvent):
        _report(
            document,
            found,
            path,
            "YAML aliases (*) are not allowed",
            "write the value out; a text that begins with * goes into quotes",
        )
        return None
    _refuse_decoration(document, found, path)
    if isinstance(found, MappingStartEvent):
        return _mapping(following, document, path)
    if isinstance(found, SequenceStartEvent):
        return _sequence(following, document, path)
    return _scalar(cast("ScalarEvent", found))


def _mapping(following: Iterator[Event], document: Document, path: Path) -> dict[str, Value]:
    values: dict[str, Value] = {}
    while not isinstance(found := next(following), MappingEndEvent):
        key = _key(found, following, document, path)
        value = next(following)
        inner = (*path, key)
        twice = document.places.get(inner) if key in values else None
        if twice:
            _report(
                document,
                found,
                inner,
                f"this key stands here twice, first on line {twice.key_line}",
                "keep one of them",
            )
            _value(value, following, Document(document.file, document.text, problems=document.problems), inner)
            continue
        values[key] = _value(value, following, document, inner)
        place = document.places[inner]
        line, column = _start(found)
        document.places[inner] = replace(place, key_line=line, key_column=column)
    return values


def _key(found: Event, following: Iterator[Event], document: Document, path: Path) -> str:
    if isinstance(found, ScalarEvent):
        _refuse_decoration(document, found, path)
        return str(found.value)
    _report(
        document,
        found,
        path,
        "a key must be a plain text",
        "write `key: value`; a text that begins with { [ or * goes into quotes",
    )
    _value(found, following, Document(document.file, document.text), path)
    return ""


def _sequence(following: Iterator[Event], document: Document, path: Path) -> tuple[Value, ...]:
    values: list[Value] = []
    while not isinstance(found := next(following), SequenceEndEvent):
        values.append(_value(found, following, document, (*path, len(values))))
    return tuple(values)


def _scalar(found: ScalarEvent) -> Value:
    """The YAML 1.2 core types, for scalars without quotes."""
    text = str(found.value)
    if found.style:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _refuse_decoration(document: Document, found: Event, path: Path) -> None:
    if getattr(found, "anchor", None) is not None:
        _report(
            document,
            found,
            path,
            "YAML anchors (&) are not allowed",
            "write the value out; a text that begins with & goes into quotes",
        )
    if getattr(found, "ctag", None) is not None:
        _report(
            document,
            found,
            path,
            "YAML tags (!) are not allowed",
            "remove it; a text that begins with ! goes into quotes",
        )


def _note(document: Document, found: Event, path: Path) -> None:
    line, column = _start(found)
    written = ""
    if isinstance(found, ScalarEvent) and found.start_mark.line == found.end_mark.line:
        written = document.text[found.start_mark.index : found.end_mark.index]
    document.places[path] = Place(line, column, written=written)


def _report(document: Document, found: Event, path: Path, what: str, todo: str) -> None:
    line, column = _start(found)
    document.problems.append(Problem(path_text(path), what, todo, document.file, line, column, steps=path))
    if len(document.problems) >= MOST_FAULTS:
        raise ConfigurationError(tuple(document.problems))


def _start(found: Event) -> tuple[int, int]:
    return found.start_mark.line + 1, found.start_mark.column + 1


def _syntax_problem(text: str, file: str, error: YAMLError) -> Problem:
    """Built from the fault's name and place only: the error's own text quotes the line, secrets included."""
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        parts: Sequence[str] = [part for part in (error.context, error.problem) if part]
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return Problem("", f"this is not YAML ({', '.join(parts)})", _SYNTAX_TODO, file, line, column)
    position = error.position if isinstance(error, ReaderError) else 0
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return Problem("", "a control character stands here", "delete it", file, line, column)
