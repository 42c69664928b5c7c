"""Headers and logins of feeds: they reach the feed's specification, and nothing that is shown."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from monitor.config.compile import feed_specs
from monitor.config.load import load_text
from monitor.core.errors import ConfigurationError
from monitor.pipeline.records import FeedSpec, FullText

if TYPE_CHECKING:
    from pathlib import Path


def spec(folder: Path, keys: str, env: dict[str, str] | None = None) -> FeedSpec:
    text = f'feeds:\n  - {{name: 한빛, url: "https://a.example.kr/rss", {keys}}}\n'
    (found,) = feed_specs(load_text(text, "config.yaml", folder, env or {}))
    return found


def test_headers_reach_the_feed_and_no_text(tmp_path: Path) -> None:
    found = spec(tmp_path, 'headers: {Cookie: "id=${KEY}", X-Key: s3cr3t-two}', {"KEY": "s3cr3t-one"})
    assert found.headers == (("Cookie", "id=s3cr3t-one"), ("X-Key", "s3cr3t-two"))
    assert "s3cr3t" not in repr(found)


def test_a_login_is_http_basic_in_utf_8(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("비밀:번호\n", encoding="utf-8")
    login = b64encode("한빛:비밀:번호".encode()).decode()
    assert spec(tmp_path, "username: 한빛, password: '비밀:번호'").headers == (("Authorization", f"Basic {login}"),)
    assert spec(tmp_path, "username: 한빛, password_file: password").headers == (("Authorization", f"Basic {login}"),)


def test_full_text_is_a_choice_that_is_off(tmp_path: Path) -> None:
    assert spec(tmp_path, "tags: []").fulltext is FullText.NEVER
    assert spec(tmp_path, "fulltext: auto").fulltext is FullText.AUTO


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ("headers: {Host: s3cr3t}", "feeds.0.headers.*own to send"),
        ('headers: {"a b": s3cr3t}', "feeds.0.headers.*not a header's name"),
        ('headers: {Cookie: "s3cr3t\\r\\nX: 1"}', "feeds.0.headers.Cookie.*control character"),
        ("headers: {Cookie: ''}", "feeds.0.headers.Cookie.*empty"),
        ("headers: [s3cr3t]", "feeds.0.headers.*mapping"),
        ("username: 한빛", "feeds.0: username and password go together"),
        ("password: s3cr3t", "feeds.0: username and password go together"),
        ("username: 'a:b', password: s3cr3t", "feeds.0: .*colon"),
        ("username: a, password: s3cr3t, password_file: b", "feeds.0: both password and password_file"),
        ("username: a, password: s3cr3t, headers: {authorization: s3cr3t}", "feeds.0: both username and an Auth"),
        ("username: a, password_file: none", "feeds.0.password_file: there is no such file"),
        ("fulltext: often", "feeds.0.fulltext: there is no such choice"),
    ],
)
def test_what_cannot_be_sent_is_refused_without_showing_it(tmp_path: Path, keys: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what) as caught:
        spec(tmp_path, keys)
    assert "s3cr3t" not in str(caught.value)
