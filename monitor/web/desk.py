"""What every page and every answer of the API stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.config.model import DashboardConfig
from monitor.web.access import Tries

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from monitor.bootstrap import App


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the program, and who guessed.

    `current` gives the parts in force now: an edited configuration exchanges them, so a request asks once and works
    with what it got. `lines`: the pages that wait for news. `is_replica`: no scheduler runs in this process.
    """

    current: Callable[[], App]
    is_replica: bool = False
    tries: Tries = field(default_factory=Tries)
    lines: set[object] = field(default_factory=set)

    @property
    def dashboard(self) -> DashboardConfig:
        """How the dashboard is configured now."""
        return self.current().config.dashboard or DashboardConfig()


def desk_of(request: Request) -> Desk:
    """The desk that a request is answered at."""
    desk: Desk = request.app.state.desk
    return desk
