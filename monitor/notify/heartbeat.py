"""A heartbeat for a watcher elsewhere (healthchecks.io, Uptime Kuma): it alerts when nothing comes any more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

import requests

from monitor.notify.redact import SECRETS, protect_logs, secrets_of
from monitor.notify.wire import TAKEN

_TIMEOUT_S: Final = (5.0, 5.0)


@dataclass(frozen=True, slots=True)
class HttpHeartbeat:
    """Asks for an address, every so many seconds; what it answers does not matter, but 2xx."""

    url: str = field(repr=False)
    every_s: float

    def __post_init__(self) -> None:
        protect_logs()
        SECRETS.add(secrets_of(self.url))

    async def beat(self) -> str:
        """Beat once; what went wrong, or ""."""
        return await asyncio.to_thread(self._beat)

    def _beat(self) -> str:
        try:
            status = requests.get(self.url, timeout=_TIMEOUT_S, allow_redirects=False).status_code
        except requests.RequestException as error:
            return f"not reached ({type(error).__name__})"
        return "" if status in TAKEN else f"HTTP {status}"
