"""Whoever watches over the daemon learns whether it lives, is ready, and what it has done."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from monitor.core.errors import StorageError
from monitor.pipeline.records import PollSummary
from monitor.web.api.health import checks_of
from tests.docs.markdown import ROOT, codes, read, rows, section
from tests.web.api.conftest import LOCKED, READ

if TYPE_CHECKING:
    from tests.fakes.clock import FakeClock

METRIC = re.compile(r"\bmonitor_[a-z_]+")


async def samples(opened: Any, **headers: str) -> dict[str, float]:
    """The metrics by name and label."""
    answer = await opened.get("/metrics", **headers)
    assert answer.status_code == 200, answer.text
    return {
        sample.name + "".join(f":{value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def run_once(opened: Any) -> None:
    """What makes all metrics appear: a beat, a poll, a parsed feed, a configuration that was read."""
    app = opened.app
    app.poller.tally.beat_s = app.clock.monotonic_s()
    app.poller.tally.polled(PollSummary(feeds=1, fetched=1), 0.2)
    app.reader.parsing.add(99.0)
    await app.storage.write(lambda work: work.reloads.answer(app.clock.now()))


async def test_whoever_asks_learns_that_the_process_lives(api: Any) -> None:
    async with api(dashboard=LOCKED) as opened:
        assert (await opened.get("/healthz")).text == "ok\n"


async def test_ready_when_database_scheduler_and_feeds_are(api: Any, clock: FakeClock) -> None:
    async with api(dashboard=LOCKED) as opened:
        waiting = await opened.get("/readyz")
        assert waiting.status_code == 503
        assert waiting.json()["checks"]["scheduler"] == "has not begun"
        # The feeds of the configuration were made by the machine's clock.
        await opened.app.storage.write(lambda work: work.feeds.heal(clock.now(), timedelta(minutes=1)))
        await run_once(opened)
        ready = await opened.get("/readyz")
        assert ready.json() == {"ready": True, "checks": {"database": "ok", "scheduler": "ok", "feeds": "ok"}}
        assert ready.status_code == 200
        clock.advance(timedelta(days=1000))
        late = (await opened.get("/readyz")).json()
        assert late["ready"] is False
        assert late["checks"]["scheduler"].startswith("silent for")
        assert late["checks"]["feeds"].startswith("one has been due for")


async def test_a_database_that_does_not_answer_is_not_ready(api: Any) -> None:
    class Broken:
        async def read(self, _do: object) -> object:
            raise StorageError("the disk is full", "free some space")

    async with api() as opened:
        checks = await checks_of(replace(opened.app, storage=Broken()))
        assert (checks["database"], checks["feeds"]) == ("does not answer", "unknown")


async def test_metrics_say_what_was_stored_and_done(api: Any, clock: FakeClock) -> None:
    async with api() as opened:
        await run_once(opened)
        clock.advance(7)
        found = await samples(opened)
    assert (found["monitor_articles_total"], found["monitor_hits_total"], found["monitor_alerts_total"]) == (5, 3, 1)
    assert (found["monitor_deliveries:dead"], found["monitor_deliveries:pending"]) == (1, 1)
    assert found["monitor_oldest_pending_delivery_seconds"] == 3607
    assert (found["monitor_polls_total:fetched"], found["monitor_polls_total:failed"]) == (1, 0)
    assert (found["monitor_poll_seconds_bucket:0.1"], found["monitor_poll_seconds_bucket:0.25"]) == (0, 1)
    assert (found["monitor_parse_seconds_bucket:30.0"], found["monitor_parse_seconds_bucket:+Inf"]) == (0, 1)
    assert (found["monitor_parse_seconds_count"], found["monitor_parse_seconds_sum"]) == (1, 99)
    assert found["monitor_feeds:new"] == 2
    assert found["monitor_config_reload_success"] == 1
    assert found["monitor_scheduler_silent_seconds"] == 7


async def test_a_fault_of_the_configuration_shows(api: Any) -> None:
    async with api() as opened:
        now = opened.app.clock.now()
        await opened.app.storage.write(lambda work: work.reloads.answer(now, "config.yaml:1:1: wrong", now))
        found = await samples(opened)
    assert found["monitor_config_reload_success"] == 0


async def test_metrics_are_for_those_who_may_read(api: Any) -> None:
    async with api(dashboard=LOCKED) as opened:
        assert (await opened.get("/metrics", Accept="text/html")).status_code == 401
        assert await samples(opened, Authorization=f"Bearer {READ}")


async def test_every_metric_is_documented_and_every_one_that_is_asked_for_is_there(api: Any) -> None:
    async with api() as opened:
        await run_once(opened)
        text = (await opened.get("/metrics")).text
    exposed = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE monitor_")}
    table = rows(section(read(ROOT / "docs" / "api.md"), "## Metrics"))
    assert {code for row in table for code in codes(row[0])} == exposed

    dashboard = json.loads(read(ROOT / "deploy" / "grafana" / "dashboard.json"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    groups = YAML(typ="safe", pure=True).load(read(ROOT / "deploy" / "prometheus" / "rules.yaml"))["groups"]
    asked += [rule["expr"] for group in groups for rule in group["rules"]]
    named = {name for expression in asked for name in METRIC.findall(expression)}
    assert {name.removesuffix("_bucket") for name in named} <= exposed
    assert exposed - {name.removesuffix("_bucket") for name in named} == {"monitor_info"}
