"""Passwords are right or wrong, and guesses are counted by address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.config.load import load_text
from monitor.config.model import DashboardConfig
from monitor.config.secret import Secret
from monitor.core.errors import ConfigurationError
from monitor.web import access
from monitor.web.access import Tries, hash_password, is_password

if TYPE_CHECKING:
    from pathlib import Path


def locked(kept: str = "correct horse") -> DashboardConfig:
    return DashboardConfig(password=Secret(kept))


def test_a_password_is_right_in_clear_and_hashed_and_never_without_one() -> None:
    for kept in ("correct horse", hash_password("correct horse")):
        assert is_password(locked(kept), "correct horse")
        assert not is_password(locked(kept), "Correct horse")
        assert not is_password(locked(kept), "")
    assert not is_password(locked("$argon2id$broken"), "$argon2id$broken")
    assert not is_password(DashboardConfig(), "")


def test_an_address_waits_only_for_its_own_guesses() -> None:
    tries = Tries()
    for second in range(access.MOST_FAILURES):
        assert tries.wait_s("one", second) == 0
        tries.failed("one", second)
    assert tries.wait_s("one", 10) == access.FAILURE_WINDOW_S - 10
    assert tries.wait_s("two", 10) == 0
    assert tries.wait_s("one", access.FAILURE_WINDOW_S) == 0
    tries.passed("one")
    assert tries.wait_s("one", 10) == 0


def test_addresses_are_forgotten_when_there_are_too_many() -> None:
    tries = Tries()
    for _ in range(access.MOST_FAILURES):
        tries.failed("one", 0)
    for number in range(access.MOST_ADDRESSES):
        tries.failed(str(number), 0)
    assert tries.wait_s("one", 1) == 0


PROXIED = DashboardConfig(password=Secret("x"), proxies=("127.0.0.0/8", "fd00::/8"))


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.9", "198.51.100.1"),
        ("127.0.0.1", "127.0.0.2, 127.0.0.3", "127.0.0.2"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "unknown"),
        ("fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_an_address_is_that_before_the_proxies_that_the_configuration_names(
    client: str, forwarded: str, address: str
) -> None:
    assert access.address_of(PROXIED, client, forwarded) == address


def test_without_named_proxies_nothing_that_is_forwarded_is_believed() -> None:
    assert access.address_of(locked(), "127.0.0.1", "198.51.100.1") == "127.0.0.1"


def test_what_is_no_network_of_proxies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"dashboard\.proxies\.0: this is no address or network"):
        load_text("dashboard: {proxies: [caddy]}", "config.yaml", tmp_path, {})
