"""Reading a configuration and proving it in full: queries, examples, channels, templates, extras."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from monitor.config.compile import Compiled, compile_config
from monitor.config.load import read, read_text
from monitor.config.policy import policy_problems
from monitor.core.errors import ConfigurationError, Problem
from monitor.core.matching.version import definition_of
from monitor.nlp.kiwi import kiwi_verifier
from monitor.pipeline.records import FullText

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from monitor.config.model import Config
    from monitor.core.matching.leaves import Verifier
    from monitor.core.matching.version import Definition
    from monitor.notify.templating import TemplateFile
    from monitor.pipeline.records import Published


def read_config(path: Path) -> tuple[Config, Compiled]:
    """Read a configuration and prove it in full.

    Raises:
        ConfigurationError: all that is wrong with it.
    """
    reading = read(path, os.environ)
    if reading.config is None:
        raise ConfigurationError(reading.problems)
    return reading.config, check_all(reading.config, reading.problems)


def read_published(published: Published, base: Path) -> tuple[Config, Compiled]:
    """Prove the configuration of all workers with the environment and the secret files of this host.

    Raises:
        ConfigurationError: all that is wrong with it here.
    """
    reading = read_text(published.text, "config.yaml (from the database)", base, os.environ)
    if reading.config is None:
        raise ConfigurationError(reading.problems)
    return reading.config, check_all(reading.config, reading.problems)


def check_all(config: Config, known: tuple[Problem, ...] = ()) -> Compiled:
    """Compile a configuration and look at its channels and extras.

    `known` are problems of the file that it is only a part of.

    Raises:
        ConfigurationError: all that is wrong, at once, by its place.
    """
    problems = [*known, *channel_problems(config), *fulltext_problems(config), *template_problems(config)]
    problems += policy_problems(config, whole=not known)
    try:
        compiled = compile_all(config)
    except ConfigurationError as error:
        raise ConfigurationError(in_order((*problems, *error.problems))) from error
    if problems:
        raise ConfigurationError(in_order(problems))
    return compiled


def compile_all(config: Config) -> Compiled:
    """Compile a configuration with the verifier that it asks for.

    Raises:
        ConfigurationError: a query cannot be compiled, or an example proves it wrong.
    """
    return compile_config(config, _verifier() if config.kiwi == "auto" else None)


@cache
def _verifier() -> Verifier | None:
    """The one verifier of this process: its model takes seconds to load."""
    return kiwi_verifier()


def definitions_of(compiled: Compiled) -> dict[str, Definition]:
    """What each watchlist means, by name."""
    return {one.name: definition_of(one, compiled.lexicon.terms) for one in compiled.watchlists}


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by their place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.column)))


def channel_problems(config: Config) -> tuple[Problem, ...]:
    """Channels whose address no service understands; secrets stay out of the text."""
    from monitor.notify.sender import validate

    problems = []
    for name, channel in config.channels.items():
        fault = validate(channel.address.reveal())
        if fault:
            path = ("channels", name, "url" if channel.url_file is None else "url_file")
            problems.append(config.origin.problem(path, fault, "see docs/channels.md for addresses, or use log://"))
    return tuple(problems)


def template_problems(config: Config) -> tuple[Problem, ...]:
    """Templates that cannot be used, by file and line, and channels whose set of templates is not there."""
    if config.templates is None and all(channel.template is None for channel in config.channels.values()):
        return ()
    from monitor.notify.prove import of_set, template_faults

    found = templates_of(config)
    names = {choice for channel in config.channels.values() if (choice := channel.template) is not None}
    problems = [
        Problem("templates", fault.what, "mend the template, or remove the file", fault.path, fault.line, 1)
        for fault in template_faults(found, names)
    ]
    for name, channel in config.channels.items():
        if channel.template is not None and not of_set(channel.template, found):
            todo = f"write {channel.template}.slack.j2 or the like into the folder `templates`"
            path = ("channels", name, "template")
            problems.append(config.origin.problem(path, f"there is no template {channel.template}", todo))
    return tuple(problems)


def templates_of(config: Config) -> tuple[TemplateFile, ...]:
    """The templates that were read with a configuration."""
    from monitor.notify.templating import TemplateFile

    return tuple(TemplateFile(one.name, one.path, one.text) for one in config.template_texts)


def fulltext_problems(config: Config) -> tuple[Problem, ...]:
    """Feeds whose articles' pages are to be read, if the library for it is not installed."""
    from monitor.ingest.fulltext import is_installed

    if is_installed():
        return ()
    todo = "install it: pip install 'korean-news-monitor[fulltext]', or write never"
    return tuple(
        config.origin.problem(("feeds", place, "fulltext"), "the extra [fulltext] is not installed", todo)
        for place, feed in enumerate(config.feeds)
        if feed.fulltext is not FullText.NEVER
    )
