"""What the API changes, and who may."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import pytest

from monitor.config.load import load_text
from monitor.core.errors import ConfigurationError
from tests.web.api.conftest import LOCKED, READ, WRITE

if TYPE_CHECKING:
    from pathlib import Path

V1 = "/api/v1"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_deliveries_are_put_back(api: Any) -> None:
    async with api() as opened:
        answer = await opened.client.post(f"{V1}/deliveries/retry", json={"ids": [1, 2, 3, 99]})
        assert answer.json() == {"retried": [1, 2], "refused": [3, 99]}
        states = [one["state"] for one in (await opened.get(f"{V1}/deliveries")).json()["results"]]
        assert states == ["pending"] * 3


async def test_a_silence_is_made_and_ended(api: Any) -> None:
    async with api() as opened:
        wanted = {"matchers": "딥시크 channel:desk", "lasting": "2h", "why": "회의"}
        made = await opened.client.post(f"{V1}/silences", json=wanted)
        assert made.status_code == 201
        number = made.json()["id"]
        assert (made.json()["matchers"], made.json()["live"]) == ("딥시크 channel:desk", True)
        listed = (await opened.get(f"{V1}/silences?live=true")).json()["results"]
        assert listed[0] == made.json()
        assert (await opened.client.post(f"{V1}/silences/{number}/expire")).status_code == 204
        assert (await opened.client.post(f"{V1}/silences/{number}/expire")).status_code == 404
        by_query = await opened.client.post(f"{V1}/silences", json=wanted | {"matchers": "수출 NEAR/2 통제"})
        assert by_query.status_code == 201


UNREADABLE: Final[list[tuple[str, Any]]] = [
    ("/silences", {"matchers": "channel:nobody", "lasting": "2h"}),
    ("/silences", {"matchers": "(수출", "lasting": "2h"}),
    ("/silences", {"matchers": "channel:desk", "lasting": "999999d"}),
    ("/silences", {"matchers": "story:999999999999", "lasting": "2h"}),
    ("/silences", {"matchers": "딥시크", "lasting": "0s"}),
    ("/silences", {"matchers": "딥시크", "lasting": "soon"}),
    ("/silences", {"matchers": "딥시크", "lasting": "2h", "until": "noon"}),
    ("/deliveries/retry", {"ids": []}),
    ("/deliveries/retry", {"ids": [0]}),
    ("/deliveries/retry", {}),
    ("/explain", {"title": "x"}),
]


async def test_what_cannot_be_read_changes_nothing(api: Any) -> None:
    async with api() as opened:
        for path, body in UNREADABLE:
            answer = await opened.client.post(V1 + path, json=body)
            assert answer.status_code == 422, (path, body)
            assert answer.headers["content-type"] == "application/problem+json"
        assert len((await opened.get(f"{V1}/silences")).json()["results"]) == 2


async def test_a_body_that_is_no_json_is_refused(api: Any) -> None:
    async with api() as opened:
        for body in (b"{", b"\xff", b"[]", b""):
            assert (await opened.client.post(f"{V1}/deliveries/retry", content=body)).status_code == 422


async def test_tokens_may_do_what_they_are_for(api: Any) -> None:
    async with api(dashboard=LOCKED) as opened:
        reads = [f"{V1}/articles", f"{V1}/status", f"{V1}/openapi.json"]
        for path in reads:
            assert (await opened.get(path)).status_code == 401
            assert (await opened.get(path, Authorization="Bearer nobody")).status_code == 401
            assert (await opened.get(f"{path}?token={READ}")).status_code == 401
            for token in (READ, WRITE):
                assert (await opened.client.get(path, headers=bearer(token))).status_code == 200
        retry = {"url": f"{V1}/deliveries/retry", "json": {"ids": [1]}}
        refused = await opened.client.post(**retry, headers=bearer(READ))
        assert (refused.status_code, refused.json()["title"]) == (403, "this token may only read")
        assert (await opened.client.post(**retry, headers=bearer(WRITE))).status_code == 200
        tried = await opened.client.post(f"{V1}/try", json={"query": "수출"}, headers=bearer(READ))
        assert tried.status_code == 200


async def test_nobody_is_sent_to_the_door_by_the_api(api: Any) -> None:
    async with api(dashboard=LOCKED) as opened:
        answer = await opened.get(f"{V1}/articles", Accept="text/html")
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_token_is_wrong_even_where_none_is_needed(api: Any) -> None:
    async with api() as opened:
        assert (await opened.get(f"{V1}/articles")).status_code == 200
        assert (await opened.get(f"{V1}/articles", Authorization="Bearer nobody")).status_code == 401


async def test_a_token_can_be_kept_as_its_hash_or_in_a_file(api: Any, database_file: Path) -> None:
    (database_file.parent / "token").write_text(WRITE + "\n")
    digest = hashlib.sha256(READ.encode()).hexdigest()
    tokens = f"[{{name: a, token: 'sha256:{digest}'}}, {{name: b, token_file: token, scopes: [write]}}]"
    dashboard = f"dashboard: {{listen: '127.0.0.1:0', password: 'correct horse', tokens: {tokens}}}"
    async with api(dashboard=dashboard) as opened:
        for token in (READ, WRITE):
            assert (await opened.client.get(f"{V1}/articles", headers=bearer(token))).status_code == 200
        assert (await opened.client.get(f"{V1}/articles", headers=bearer(digest))).status_code == 401


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        ("[{name: a}]", "neither token nor token_file is given"),
        ("[{name: a, token: short}]", "this token can be guessed"),
        ("[{name: a, token: 'sha256:abc'}]", "this is no SHA-256"),
        (f"[{{name: a, token: {READ}, token_file: x}}]", "both token and token_file are given"),
        (f"[{{name: a, token: {READ}}}, {{name: a, token: {WRITE}}}]", "two tokens have one name"),
        (f"[{{name: a, token: {READ}, scopes: [all]}}]", "scopes"),
    ],
)
def test_a_token_that_protects_nothing_is_refused_at_start(tokens: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=says) as refused:
        load_text(f"dashboard: {{tokens: {tokens}}}", "config.yaml", tmp_path, {})
    assert READ not in str(refused.value)
    assert "short" not in str(refused.value)


async def test_no_secret_is_in_any_answer(api: Any) -> None:
    async with api(dashboard=LOCKED) as opened:
        for path in ("/status", "/feeds", "/watchlists", "/deliveries", "/openapi.json"):
            text = (await opened.client.get(V1 + path, headers=bearer(READ))).text
            for secret in (READ, WRITE, "correct horse"):
                assert secret not in text


async def test_what_is_not_there_is_a_problem_too(api: Any) -> None:
    async with api() as opened:
        for answer in (await opened.get(f"{V1}/nothing"), await opened.client.put(f"{V1}/articles")):
            assert answer.status_code in {404, 405}
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
        assert (await opened.client.put(f"{V1}/silences")).headers["allow"] == "GET, POST"
        assert (await opened.client.put(f"{V1}/stories/1")).headers["allow"] == "GET"
