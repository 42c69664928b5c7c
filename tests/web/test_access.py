"""Sessions end by time, by number and with the password; guesses are counted by address."""

from __future__ import annotations

from monitor.config.model import DashboardConfig
from monitor.config.secret import Secret
from monitor.web import access
from monitor.web.access import Sessions, Tries, hash_password, is_password


def locked(kept: str = "correct horse") -> DashboardConfig:
    return DashboardConfig(password=Secret(kept))


def test_a_password_is_right_in_clear_and_hashed_and_never_without_one() -> None:
    for kept in ("correct horse", hash_password("correct horse")):
        assert is_password(locked(kept), "correct horse")
        assert not is_password(locked(kept), "Correct horse")
        assert not is_password(locked(kept), "")
    assert not is_password(locked("$argon2id$broken"), "$argon2id$broken")
    assert not is_password(DashboardConfig(), "")


def test_a_session_lasts_a_month_after_the_last_visit() -> None:
    sessions = Sessions()
    secret = sessions.begin(locked(), 0)
    assert sessions.is_open(secret, locked(), access.SESSION_S)
    assert sessions.is_open(secret, locked(), 2 * access.SESSION_S)
    assert not sessions.is_open(secret, locked(), 3 * access.SESSION_S + 1)


def test_another_password_ends_every_session() -> None:
    sessions = Sessions()
    secret = sessions.begin(locked(), 0)
    assert not sessions.is_open(secret, locked("another"), 1)


def test_of_too_many_sessions_the_longest_unused_goes() -> None:
    sessions = Sessions()
    old, kept = sessions.begin(locked(), 0), sessions.begin(locked(), 1)
    for number in range(access.MOST_SESSIONS - 1):
        sessions.begin(locked(), 2 + number)
    assert not sessions.is_open(old, locked(), 2)
    assert sessions.is_open(kept, locked(), 2)


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
