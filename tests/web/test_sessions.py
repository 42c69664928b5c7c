"""Who is logged in stays so: over restarts, on every replica, until time, log-out or another password ends it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from monitor.core.errors import StorageError
from monitor.web import access
from monitor.web.serve import serving

if TYPE_CHECKING:
    from tests.fakes.clock import FakeClock

LISTEN = 'listen: "127.0.0.1:0"'
PASSWORD = "correct horse"
LOCKED = f'dashboard: {{{LISTEN}, password: "{PASSWORD}"}}'
READER = "reader-" + "r" * 20
WRITER = "writer-" + "w" * 20
TOKENS = f"""
dashboard:
  {LISTEN}
  password: "{PASSWORD}"
  tokens:
    - {{name: wall, token: {READER}}}
    - {{name: desk, token: {WRITER}, scopes: [read, write]}}
"""
DAY_S = 86400.0


async def log_in(client: httpx.AsyncClient, password: str = PASSWORD, **headers: str) -> httpx.Response:
    return await client.post("/login", data={"password": password}, headers=headers)


async def test_a_session_outlives_a_restart(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)
        cookie = opened.client.cookies["monitor_session"]
    async with site(dashboard=LOCKED) as opened:
        assert (await opened.get("/", Cookie=f"monitor_session={cookie}")).status_code == 200


async def test_another_password_ends_every_session(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)
        cookie = opened.client.cookies["monitor_session"]
    async with site(dashboard=LOCKED.replace(PASSWORD, "another horse")) as opened:
        assert (await opened.get("/", Cookie=f"monitor_session={cookie}")).status_code == 401


async def test_who_logs_in_at_one_replica_is_in_at_the_others_and_out_too(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened, serving(lambda: opened.app) as other:
        while not other.address:  # noqa: ASYNC110 - the server says so in this way
            await asyncio.sleep(0.01)
        await log_in(opened.client)
        cookie = f"monitor_session={opened.client.cookies['monitor_session']}"
        async with httpx.AsyncClient(base_url=other.address, trust_env=False) as client:
            assert (await client.get("/", headers={"cookie": cookie})).status_code == 200
            assert (await client.post("/logout", headers={"cookie": cookie})).status_code == 303
        assert (await opened.get("/")).status_code == 401


async def test_a_session_lasts_a_month_after_the_last_visit_and_its_cookie_with_it(
    site: Any, clock: FakeClock
) -> None:
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)
        assert "set-cookie" not in (await opened.get("/")).headers
        clock.advance(29 * DAY_S)
        renewed = (await opened.get("/")).headers["set-cookie"]
        assert "Max-Age=2592000" in renewed
        assert "HttpOnly" in renewed
        assert "set-cookie" not in (await opened.get("/")).headers
        clock.advance(29 * DAY_S)
        assert (await opened.get("/")).status_code == 200
        clock.advance(30 * DAY_S + 1)
        assert (await opened.get("/")).status_code == 401


async def test_of_too_many_sessions_the_longest_unseen_ends(
    site: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MOST_SESSIONS", 1)
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)
        first = opened.client.cookies["monitor_session"]
        opened.client.cookies.clear()
        clock.advance(1)
        await log_in(opened.client)
        assert (await opened.get("/")).status_code == 200
        assert (await opened.get("/", Cookie=f"monitor_session={first}")).status_code == 401


async def test_a_cookie_is_changed_at_each_log_in(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)
        first = opened.client.cookies["monitor_session"]
        await log_in(opened.client)
        assert opened.client.cookies["monitor_session"] != first
        assert (await opened.get("/", Cookie=f"monitor_session={first}")).status_code == 401


async def test_people_log_in_with_a_token_and_may_do_what_it_says(site: Any) -> None:
    async with site(dashboard=TOKENS, is_filled=True) as opened:
        assert (await log_in(opened.client, READER)).status_code == 303
        assert 'action="/silences"' not in await opened.text("/stories/1")
        assert '/mark"' not in await opened.text("/stories/1")
        assert (await opened.client.post("/silences", data={"lasting": "2h", "story": "1"})).status_code == 403
        assert (await opened.client.post("/logout")).status_code == 303
        assert (await log_in(opened.client, WRITER)).status_code == 303
        assert 'action="/silences"' in await opened.text("/stories/1")
        assert (await opened.client.post("/silences", data={"lasting": "2h", "story": "1"})).status_code == 303


async def test_a_token_that_is_taken_away_ends_its_sessions(site: Any) -> None:
    async with site(dashboard=TOKENS) as opened:
        await log_in(opened.client, READER)
        cookie = opened.client.cookies["monitor_session"]
    async with site(dashboard=LOCKED) as opened:
        assert (await opened.get("/", Cookie=f"monitor_session={cookie}")).status_code == 401


async def test_a_public_address_may_have_tokens_alone(site: Any) -> None:
    alone = f'dashboard: {{listen: "0.0.0.0:0", hosts: [localhost], tokens: [{{name: desk, token: {WRITER}}}]}}'
    async with site(dashboard=alone) as opened:
        opened.client.base_url = opened.state.address.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - what it listens on
        assert (await opened.get("/")).status_code == 401
        assert (await log_in(opened.client, "")).status_code == 403
        assert (await log_in(opened.client, WRITER)).status_code == 303
        assert (await opened.get("/")).status_code == 200


async def test_guesses_of_others_behind_one_proxy_lock_out_nobody_who_was_in_before(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)
        await opened.client.post("/logout")
        async with httpx.AsyncClient(base_url=opened.state.address, trust_env=False) as stranger:
            for _ in range(access.MOST_FAILURES):
                assert (await log_in(stranger, "wrong")).status_code == 403
            assert (await log_in(stranger)).status_code == 429
        assert (await log_in(opened.client)).status_code == 303


async def test_a_known_browser_that_guesses_waits_too(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)
        await opened.client.post("/logout")
        for _ in range(access.MOST_FAILURES):
            assert (await log_in(opened.client, "wrong")).status_code == 403
        assert (await log_in(opened.client)).status_code == 429


async def test_behind_a_named_proxy_each_visitor_has_tries_of_its_own(site: Any) -> None:
    proxied = LOCKED.replace("}", ', proxies: ["127.0.0.1"]}')
    async with site(dashboard=proxied) as opened:
        for _ in range(access.MOST_FAILURES):
            await log_in(opened.client, "wrong", **{"X-Forwarded-For": "203.0.113.5"})
        refused = await log_in(opened.client, **{"X-Forwarded-For": "198.51.100.1, 203.0.113.5"})
        assert refused.status_code == 429
        assert (await log_in(opened.client, **{"X-Forwarded-For": "198.51.100.1"})).status_code == 303


async def test_without_its_database_nobody_is_let_in_and_styles_still_come(
    site: Any,
) -> None:
    async with site(dashboard=LOCKED) as opened:
        await log_in(opened.client)

        class Broken:
            async def read(self, _: object) -> None:
                raise StorageError("the database is locked", "wait")

        broken = replace(opened.app, storage=Broken())
        async with serving(lambda: broken) as state:
            while not state.address:  # noqa: ASYNC110 - the server says so in this way
                await asyncio.sleep(0.01)
            async with httpx.AsyncClient(base_url=state.address, trust_env=False) as client:
                cookie = {"cookie": f"monitor_session={opened.client.cookies['monitor_session']}"}
                assert (await client.get("/", headers=cookie)).status_code == 503
                assert (await client.get("/static/monitor.css", headers=cookie)).status_code == 200
                assert (await client.get("/healthz", headers=cookie)).status_code == 200


@pytest.mark.parametrize(
    ("host", "is_secure"), [("news.example.kr", True), ("127.0.0.1", False), ("localhost", False)]
)
async def test_behind_tls_a_renewed_cookie_stays_out_of_the_clear(
    site: Any, clock: FakeClock, host: str, *, is_secure: bool
) -> None:
    locked = LOCKED.replace("dashboard: {", "dashboard: {hosts: [news.example.kr], ", 1)
    async with site(dashboard=locked) as opened:
        await log_in(opened.client)
        clock.advance(2 * 3600)
        cookie = f"monitor_session={opened.client.cookies['monitor_session']}"
        headers = {"Host": host, "Sec-Fetch-Site": "none", "Cookie": cookie}
        renewed = (await opened.client.get("/", headers=headers)).headers["set-cookie"]
        assert ("secure" in renewed.lower()) is is_secure
