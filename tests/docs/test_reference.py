"""docs/reference.md says what the program says: every key, command, operator, word and JSON key, and no other."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin
from zoneinfo import ZoneInfo

import pytest
import typer
from pydantic import BaseModel

from monitor.cli import check, doctor, main, suggested, watchlists
from monitor.cli import hits as hits_command
from monitor.cli import match as match_command
from monitor.cli import poll as poll_command
from monitor.cli.backtested import json_rows
from monitor.config.compile import compile_config
from monitor.config.load import load_text
from monitor.config.model import Config
from monitor.config.secret import Secret
from monitor.config.wanted import WatchlistConfig
from monitor.core.alerting import Reason, State, decide, retry
from monitor.core.alerting.model import AlertPolicy, FirstPoll, Weak
from monitor.core.article import Article, Entry, Match, Span
from monitor.core.errors import FetchFailure, Problem
from monitor.core.matching.model import Kind, Mode
from monitor.core.query import lexer, parser
from monitor.core.query.nodes import And, Near, Node, Not, Or, Phrase, Regex, Scoped, TermRef, Word
from monitor.core.schedule import Health, PollPolicy, interval, step
from monitor.core.spikes import decide as spiking
from monitor.core.spikes.habit import SHORT
from monitor.core.spikes.model import HOUR, LEAST_HISTORY
from monitor.core.stories.model import Opened, Placement
from monitor.engines.backtest import Outcome
from monitor.ingest.reader import ReaderSettings
from monitor.notify.render import TITLE_LIMIT
from monitor.notify.sender import NotifierSettings
from monitor.pipeline import checkup, sweep, watch
from monitor.pipeline.backtest import Judged, Part, Seen, compare
from monitor.pipeline.deliver import DeliveryPolicy
from monitor.pipeline.precision import Precision
from monitor.pipeline.records import AlertDraft, Attempt, DeliveryDraft, FeedSpec, Gap, Lane, PollSummary
from monitor.pipeline.suggest.model import Sort, Suggestion
from tests.docs.commands import children
from tests.docs.markdown import ROOT, codes, first_codes, part, read, rows, section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

    from pydantic.fields import FieldInfo

    from monitor.pipeline.ports import Work
    from monitor.storage.storage import SqlStorage
    from tests.fakes.clock import FakeClock

REFERENCE = read(ROOT / "docs" / "reference.md")

# --- config.yaml ---


def config_keys(model: type[BaseModel] = Config, path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of the model by its path: `feeds[].url`, `terms.NAME.any`."""
    for name, field in model.model_fields.items():
        yield path + name, field
        step, inner = inside(field.annotation)
        if inner is not None:
            yield from config_keys(inner, f"{path}{name}{step}")


def inside(annotation: Any) -> tuple[str, type[BaseModel] | None]:
    """How a path goes on below a value of this type, and the model there."""
    step = {dict: ".NAME.", tuple: "[]."}.get(get_origin(annotation), ".")
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return step, candidate
    return "", None


def default_text(field: FieldInfo) -> str:
    """A default as YAML writes it."""
    if field.is_required():
        return "required"
    default = field.default if field.default_factory is None else field.get_default(call_default_factory=True)
    if isinstance(default, Secret):
        return default.reveal()
    if isinstance(default, timedelta):
        return f"{int(default.total_seconds()) // 60}m"
    if isinstance(default, tuple):
        return str(list(default))
    words = {None: "null", True: "true", False: "false", "": '""'}
    if isinstance(default, (BaseModel, dict)):
        return "{}"
    return words.get(default, str(default))


def test_every_config_key_has_a_row_with_its_default_and_no_other_key_has_one() -> None:
    documented = {codes(row[0])[0]: row[2].strip("`") for row in rows(section(REFERENCE, "## config.yaml"))}
    assert documented == {path: default_text(field) for path, field in config_keys()}


@pytest.mark.parametrize(
    ("key", "choices"),
    [("terms.NAME.kind", Kind), ("terms.NAME.mode", Mode), ("watchlists[].weak", Weak), ("first_poll", FirstPoll)],
)
def test_every_choice_of_a_key_is_in_its_row(key: str, choices: type[StrEnum]) -> None:
    row = next(row for row in rows(section(REFERENCE, "## config.yaml")) if codes(row[0]) == [key])
    assert set(choices) <= set(codes(row[1]))


# --- commands ---


def commands(command: Any, path: str = "monitor") -> Iterator[tuple[str, Any]]:
    """Every command and group below the root, by how it is called."""
    for name, child in children(command).items():
        yield f"{path} {name}", child
        yield from commands(child, f"{path} {name}")


def options(command: Any) -> set[str]:
    return {text for one in command.params if one.param_type_name == "option" for text in one.opts} - {"--help"}


ROOT_COMMAND: Any = typer.main.get_command(main.app)
COMMANDS = dict(commands(ROOT_COMMAND))
COMMAND_TEXT = section(REFERENCE, "## Commands")


def test_every_command_has_a_section_and_no_other_section_names_one() -> None:
    headings = [line.removeprefix("### ").strip("`") for line in COMMAND_TEXT.splitlines() if line.startswith("### ")]
    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_has_a_row_and_no_other_has_one(name: str) -> None:
    documented = first_codes(section(REFERENCE, f"### `{name}`"))
    assert sorted(documented) == sorted(options(COMMANDS[name]))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_of_a_command_is_in_its_section(name: str) -> None:
    arguments = [str(one.name) for one in COMMANDS[name].params if one.param_type_name == "argument"]
    text = " ".join(codes(section(REFERENCE, f"### `{name}`"))).upper()
    assert all(argument.upper().removesuffix("S") in text for argument in arguments)


def test_every_option_before_the_command_has_a_row() -> None:
    assert set(first_codes(part(REFERENCE, "Options before the command"))) == options(ROOT_COMMAND) | {"--help"}


def test_every_exit_code_has_a_row() -> None:
    codes_of_program = {0, main.FAILURES, main.BAD_CONFIGURATION}
    assert {int(code) for code in first_codes(COMMAND_TEXT) if code.isdigit()} == codes_of_program


# --- JSON ---


def keys_of(value: object) -> set[str]:
    """Every key in rows and in what they hold."""
    if isinstance(value, dict):
        return set(value) | keys_of(list(value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def fill(work: Work, now: Any) -> None:
    """One of everything that a listing shows, nested parts included."""
    work.feeds.sync([FeedSpec("전자", "https://a.example/rss")], now)
    claim = work.feeds.claim_named(["전자"], now, timedelta(minutes=1))[0]
    work.feeds.save(claim, claim.state, Gap(now, now))
    old, new = Article("i", "https://a.example/1", "옛 제목"), Article("i", "https://a.example/1", "새 제목")
    article_id, _ = work.articles.add(old, now)
    work.stories.place(article_id, Placement(str(article_id), Opened()))
    work.articles.link(claim.feed_id, {Entry("k", old).key: article_id}, now)
    work.articles.revise(article_id, new, now)
    hits = work.articles.add_hits(article_id, [Match("가", (Span("title", 0, 1, "새"),))], now)
    delivery = DeliveryDraft("desk", "", now)
    work.outbox.add_alert(AlertDraft("key", Reason.FIRST_REPORT, "가", (hits[0].id,), (), (delivery,)), now)


@pytest.mark.parametrize(
    ("heading", "listing"),
    [
        ("**Article**", "articles"),
        ("**Hit**", "hits"),
        ("**Story**", "stories"),
        ("**Alert**", "alerts"),
        ("**Delivery**", "deliveries"),
        ("**Feed**", "feeds"),
    ],
)
async def test_every_json_key_of_a_listing_is_documented(
    heading: str, listing: str, storage: SqlStorage, clock: FakeClock
) -> None:
    await storage.write(lambda work: fill(work, clock.now()))
    found: list[dict[str, object]] = await storage.read(lambda work: getattr(work.listings, listing)())
    text = part(REFERENCE, heading)
    assert len(found) == 1
    assert list(found[0]) == first_codes(text)
    assert keys_of(found) <= set(codes(text))


def test_every_key_of_the_poll_summary_is_documented() -> None:
    assert list(poll_command._summary(PollSummary(), {}, {})) == first_codes(part(REFERENCE, "**Poll summary**"))


async def test_every_key_of_an_attempt_is_documented(storage: SqlStorage, clock: FakeClock) -> None:
    def fail_once(work: Work) -> list[dict[str, object]]:
        fill(work, clock.now())
        leased = work.outbox.lease_next(Lane("desk", ""), clock.now(), timedelta(minutes=1), 20)
        assert leased is not None
        work.outbox.finish(leased, Attempt(clock.now(), 0.25, "temporary", "503"), State.PENDING, "503", clock.now())
        return work.listings.attempts(leased.id)

    (found,) = await storage.write(fail_once)
    assert list(found) == first_codes(part(REFERENCE, "**Attempt**"))
    assert (found["duration_s"], found["outcome"], found["detail"]) == (0.25, "temporary", "503")


def test_every_key_of_a_match_is_documented() -> None:
    row = match_command._row(1, Article("i", "", "가"), Match("w", (Span("title", 0, 1, "가"),)))
    assert list(row) == first_codes(part(REFERENCE, "**Match**"))
    assert keys_of(row) <= set(codes(part(REFERENCE, "**Match**") + part(REFERENCE, "**Hit**")))


def test_every_key_of_a_watchlist_is_documented() -> None:
    row = watchlists.row(WatchlistConfig(name="가", any=("나",)), ("desk",), (0, None))
    assert list(row) == first_codes(part(REFERENCE, "**Watchlist**"))


def test_every_key_of_a_fault_is_documented() -> None:
    assert list(check.row(Problem("a", "b"))) == first_codes(part(REFERENCE, "**Fault**"))


def test_every_key_of_a_backtest_is_documented() -> None:
    seen = Seen("짧다", ("새",))
    judged = Judged(1, 1, datetime(2025, 1, 1, tzinfo=UTC), "새 제목", "", "전자", {}, {"가": seen})
    policy = AlertPolicy({"가": ("desk",)}, ZoneInfo("Asia/Seoul"), timedelta(minutes=1))
    comparison = compare([Part(1, (judged,), ())], ["가"], policy, policy)
    mine, together = json_rows(Outcome(comparison, 1, {}), ZoneInfo("Asia/Seoul"), 0.5, 10)
    for row, heading in ((mine, "**Compared watchlist**"), (together, "**All watchlists together**")):
        assert list(row) == first_codes(part(REFERENCE, heading))
    text = part(REFERENCE, "**Compared watchlist**") + part(REFERENCE, "**All watchlists together**")
    keys = keys_of([mine["gained"], together["doubtful"]]) | set(mine["alerts_per_day"])
    assert keys <= set(codes(text))


def test_every_key_of_a_suggestion_is_documented() -> None:
    text = part(REFERENCE, "**Suggestion**")
    assert list(suggested.json_row(Suggestion(Sort.NAME, "", "가", 1))) == first_codes(text)
    assert set(Sort) <= set(codes(text))


def test_every_key_of_a_precision_is_documented() -> None:
    row = hits_command.row(Precision("가", "", "2025-01", 1, 0))
    assert list(row) == first_codes(part(REFERENCE, "**Precision**"))


def test_every_key_of_a_finding_is_documented() -> None:
    assert [field.name for field in fields(doctor.Finding)] == first_codes(part(REFERENCE, "**Finding**"))


# --- words of the program ---


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("### States of a delivery", State),
        ("### Reasons of an alert", Reason),
        ("## Health of a feed", Health),
    ],
)
def test_every_word_has_a_row_and_no_other_has_one(heading: str, words: type[StrEnum]) -> None:
    assert sorted(first_codes(section(REFERENCE, heading))) == sorted(words)


def test_every_failure_of_a_poll_is_named() -> None:
    assert set(FetchFailure) <= set(codes(section(REFERENCE, "## Health of a feed")))


def test_the_environment_variable_of_the_command_line_is_named() -> None:
    variables = [one.envvar for one in ROOT_COMMAND.params if getattr(one, "envvar", None)]
    assert variables
    assert set(variables) <= set(first_codes(section(REFERENCE, "## Environment")))


# --- query language ---

EXAMPLES = [tuple(row[:3]) for row in rows(section(REFERENCE, "## Query language"))]
TERMS = "terms:\n  DeepSeek: {kind: organisation, any: [DeepSeek, 딥시크]}\n"


def article_of(text: str) -> Article:
    """A title, or what stands behind `body: ` and the like."""
    name, colon, rest = text.partition(": ")
    if not colon or name not in lexer.FIELDS:
        return Article("i", "", text)
    value: Any = (rest,) if name in {"feed", "tag"} else rest
    field = {"body": "summary", "feed": "feeds", "tag": "tags"}.get(name, name)
    return Article("i", "", "제목", **{field: value})


def kinds(node: Node) -> Iterator[str]:
    """What a query uses of the language."""
    match node:
        case And() | Or():
            children, name = node.children, type(node).__name__
        case Near():
            children, name = (node.left, node.right), "ONEAR" if node.ordered else "NEAR"
        case Scoped():
            children, name = (node.child,), f"{node.name}:"
        case Not():
            children, name = (node.child,), "Not"
        case Word():
            children, name = (), "raw" if node.raw else "prefix" if node.prefix else "Word"
        case Phrase() | TermRef() | Regex():
            children, name = (), type(node).__name__
    yield name
    for child in children:
        yield from kinds(child)


def test_every_operator_and_field_has_an_example() -> None:
    used = {kind for query, *_ in EXAMPLES for kind in kinds(parser.parse(query.strip("`")))}
    plain = {"And", "Or", "Not", "NEAR", "ONEAR", "Word", "raw", "prefix", "Phrase", "TermRef", "Regex"}
    assert used == plain | {f"{field}:" for field in lexer.FIELDS}
    written = " ".join(query for query, *_ in EXAMPLES)
    assert all(
        sign in written for sign in (" AND ", " OR ", " NOT ", " -", "NEAR/", "ONEAR/", "(", '"', "*", "=", "@")
    )


@pytest.mark.parametrize(("query", "true", "false"), EXAMPLES)
def test_each_example_matches_and_each_counter_example_does_not(query: str, true: str, false: str) -> None:
    text = f"{TERMS}watchlists:\n  - name: W\n    query: |-\n      {query.strip('`')}\n"
    matcher = compile_config(load_text(text, "", Path(), {})).matcher
    assert matcher.match(article_of(true))
    assert not matcher.match(article_of(false))


def test_the_limits_of_a_query_are_named() -> None:
    text = section(REFERENCE, "## Query language")
    assert f"{lexer.MAX_LENGTH:,} characters and {parser.MAX_DEPTH} levels" in text
    assert f"n from 1 to {lexer.MAX_DISTANCE}" in text


# --- numbers ---


def test_the_limits_are_those_of_the_program() -> None:
    reader, policy = ReaderSettings(""), DeliveryPolicy()
    text = section(REFERENCE, "## Fixed limits")
    for limit in (
        f"| {sweep.SIDE_BY_SIDE}, one connection a host, half a second between two",
        f"| {reader.deadline_s:g} s, 5 redirects, {reader.max_body_bytes // 1_000_000} MB",
        f"| {reader.parse_timeout_s:g} s and {reader.max_entries} entries",
        f"honoured up to {interval.LONGEST_MAX_AGE.seconds // 3600} h",
        f"shorter (to {PollPolicy().floor.seconds // 60} min)",
        f"{PollPolicy().ceiling.seconds // 60} min for one silent for {interval.QUIET_AFTER.days} days",
        f"`Retry-After` up to {step.LONGEST_RETRY_AFTER.days} day",
        f"| {NotifierSettings().deadline_s:g} s |",
        f"| {policy.burst} at once, then one a second |",
        f"| {TITLE_LIMIT} characters |",
        (
            f"each {watch.EVERY_S / 60:g} min; {SHORT // HOUR} h or 24 h with a chance under {spiking.UNLIKELY} "
            f"({spiking.UNLIKELY_OF_FEW} in 3 h where fewer than {spiking.FEW:g} stories are usual), "
            f"at least {spiking.LEAST_COUNT} stories and {spiking.TIMES_USUAL} times the usual; "
            f"after {LEAST_HISTORY.days} days"
        ),
        f"{spiking.LONGER} times the longest quiet of the history, with a chance under {spiking.UNLIKELY}",
    ):
        assert limit in text
    assert (reader.host_spacing_s, policy.spacing) == (0.5, timedelta(seconds=1))


def test_the_waits_are_those_of_the_program() -> None:
    text = " ".join(section(REFERENCE, "## States and reasons").split())
    assert f"after {retry.FIRST_WAIT_S:g} seconds" in text
    assert f"up to {retry.LONGEST_WAIT_S / 60:g} minutes" in text
    minutes = [f"{span / timedelta(minutes=1):g} minutes" for span in (retry.SOON, retry.LATE, retry.LONGEST_REST)]
    assert retry.MOST_UNANSWERED == 2
    assert all(span in text for span in minutes)
    assert f"After {retry.PATIENCE} tries" in text
    assert f"after {retry.MOST_TRIES} (three days)" in text
    assert f"`gave up after {retry.MOST_TRIES} tries: …`" in text
    assert f"more than {['', '', '', 'three'][decide.OLD_AFTER.days]} days old" in text
    assert (5, timedelta(minutes=5)) == (step.NOTICE_AFTER_FAILURES, checkup.OVERDUE_AFTER)
