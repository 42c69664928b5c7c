"""What the pages show works: commands, YAML, links; and they say nothing of the place they were written in."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
import typer

from monitor.bootstrap import channel_problems
from monitor.cli import main
from monitor.config.compile import compile_config
from monitor.config.load import load_text
from monitor.core.errors import ConfigurationError
from tests.docs.commands import children
from tests.docs.markdown import PAGES, ROOT, codes, fences, links, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.markdown import Fence

# --- commands ---

TARGETS: Final = frozenset(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
SHELL: Final = frozenset({"sh", "console"})
CALL: Final = re.compile(
    r"(?:^|[|;&]\s*|\$ |\bexec monitor |\brun --rm )(?:\S*/)?(monitor|make)(?= |$)([^|;&#\n]*)", re.MULTILINE
)


def calls(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every call of monitor and make in shell text, with its arguments."""
    for name, rest in CALL.findall(text):
        yield name, shlex.split(rest)


def fault_of(name: str, words: list[str]) -> str:
    """What a call names that does not exist, or ""."""
    if name == "make":
        return next((word for word in words if "=" not in word and word not in TARGETS), "")
    command: Any = typer.main.get_command(main.app)
    left = list(words)
    while left:
        word = left.pop(0)
        below = children(command)
        if word.startswith("-") and word != "-":
            option = next((one for one in command.params if word in {*one.opts, "--help"}), None)
            if option is None:
                return word
            if not option.is_flag:
                left = left[1:]
        elif word in below:
            command = below[word]
        elif below and not (word.startswith("[") or word.isupper()):
            return word
    return ""


@pytest.mark.parametrize("fence", [one for one in fences(*PAGES) if one.language in SHELL], ids=lambda one: one.name)
def test_shell_blocks_name_only_commands_and_options_that_exist(fence: Fence) -> None:
    assert [fault for call in calls(fence.text) if (fault := fault_of(*call))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_running_text_exist(page: Path) -> None:
    text = "\n".join(code for code in codes(read(page)) if code.startswith(("monitor ", "make ")))
    assert [fault for call in calls(text) if (fault := fault_of(*call))] == []


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert fault_of("monitor", ["pole"]) == "pole"
    assert fault_of("monitor", ["db", "restore"]) == "restore"
    assert fault_of("monitor", ["poll", "--fed", "x"]) == "--fed"
    assert fault_of("make", ["tests"]) == "tests"
    assert fault_of("monitor", ["deliveries", "--state", "dead", "--json"]) == ""
    assert list(calls("echo x | monitor match\n$ .venv/bin/monitor db check # sound?")) == [
        ("monitor", ["match"]),
        ("monitor", ["db", "check"]),
    ]


def test_both_readmes_show_the_ways_to_start() -> None:
    for name in ("README.md", "README.ko.md"):
        shown = [call for fence in fences(ROOT / name) if fence.language == "sh" for call in calls(fence.text)]
        assert all(("make", [target]) in shown for target in ("run", "test", "demo"))


# --- output ---

WHEN: Final = re.compile(r"\d\d-\d\d\(.\) \d\d:\d\d")


@pytest.fixture(scope="module")
def demo() -> set[str]:
    """The lines that `monitor demo` writes, without its times."""
    call = [sys.executable, "-c", "from monitor.cli.main import main; main()", "demo"]
    done = subprocess.run(call, capture_output=True, encoding="utf-8", check=True)  # noqa: S603 - our own program
    return {WHEN.sub("", line) for line in (done.stdout + done.stderr).splitlines()}


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_readmes_show_what_the_demo_writes(name: str, demo: set[str]) -> None:
    shown = next(fence.text for fence in fences(ROOT / name) if fence.language == "")
    assert {WHEN.sub("", line) for line in shown.splitlines()} <= demo


# --- config.yaml ---

VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
SECRET_FILE: Final = re.compile(r"(?:url|password|token)_file: ([\w/]+)")


def load_block(text: str, folder: Path) -> None:
    """Read a block as a whole configuration, with every variable and secret file that it names.

    Raises:
        ConfigurationError: it has faults, or an example of it fails.
    """
    for name in SECRET_FILE.findall(text):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("tgram://123456789:AAabcdefghijklmnopqrstuvwxyz0123456/-1001234567890")
    (folder / "templates").mkdir(exist_ok=True)
    config = load_text(text, "block", folder, dict.fromkeys(VARIABLE.findall(text), "log://long-enough-for-a-token"))
    compile_config(config)
    if problems := channel_problems(config):
        raise ConfigurationError(problems)


@pytest.mark.parametrize("fence", [one for one in fences(*PAGES) if one.language == "yaml"], ids=lambda one: one.name)
def test_yaml_blocks_are_configurations_whose_examples_hold(fence: Fence, tmp_path: Path) -> None:
    load_block(fence.text, tmp_path)


def test_a_block_with_a_fault_is_noticed(tmp_path: Path) -> None:
    for text in (
        'channels:\n  a: {url: "slak://x"}\n',
        "watchlists:\n  - {name: a, any: [인텔], examples: {match: [인텔리전스]}}\n",
        "chanels: {}\n",
    ):
        with pytest.raises(ConfigurationError):
            load_block(text, tmp_path)


# --- links ---


def anchors(page: Path) -> set[str]:
    """The places inside a page that a link can name."""
    headings = re.findall(r"^#{1,6} (.+)$", read(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere inside the project."""
    found = []
    for link in links(page):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](#one) [b](page.md#one) [c](#two) [d](no.md)\n")
    assert broken(page) == ["#two", "no.md"]


def test_every_decision_has_its_parts_and_a_number_of_its_own() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        text = read(page)
        assert text.startswith(f"# {int(page.name[:4])}. ")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Why", "Consequence"))


# --- the place they were written in ---

WORKPLACE: Final = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|work|workspace|workspaces|builds|tmp)/\w|\bpyp[i]\b|pythonhoste[d]|index-url"
)
TEXTS: Final = (
    *PAGES,
    ROOT / "config.yaml",
    ROOT / "pyproject.toml",
    ROOT / "Dockerfile",
    ROOT / "docker-compose.yml",
    ROOT / "deploy" / "monitor.service",
    *sorted((ROOT / "monitor").rglob("*.py")),
)


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_text_names_a_workplace_or_a_package_host(page: Path) -> None:
    assert WORKPLACE.findall(read(page)) == []


def test_a_workplace_is_noticed() -> None:
    # Put together here, so that this file holds no such name itself.
    for pieces in (
        ("see /ho", "me/me/x"),
        ("(/wo", "rk/main)"),
        ("https://files.python", "hosted.org"),
        ("py", "pi.org"),
    ):
        assert WORKPLACE.search("".join(pieces))
    for text in ("/app/data", "/etc/monitor/", "https://a.example/work/x", "tmpfs: [/tmp]"):
        assert not WORKPLACE.search(text)
