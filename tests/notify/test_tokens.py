"""KakaoTalk gives a new token for the one in the address, which then stops working: it must outlive the program."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from monitor.bootstrap import open_notifier
from monitor.config.load import load_text
from monitor.core.errors import DeliveryError
from monitor.notify.library import services
from monitor.notify.sender import AppriseNotifier, NotifierSettings
from monitor.pipeline.records import Lane
from tests.fakes.webhook import Answer, WebhookServer
from tests.notify.samples import report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST, RENEWED = "AbCdEfGh-refresh-token-0123456789", "renewed-refresh-token-9876543210"
URL = f"kakaotalk://abcdef0123456789abcdef0123456789/{FIRST}"


def tokens(refresh: str = "") -> Answer:
    given = {"access_token": "an-access-token", "expires_in": 21599}
    if refresh:
        given |= {"refresh_token": refresh, "refresh_token_expires_in": 5184000}
    return Answer(body=json.dumps(given).encode())


@pytest.fixture
def kakao(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookServer]:
    with WebhookServer(Answer(body=b"{}")) as server:
        monkeypatch.setattr(services()["kakaotalk"], "token_url", f"{server.base}/token")
        monkeypatch.setattr(services()["kakaotalk"], "notify_me_url", f"{server.base}/me")
        monkeypatch.setattr(services()["kakaotalk"], "request_rate_per_sec", 0)
        yield server


async def send(folder: str) -> None:
    """By a program that has just been started."""
    await AppriseNotifier({"c": URL}, NotifierSettings(tokens=folder)).send(Lane("c", ""), report())


def written(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def asked_with(kakao: WebhookServer) -> list[str]:
    """The refresh token of each request for an access token."""
    return [parse_qs(one.body.decode())["refresh_token"][0] for one in kakao.requests if one.path == "/token"]


async def test_a_renewed_token_is_used_after_a_restart(
    kakao: WebhookServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    logging.getLogger("apprise").setLevel(1)
    folder = tmp_path / "data" / "tokens"
    kakao.script(tokens(RENEWED), Answer(body=b"{}"))
    await send(str(folder))
    await send(str(folder))
    assert asked_with(kakao) == [FIRST]  # the access token is kept too
    kakao.script(Answer(401, body=b"{}"))
    with pytest.raises(DeliveryError):
        await send(str(folder))
    kakao.script(tokens())
    await send(str(folder))
    assert asked_with(kakao) == [FIRST, RENEWED]
    assert RENEWED not in caplog.text
    assert "an-access-token" not in caplog.text


async def test_the_folder_is_nobody_elses(kakao: WebhookServer, tmp_path: Path) -> None:
    folder = tmp_path / "tokens"
    folder.mkdir(mode=0o755)
    kakao.script(tokens())
    await send(str(folder))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert written(folder)


async def test_without_a_folder_nothing_is_written_and_the_address_is_used(
    kakao: WebhookServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kakao.script(tokens(RENEWED))
    await send("")
    assert asked_with(kakao) == [FIRST]
    assert written(tmp_path) == []


async def test_other_services_write_nothing(kakao: WebhookServer, tmp_path: Path) -> None:
    settings = NotifierSettings(tokens=str(tmp_path / "tokens"))
    await AppriseNotifier({"c": kakao.channel()}, settings).send(Lane("c", ""), report())
    assert written(tmp_path) == []


@pytest.mark.parametrize(
    ("database", "folder"),
    [
        ("sqlite:///state/monitor.db", "state/tokens"),
        ("postgresql+psycopg://user@host/db", "data/tokens"),
        ("no address", "data/tokens"),
    ],
)
def test_tokens_are_kept_beside_the_database(tmp_path: Path, database: str, folder: str) -> None:
    config = load_text(f'database: "{database}"', str(tmp_path / "config.yaml"), tmp_path, {})
    assert open_notifier(config)._settings.tokens == str(tmp_path / folder)
