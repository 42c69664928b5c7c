from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.pipeline import ports

if TYPE_CHECKING:
    from monitor.bootstrap import SystemClock
    from monitor.ingest.reader import HttpFeedReader
    from monitor.notify.sender import AppriseNotifier
    from monitor.storage.storage import SqlStorage
    from tests.fakes.clock import FakeClock
    from tests.fakes.notifier import FakeNotifier
    from tests.fakes.reader import FakeReader

    # mypy proves here that the real parts and the fakes have the shape of the ports.
    def _real(
        clock: SystemClock, reader: HttpFeedReader, notifier: AppriseNotifier, storage: SqlStorage
    ) -> tuple[ports.Clock, ports.FeedReader, ports.Notifier, ports.Storage]:
        return clock, reader, notifier, storage

    def _fake(
        clock: FakeClock, reader: FakeReader, notifier: FakeNotifier
    ) -> tuple[ports.Clock, ports.FeedReader, ports.Notifier]:
        return clock, reader, notifier


def test_ports_are_protocols_only() -> None:
    defined = [
        value
        for value in vars(ports).values()
        if isinstance(value, type) and value.__module__.startswith(ports.__name__)
    ]
    assert defined
    assert all(getattr(port, "_is_protocol", False) for port in defined)
