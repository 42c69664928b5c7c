"""Who gets in, from where, and what every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from monitor.config.load import load_text
from monitor.core.errors import ConfigurationError
from monitor.web.access import hash_password

if TYPE_CHECKING:
    from pathlib import Path

LOCKED = 'dashboard: {listen: "127.0.0.1:0", password: "correct horse", hosts: [news.example.kr]}'


async def test_a_loopback_address_needs_no_password(site: Any) -> None:
    async with site() as opened:
        assert (await opened.get("/")).status_code == 200


@pytest.mark.parametrize("listen", ["0.0.0.0:8484", "192.168.0.5:80", "[::]:8484", "[2001:db8::1]:80"])
def test_any_other_address_without_a_password_is_refused_at_start(listen: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"config.yaml:1:12: dashboard: the dashboard would be open"):
        load_text(f'dashboard: {{listen: "{listen}"}}', "config.yaml", tmp_path, {})


@pytest.mark.parametrize("listen", ["127.0.0.1", "news.example:80", "127.0.0.1:99999", "256.1.1.1:80", "[::1:80", ""])
def test_what_is_no_address_to_listen_on_is_refused(listen: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"dashboard\.listen: this is not an address to listen on"):
        load_text(f'dashboard: {{listen: "{listen}"}}', "config.yaml", tmp_path, {})


@pytest.mark.parametrize("host", ["https://news.example.kr", "news.example.kr:80", "-news", "a b"])
def test_what_is_no_host_name_is_refused(host: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="this is not a host name"):
        load_text(f'dashboard: {{hosts: ["{host}"]}}', "config.yaml", tmp_path, {})


async def test_fault_38_a_wrong_host_is_a_bad_request(site: Any) -> None:
    async with site() as opened:
        for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", "8.8.8.8", "", "[bad", "@"):
            answer = await opened.get("/", Host=host)
            assert answer.status_code == 400, host


async def test_names_of_our_own_are_answered(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        for host in ("localhost", "localhost:8484", "127.0.0.1", "127.8.8.8", "[::1]:80", "NEWS.example.kr"):
            assert (await opened.get("/login", Host=host)).status_code == 200, host


async def test_fault_38_a_write_from_another_site_is_forbidden(site: Any) -> None:
    async with site() as opened:
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": ""},
            {"Origin": "http://127.0.0.1:1"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            for method in ("POST", "PUT", "DELETE", "PATCH"):
                answer = await opened.client.request(method, "/logout", headers=headers)
                assert answer.status_code == 403, (method, headers)


async def test_a_write_from_our_own_pages_and_from_programs_is_taken(site: Any) -> None:
    async with site() as opened:
        own = {"Origin": opened.state.address, "Sec-Fetch-Site": "same-origin"}
        assert (await opened.client.post("/logout", headers=own)).status_code == 303
        assert (await opened.client.post("/logout")).status_code == 303


async def test_a_body_without_end_is_not_read(site: Any) -> None:
    async def endless() -> Any:
        yield b"x" * 1000

    async with site() as opened:
        assert (await opened.client.post("/login", content=b"x" * 1_000_001)).status_code == 413
        assert (await opened.client.post("/login", content=endless())).status_code == 413


async def test_every_answer_forbids_foreign_and_inline_script(site: Any) -> None:
    async with site() as opened:
        for path in ("/", "/login", "/static/monitor.css", "/nothing-here"):
            policy = (await opened.get(path)).headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
        assert (await opened.get("/")).headers["x-frame-options"] == "DENY"


async def test_without_logging_in_people_come_to_the_door_and_programs_get_401(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        people = await opened.get("/?day=2026-01-02&x=//evil", Accept="text/html")
        assert people.status_code == 303
        assert people.headers["location"] == "/login?next=/%3Fday%3D2026-01-02%26x%3D//evil"
        programs = await opened.get("/", Accept="application/json")
        assert programs.status_code == 401
        assert programs.headers["www-authenticate"] == "Bearer"
        assert (await opened.client.post("/logout")).status_code == 401


@pytest.mark.parametrize("is_hashed", [False, True])
async def test_a_password_opens_a_session_whose_cookie_no_script_reads(site: Any, *, is_hashed: bool) -> None:
    kept = hash_password("correct horse") if is_hashed else "correct horse"
    async with site(dashboard=f"dashboard: {{listen: '127.0.0.1:0', password: '{kept}'}}") as opened:
        wrong = await opened.client.post("/login", data={"password": "wrong"})
        assert wrong.status_code == 403
        assert "set-cookie" not in wrong.headers
        right = await opened.client.post("/login", data={"password": "correct horse", "next": "/?day=2026-01-02"})
        assert right.status_code == 303
        assert right.headers["location"] == "/?day=2026-01-02"
        cookie = right.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "secure" not in cookie
        assert (await opened.get("/")).status_code == 200
        assert (await opened.get("/login")).status_code == 303
        await opened.client.post("/logout")
        assert (await opened.get("/")).status_code == 401


async def test_behind_tls_the_cookie_never_goes_in_the_clear(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        headers = {"Origin": "https://news.example.kr", "Host": "news.example.kr"}
        answer = await opened.client.post("/login", data={"password": "correct horse"}, headers=headers)
        assert answer.status_code == 303
        assert "secure" in answer.headers["set-cookie"].lower()


async def test_who_guesses_must_wait(site: Any, clock: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        for _ in range(5):
            assert (await opened.client.post("/login", data={"password": "wrong"})).status_code == 403
        refused = await opened.client.post("/login", data={"password": "correct horse"})
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        clock.advance(360)
        assert (await opened.client.post("/login", data={"password": "correct horse"})).status_code == 303


async def test_logging_in_leads_nowhere_else(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        for elsewhere in (
            "https://evil.example",
            "//evil.example",
            "/\\evil",
            "\\\\evil",
            "javascript:alert(1)",
            "/\n/evil",
        ):
            answer = await opened.client.post("/login", data={"password": "correct horse", "next": elsewhere})
            assert answer.headers["location"] == "/", elsewhere


async def test_a_made_up_cookie_opens_nothing(site: Any) -> None:
    async with site(dashboard=LOCKED) as opened:
        for cookie in ("monitor_session=abc", "monitor_session", "=;;=", "a[b=c"):
            assert (await opened.get("/", Cookie=cookie)).status_code == 401
