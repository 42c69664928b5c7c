"""The dashboard alone, beside a scheduler and workers: everything it knows is in the database they share."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from monitor.bootstrap import read_published, rejoin
from monitor.core.errors import ConfigurationError, Problem, StorageError

if TYPE_CHECKING:
    from monitor.bootstrap import App, Member
    from monitor.config.model import Config

log = logging.getLogger(__name__)

LOOK_S: Final = 2.0
"""How often it is looked whether another configuration was published."""


class Replica:
    """Holds the parts that a configuration published in the database makes.

    How it is reached, and by whom, is what `own`, the configuration of its host, says, if that says anything of it.
    """

    def __init__(self, member: Member, own: Config) -> None:
        self._member = member
        self._own = own
        self._version = member.version
        self._trouble = ""
        self.app = self._with_door(member.app)

    async def follow(self, stop: asyncio.Event) -> None:
        """Take over each configuration that is published, until `stop` is set.

        Raises:
            StorageError: the database was upgraded; this program must not use it any more.
        """
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_S)
                return
            try:
                schema, version = await self.app.storage.read(lambda work: work.cluster.versions())
            except StorageError as error:
                self._say_once(str(error))
                continue
            self._say_once("")
            if schema != self._member.schema:
                raise StorageError(
                    f"the database was upgraded from {self._member.schema} to {schema}",
                    "start `monitor web` of that version",
                )
            if version != self._version:
                await self._take_over()

    async def _take_over(self) -> None:
        published = await self.app.storage.read(lambda work: work.cluster.published())
        if published is None:
            return
        self._version = published.version
        try:
            config, compiled = await asyncio.to_thread(read_published, published, self._member.base)
            app = self._with_door(rejoin(self.app, config, compiled))
        except ConfigurationError as error:
            log.error("an earlier configuration stays in force here: %s", error)  # noqa: TRY400 - the text says all
            return
        self._member.retire(self.app, app)
        self.app = app
        log.info("configuration %d taken over: %d watchlists", published.version, len(compiled.watchlists))

    def _with_door(self, app: App) -> App:
        """The parts with the address, the password and the tokens of this host."""
        door = self._own.dashboard if "dashboard" in self._own.model_fields_set else app.config.dashboard
        if door is None:
            todo = "write `dashboard` into config.yaml of this host"
            raise ConfigurationError((Problem("dashboard", "the configuration serves no dashboard", todo),))
        return replace(app, config=app.config.model_copy(update={"dashboard": door}))

    def _say_once(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            log.error("%s; trying again every %d s", trouble, LOOK_S)
        elif self._trouble and not trouble:
            log.info("the database answers again")
        self._trouble = trouble
