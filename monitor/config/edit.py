"""Writes into the user's config.yaml without disturbing it: every byte that was there stays, in its order.

The result must read back as the old values and the new ones, and pass every check, before the file is replaced.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from monitor.config.compile import compile_config
from monitor.config.document import read_document
from monitor.config.insert import append, escaped, put, query_text, quoted, refusal, scalar, sequence
from monitor.config.lexicon import terms_in_force
from monitor.config.load import load, load_text
from monitor.core.errors import ConfigurationError, Problem
from monitor.core.matching.model import Kind, Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.config.document import Value
    from monitor.config.model import Config
    from monitor.config.wanted import TermConfig

_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be written into the configuration."""

    name: str
    url: str
    tags: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """As one line of YAML."""
        tags = f", tags: {sequence(self.tags)}" if self.tags else ""
        return f"{{name: {scalar(self.name)}, url: {quoted(self.url)}{tags}}}"

    @property
    def value(self) -> dict[str, Value]:
        """As it reads back."""
        tags: dict[str, Value] = {"tags": tuple(map(escaped, self.tags))} if self.tags else {}
        return {"name": escaped(self.name), "url": escaped(self.url), **tags}


@dataclass(frozen=True, slots=True)
class NewWatchlist:
    """A watchlist to be written into the configuration. `channels`: None for every channel."""

    name: str
    query: str
    channels: tuple[str, ...] | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """As lines of YAML."""
        channels = () if self.channels is None else (f"channels: {sequence(self.channels)}",)
        return (f"name: {scalar(self.name)}", f"query: {query_text(self.query)}", *channels)

    @property
    def value(self) -> dict[str, Value]:
        """As it reads back."""
        channels: dict[str, Value] = {} if self.channels is None else {"channels": tuple(map(escaped, self.channels))}
        return {"name": escaped(self.name), "query": escaped(self.query), **channels}


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term to be written into the configuration, or spellings for one that is there. `kind`: None if not stated."""

    name: str
    any: tuple[str, ...]
    kind: Kind | None = None


def add_feeds(path: Path, feeds: Sequence[NewFeed], env: Mapping[str, str]) -> Config:
    """Write feeds at the end of the configuration's list of feeds; the new configuration comes back.

    Raises:
        ConfigurationError: the configuration has problems, would have some, or cannot be written; it is as before.
    """
    file = _File.read(path, env)
    new = append(file.text, ("feeds",), [feed.line for feed in feeds], str(path))
    return file.write(new, file.with_more("feeds", [feed.value for feed in feeds]), compile_config)


def add_watchlist(
    path: Path, watchlist: NewWatchlist, env: Mapping[str, str], prove: Callable[[Config], object]
) -> Config:
    """Write a watchlist at the end of the configuration's list; the new configuration comes back.

    `prove` raises what is wrong with a configuration.

    Raises:
        ConfigurationError: the configuration has problems, would have some, or cannot be written; it is as before.
    """
    file = _File.read(path, env)
    lines = watchlist.lines
    flow = f"{{{', '.join(lines)}}}"
    new = append(file.text, ("watchlists",), ["\n".join(lines)], str(path), [flow])
    return file.write(new, file.with_more("watchlists", [watchlist.value]), prove)


def add_term(path: Path, term: NewTerm, env: Mapping[str, str], prove: Callable[[Config], object]) -> Config:
    """Write a term, or new spellings of one that is there, into the configuration; the new one comes back.

    A term of an included set is written out in full, since one of the user's takes its place.

    Raises:
        ConfigurationError: the configuration has problems, would have some, or cannot be written; it is as before.
    """
    file = _File.read(path, env)
    known = terms_in_force(file.config).get(term.name)
    if known is None:
        new, value = _written_out(term.any, TermKeys(term.kind))
    else:
        added = _new_spellings(term, known.config, str(path))
        if not known.included:
            text = append(file.text, ("terms", term.name, "any"), list(map(scalar, added)), str(path))
            return file.write(text, file.with_spellings(term.name, added), prove)
        one = known.config
        keys = TermKeys(one.kind, one.mode, one.exclude, one.require, one.case_sensitive)
        new, value = _written_out((*(one.any or ()), *added), keys)
    text = put(file.text, "terms", f"{scalar(term.name)}: {new}", str(path))
    return file.write(text, file.with_term(term.name, value), prove)


@dataclass(frozen=True, slots=True)
class TermKeys:
    """What a term says beside its spellings; None and empty for what is not written."""

    kind: Kind | None = None
    mode: Mode = Mode.EXACT
    exclude: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    case_sensitive: bool = False


def _written_out(spellings: tuple[str, ...], keys: TermKeys) -> tuple[str, dict[str, Value]]:
    """A term as one line of YAML, and as it reads back."""
    plain = {"kind": keys.kind, "mode": None if keys.mode is Mode.EXACT else keys.mode}
    lists = {"any": spellings, "exclude": keys.exclude, "require": keys.require}
    value: dict[str, Value] = {key: one.value for key, one in plain.items() if one is not None}
    value |= {key: tuple(map(escaped, texts)) for key, texts in lists.items() if texts}
    parts = [f"{key}: {one.value}" for key, one in plain.items() if one is not None]
    parts += [f"{key}: {sequence(texts)}" for key, texts in lists.items() if texts]
    if keys.case_sensitive:
        value["case_sensitive"] = True
        parts.append("case_sensitive: true")
    return f"{{{', '.join(parts)}}}", value


def _new_spellings(term: NewTerm, known: TermConfig, file: str) -> tuple[str, ...]:
    """The spellings that the term does not have.

    Raises:
        ConfigurationError: there are none, or the term is of another kind, or a query.
    """
    if known.query is not None:
        raise refusal(file, f"the term {term.name} is a query and has no spellings", todo="choose another name")
    if term.kind not in {None, known.kind}:
        what = f"the term {term.name} is there, of the kind {known.kind}"
        raise refusal(file, what, todo="leave the kind out, or choose another name")
    added = tuple(dict.fromkeys(one for one in term.any if one not in (known.any or ())))
    if not added:
        raise refusal(file, f"the term {term.name} has these spellings already", todo="add others")
    return added


@dataclass(frozen=True, slots=True)
class _File:
    """A configuration without faults, as it stands on the disk: `raw` with its byte order mark, `text` without."""

    path: Path
    env: Mapping[str, str]
    config: Config
    raw: str
    values: dict[str, Value]

    @property
    def text(self) -> str:
        return self.raw.removeprefix(_BOM)

    @classmethod
    def read(cls, path: Path, env: Mapping[str, str]) -> _File:
        """Read it.

        Raises:
            ConfigurationError: it has problems.
        """
        config = load(path, env)
        # Bytes, so that line ends stay as they are; `load` has read the file already.
        raw = path.read_bytes().decode("utf-8")
        return cls(path, env, config, raw, _values(raw.removeprefix(_BOM), str(path)))

    def with_more(self, section: str, entries: Sequence[dict[str, Value]]) -> dict[str, Value]:
        """The values with more entries in a list."""
        held = cast("tuple[Value, ...]", self.values.get(section) or ())
        return self.values | {section: (*held, *entries)}

    def with_term(self, name: str, value: dict[str, Value]) -> dict[str, Value]:
        """The values with a term, or with another in its place."""
        held = cast("dict[str, Value]", self.values.get("terms") or {})
        return self.values | {"terms": held | {name: value}}

    def with_spellings(self, name: str, spellings: Sequence[str]) -> dict[str, Value]:
        """The values with more spellings of a term."""
        terms = cast("dict[str, dict[str, Value]]", self.values["terms"])
        spelt = cast("tuple[Value, ...]", terms[name]["any"])
        return self.with_term(name, terms[name] | {"any": (*spelt, *map(escaped, spellings))})

    def write(self, new: str, expected: dict[str, Value], prove: Callable[[Config], object]) -> Config:
        """Replace the file by the new text, if it holds what it should, passes the check, and nobody else wrote.

        Raises:
            ConfigurationError: one of these does not hold, or the file cannot be written.
        """
        file = str(self.path)
        config = load_text(new, file, self.path.parent, self.env)
        prove(config)
        # Whatever the marks said: the file must hold what it held, and what is new.
        if _values(new, file) != expected:
            raise refusal(file, "it is written in a way that cannot be added to")
        if self.path.read_bytes().decode("utf-8", "replace") != self.raw:
            raise ConfigurationError((Problem("", "the file was changed meanwhile", "try again", file),))
        replace_file(self.path, new if self.text == self.raw else _BOM + new)
        return config


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
                with suppress(OSError):
                    os.fchown(written.fileno(), before.st_uid, before.st_gid)
                # After the owner: a change of owner takes special bits away.
                os.fchmod(written.fileno(), before.st_mode & 0o7777)
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


def _values(text: str, file: str) -> dict[str, Value]:
    return dict(cast("dict[str, Value]", read_document(text, file).root))
