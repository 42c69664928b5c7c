"""The config.yaml that comes with the product works as it is, with no account and no variable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.cli.demo import default_config
from monitor.config.compile import Compiled, compile_config, feed_specs
from monitor.config.load import load
from monitor.core.article import Article

if TYPE_CHECKING:
    from monitor.config.model import Config

SHIPPED = Path(__file__).parents[2] / "config.yaml"


@pytest.fixture(scope="module")
def config() -> Config:
    return load(SHIPPED, {})


@pytest.fixture(scope="module")
def compiled(config: Config) -> Compiled:
    return compile_config(config)


def test_it_polls_feeds_and_tells_somebody(config: Config, compiled: Compiled) -> None:
    assert len(feed_specs(config)) >= 40
    assert config.channels["console"].address.reveal() == "log://"
    assert config.operator == "console"
    assert all(channels == ("console",) for channels in compiled.routes.values())


def test_every_watchlist_has_examples_of_both_kinds_and_every_term_is_used(config: Config) -> None:
    queries = " ".join(
        [
            *(one.query or "" for one in config.watchlists),
            *(part for one in config.watchlists for part in one.any or ()),
        ]
    )
    for watchlist in config.watchlists:
        assert watchlist.examples.match
        assert watchlist.examples.no_match
    for term in config.terms:
        assert f"@{term}" in queries or f'@"{term}"' in queries


@pytest.mark.parametrize(
    ("title", "watchlists"),
    [
        ("정부, 대중 반도체 제재에 엔비디아와 협의", ["수출통제", "Nvidia"]),
        ("HBM 수출 통제 완화 가능성", ["수출통제", "HBM"]),
        ("딥시크에 쓰인 엔비디아 칩, 수출 금지 품목이었다", ["DeepSeek", "수출통제", "Nvidia"]),
        ("리벨리온 상장 예비심사 청구", ["한국 AI 기업"]),
        ("봄철 산불 예방 캠페인", []),
    ],
)
def test_titles_reach_the_watchlists_they_are_about(title: str, watchlists: list[str], compiled: Compiled) -> None:
    assert [match.watchlist for match in compiled.matcher.match(Article("", "", title))] == watchlists


def test_each_commented_channel_works_once_it_is_uncommented(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    for name in ("desk", "mail", "phone"):
        assert f"  # {name}: " in text
        text = text.replace(f"  # {name}: ", f"  {name}: ")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "telegram").write_text("tgram://bottoken/chat\n")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    env = {"SLACK_URL": "slack://a/b/c", "MAIL_URL": "mailtos://u:p@smtp.example.com"}
    assert set(load(tmp_path / "config.yaml", env).channels) == {"console", "desk", "mail", "phone"}


def test_the_english_one_says_the_same_but_for_its_language(config: Config) -> None:
    english = load(default_config("en"), {})
    assert english.language == "en"
    same = english.model_dump(exclude={"language", "origin"})
    assert same == config.model_dump(exclude={"language", "origin"})


def test_the_english_one_is_explained_in_english() -> None:
    comments = [
        line.partition("#")[2]
        for line in default_config("en").read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith("#")
    ]
    korean = [text for text in comments if re.search(r"[가-힣]+(습니다|세요|니다)", text)]
    assert korean == []
