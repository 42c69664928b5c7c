"""The API against its own description: schemathesis asks what its OpenAPI allows and forbids.

Schemathesis brings thirty packages that nothing else here needs, so it lives in an environment of its own:
`python -m venv /tmp/st && /tmp/st/bin/pip install schemathesis`, then
`python bench/api.py /tmp/st/bin/schemathesis [EXAMPLES]`. Exit 0: no answer broke the description.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.bootstrap import open_config
from monitor.config.load import load_text
from monitor.core.alerting import Reason, State
from monitor.core.alerting.silence import Matchers
from monitor.core.article import Article, Match, Span
from monitor.core.stories.model import Opened, Placement
from monitor.pipeline.records import AlertDraft, DeliveryDraft
from monitor.web.serve import serving

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.bootstrap import App
    from monitor.pipeline.ports import Work

TOKEN: Final = "made-up-token-of-this-run"  # noqa: S105 - opens nothing
CONFIG: Final = f"""
database: sqlite:///monitor.db
dashboard:
  listen: "127.0.0.1:0"
  password: "made up too"
  tokens: [{{name: asker, token: {TOKEN}, scopes: [read, write]}}]
terms:
  DeepSeek: {{kind: organisation, any: [DeepSeek, 딥시크]}}
watchlists:
  - {{name: 딥시크, any: ["@DeepSeek"]}}
channels:
  desk: {{url: "log://"}}
feeds:
  - {{name: 전자신문, url: "https://news.example/rss"}}
"""
ARTICLES: Final = 40
RULES: Final = """
[checks]
# A query, a cursor or a time can have the right form and mean nothing.
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 401, 403, 404, 422]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 413, 415, 422]
"""


def fill(work: Work, now: datetime) -> None:
    """A little of everything."""
    for number in range(1, ARTICLES + 1):
        address = f"https://news.example/{number}"
        article = Article(address, address, f"中딥시크 새 모델 {number}", "요약", "본문", feeds=("전자신문",))
        article_id, _ = work.articles.add(article, now - timedelta(minutes=number))
        work.stories.place(article_id, Placement(str(article_id), Opened()))
        match = Match("딥시크", (Span("title", 1, 4, "DeepSeek"),))
        (hit,) = work.articles.add_hits(article_id, (match,), now)
        deliveries = (DeliveryDraft("desk", "", now, State.DEAD, "404"),)
        draft = AlertDraft(str(number), Reason.FIRST_REPORT, "딥시크", (hit.id,), deliveries=deliveries)
        work.outbox.add_alert(draft, now)
        work.silences.add(Matchers(watchlist="딥시크"), "", now, now + timedelta(hours=number))


async def ask(app: App, folder: Path, program: str, examples: int) -> int:
    """Serve, and let schemathesis ask; what it exits with."""
    await app.storage.write(lambda work: fill(work, app.clock.now()))
    async with serving(lambda: app) as state:
        while not state.address:  # noqa: ASYNC110 - the server says so in this way
            await asyncio.sleep(0.01)
        described = f"{state.address}/api/v1/openapi.json"
        rules = folder / "schemathesis.toml"
        rules.write_text(RULES, encoding="utf-8")
        options = ("--header", f"Authorization: Bearer {TOKEN}", "--max-examples", str(examples), "--no-color")
        running = await asyncio.create_subprocess_exec(
            program, "--config-file", str(rules), "run", described, *options
        )
        return await running.wait()


async def main(program: str, examples: int) -> int:
    """Open a dashboard over a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        config = load_text(CONFIG, "config.yaml", Path(folder), {})
        async with open_config(config, Path(folder)) as app:
            return await ask(app, Path(folder), program, examples)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100)))  # noqa: PLR2004 - optional
