"""Read the pages of articles whose feed gives little text, and match them again."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from monitor.core.errors import FetchError
from monitor.pipeline.alert import tell_hits

if TYPE_CHECKING:
    from monitor.pipeline.poll import Poller
    from monitor.pipeline.ports import PageReader, Work
    from monitor.pipeline.records import WantedText

log = logging.getLogger(__name__)

AT_ONCE: Final = 8
MOST_TRIES: Final = 3
AGAIN_AFTER: Final = timedelta(minutes=10)
"""A page that could not be read is tried again so much later; it outlives the reader's deadlines by far."""


async def claim_pages(poller: Poller) -> tuple[WantedText, ...]:
    """Claim pages that are due; writes nothing if none is."""
    now = poller.clock.now()
    if not await poller.storage.read(lambda work: work.fulltexts.waiting(now)):
        return ()
    return await poller.storage.write(lambda work: work.fulltexts.claim(now, now + AGAIN_AFTER, AT_ONCE))


async def read_pages(poller: Poller, pages: PageReader) -> int:
    """Read the pages that are due, side by side, and match their articles; how many there were."""
    wanted = await claim_pages(poller)
    await asyncio.gather(*(read_page(poller, pages, one) for one in wanted))
    return len(wanted)


async def read_page(poller: Poller, pages: PageReader, wanted: WantedText) -> int:
    """Read one page and match the article with it; how many alerts are new.

    A page that cannot be read is tried again later, at most `MOST_TRIES` times. The article itself was stored and
    matched long before.
    """
    spec = poller.specs.get(wanted.feed)
    text = ""
    try:
        if spec is not None:
            text = await pages.fetch(wanted.url, spec)
    except FetchError as error:
        if wanted.tries < MOST_TRIES:
            log.info("page of article %d: %s; trying again later", wanted.article_id, error)
            return 0
        log.info("page of article %d: %s; given up", wanted.article_id, error)
    return await poller.storage.write(lambda work: _keep_text(work, poller, wanted, text))


def _keep_text(work: Work, poller: Poller, wanted: WantedText, text: str) -> int:
    now = poller.clock.now()
    work.fulltexts.done(wanted.article_id)
    hits = poller.keeping(work, now).add_text(wanted.article_id, text)
    return tell_hits(work, hits, poller.audience, now)
