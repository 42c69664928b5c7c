"""Sessions outlive a restart, and what was copied is remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.pipeline.checkup import Backup
from monitor.pipeline.sessions import Session

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.ports import Work

MINUTE = timedelta(minutes=1)


def test_a_session_is_found_until_it_is_forgotten_and_known_after_its_end(work: Work, now: datetime) -> None:
    assert work.sessions.find("a") is None
    work.sessions.begin("a", "stamp", now, 10)
    assert work.sessions.find("a") == Session("stamp", now, now)
    work.sessions.see("a", now + MINUTE)
    work.sessions.end("a", now + 2 * MINUTE)
    work.sessions.end("a", now + 3 * MINUTE)
    assert work.sessions.find("a") == Session("stamp", now, now + MINUTE, now + 2 * MINUTE)
    work.sessions.forget("a")
    assert work.sessions.find("a") is None


def test_of_too_many_sessions_the_longest_unseen_goes(work: Work, now: datetime) -> None:
    for number, name in enumerate("abc"):
        work.sessions.begin(name, "", now + number * MINUTE, 3)
    work.sessions.see("a", now + 5 * MINUTE)
    work.sessions.begin("d", "", now + 6 * MINUTE, 3)
    assert [name for name in "abcd" if work.sessions.find(name)] == ["a", "c", "d"]


def test_the_last_backup_is_remembered(work: Work, now: datetime) -> None:
    assert work.backups.last() is None
    work.backups.add(Backup(now, "/a", 1))
    work.backups.add(Backup(now + MINUTE, "/b", 2**40))
    assert work.backups.last() == Backup(now + MINUTE, "/b", 2**40)
