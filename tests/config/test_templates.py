from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.bootstrap import check_all, template_problems
from monitor.config.load import load_text, read_text
from monitor.config.templates import MAX_SIZE_BYTES
from monitor.core.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.config.model import Config

CONFIG = 'templates: own\nchannels:\n  desk: {url: "log://"}\n'


def write(folder: Path, **texts: str) -> Path:
    """The folder of a configuration, with templates in `own`."""
    (folder / "own").mkdir()
    for name, text in texts.items():
        (folder / "own" / f"{name}.j2").write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path, text: str = CONFIG) -> Config:
    return load_text(text, "config.yaml", folder, {})


def test_templates_are_read_with_the_configuration(tmp_path: Path) -> None:
    (found,) = loaded(write(tmp_path, text="{{ alert.title }}")).template_texts
    assert (found.name, found.path, found.text) == ("text.j2", str(tmp_path / "own" / "text.j2"), "{{ alert.title }}")
    assert load_text("feeds: []", "config.yaml", tmp_path, {}).template_texts == ()


def test_a_folder_that_is_not_there_is_a_fault_with_its_place(tmp_path: Path) -> None:
    (problem,) = read_text(CONFIG, "config.yaml", tmp_path, {}).problems
    assert str(problem).startswith("config.yaml:1:12: templates: there is no such folder")


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"x" * (MAX_SIZE_BYTES + 1)])
def test_a_file_that_is_no_text_or_too_large_is_a_fault(tmp_path: Path, content: bytes) -> None:
    (write(tmp_path) / "own" / "text.j2").write_bytes(content)
    (problem,) = read_text(CONFIG, "config.yaml", tmp_path, {}).problems
    assert problem.what == "text.j2 cannot be read"


def test_a_fault_in_a_template_is_one_of_the_configuration_with_file_and_line(tmp_path: Path) -> None:
    config = loaded(write(tmp_path, text="{{ alert.title }}\n{{ alert.nothing }}"))
    with pytest.raises(ConfigurationError) as caught:
        check_all(config)
    (problem,) = caught.value.problems
    assert str(problem).startswith(
        f"{tmp_path / 'own' / 'text.j2'}:2:1: templates: AlertView has no attribute 'nothing'"
    )


def test_a_channel_whose_templates_are_not_there_is_a_fault(tmp_path: Path) -> None:
    text = CONFIG.replace('"log://"', '"log://", template: short')
    (problem,) = template_problems(loaded(write(tmp_path), text))
    assert str(problem).startswith("config.yaml:3:35: channels.desk.template: there is no template short")
    (tmp_path / "own" / "short.text.j2").write_text("{{ alert.title }}", encoding="utf-8")
    assert template_problems(loaded(tmp_path, text)) == ()
