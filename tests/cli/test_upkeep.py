from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from monitor.cli import main as program
from monitor.core.errors import ConfigurationError, Problem, StorageError

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def test_check_counts_what_a_good_configuration_holds(command: Command) -> None:
    done = command("check")
    assert done.exit_code == 0
    assert done.stderr.endswith("config.yaml: good: 2 feeds, 1 terms, 1 watchlists, 1 channels\n")


def test_check_can_look_at_another_file(command: Command) -> None:
    other = command.folder / "other.yaml"
    other.write_text("channels: {desk: {url: 'slakc://x'}}\n", encoding="utf-8")
    done = command("check", str(other))
    assert isinstance(done.exception, ConfigurationError)
    assert f"{other}:1:" in str(done.exception)
    assert "channels.desk.url: " in str(done.exception)


def test_faults_of_channels_queries_and_examples_are_shown_together(command: Command) -> None:
    (command.folder / "config.yaml").write_text(
        "channels: {desk: {url: 'slakc://x'}}\nwatchlists:\n  - {name: 식, query: '/(/'}\n"
        "  - {name: 예, any: [딥시크], examples: {match: [날씨]}}\n",
        encoding="utf-8",
    )
    done = command("check")
    assert isinstance(done.exception, ConfigurationError)
    assert [problem.line for problem in done.exception.problems][:2] == [1, 3]


WARNED = """
database: sqlite:///monitor.db
watchlists: [{name: 가, query: '수출 -수출', channels: [desk]}]
channels: {desk: {url: "log://"}, spare: {url: "log://"}}
"""


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--strict",), 2)])
def test_warnings_are_shown_and_fail_a_strict_check_only(command: Command, words: tuple[str, ...], code: int) -> None:
    (command.folder / "config.yaml").write_text(WARNED, encoding="utf-8")
    done = command("check", *words)
    assert done.exit_code == code
    assert "config.yaml:3:31: warning: watchlists.0.query: the watchlist 가 can never match" in done.stderr
    assert "config.yaml:4:35: warning: channels.spare: no watchlist uses this channel" in done.stderr
    assert ("good: " in done.stderr) == (code == 0)


def test_a_strict_check_of_a_configuration_without_warnings_passes(command: Command) -> None:
    assert command("check", "--strict").exit_code == 0


def test_faults_and_warnings_are_json_lines_for_programs(command: Command) -> None:
    path = command.folder / "config.yaml"
    path.write_text(WARNED, encoding="utf-8")
    rows = [json.loads(line) for line in command("check", "--json").stdout.splitlines()]
    assert [(row["level"], row["line"], row["path"]) for row in rows] == [
        ("warning", 3, "watchlists.0.query"),
        ("warning", 4, "channels.spare"),
    ]
    path.write_text("watchlists: [{name: 가, query: '(수출'}]\ncolour: red\n", encoding="utf-8")
    done = command("check", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 2
    assert [(row["level"], row["line"], row["column"], row["path"]) for row in rows] == [
        ("error", 1, 32, "watchlists.0.query"),
        ("error", 2, 1, "colour"),
    ]
    assert rows[0]["excerpt"].splitlines() == ["(수출", "^"]


def test_schema_is_json_that_names_the_keys(command: Command) -> None:
    assert "watchlists" in json.loads(command("schema").stdout)["properties"]


def test_the_schema_of_alerts_for_programs_is_printed_too(command: Command) -> None:
    schema = json.loads(command("schema", "--alert").stdout)
    assert schema["properties"]["version"] == {"const": 1}


def test_the_database_can_be_upgraded_backed_up_and_checked(command: Command) -> None:
    assert "already at 0" in command("db", "upgrade").stderr
    assert "backed up to" in command("db", "backup", str(command.folder / "copy.db")).stderr
    assert "the database is sound" in command("db", "check").stderr
    (command.folder / "monitor.db").unlink()
    assert "upgraded from nothing to 0" in command("db", "upgrade").stderr


def test_the_history_can_be_copied_into_an_empty_database(filled: Command) -> None:
    url = f"sqlite:///{filled.folder}/copy.db"

    done = filled("db", "copy", url)

    assert done.exit_code == 0, done.output
    assert "copied and counted: 1 alerts, 1 articles, 1 feeds, 3 deliveries" in done.stderr
    again = filled("db", "copy", url)
    assert isinstance(again.exception, StorageError)
    assert "holds rows already" in str(again.exception)


def test_a_damaged_database_is_named_with_exit_1(command: Command) -> None:
    (command.folder / "monitor.db").write_bytes(b"SQLite format 3\x00" + b"\x07" * 8000)
    done = command("db", "check")
    assert done.exit_code == 1
    assert done.stderr.strip()


def test_the_tries_at_a_delivery_are_listed(filled: Command) -> None:
    done = filled("deliveries", "attempts", "99", "--json")
    assert (done.exit_code, done.stdout) == (0, "")


def test_doctor_finds_nothing_in_a_healthy_place(command: Command) -> None:
    done = command("doctor")
    assert done.exit_code == 0, done.output
    assert "BAD" not in done.stderr


def test_doctor_names_the_last_backup_and_when_none_is_made_any_more(command: Command) -> None:
    assert "ok   backup: none was made by `monitor db backup`" in command("doctor").stderr
    command("db", "backup", str(command.folder / "copy.db"))
    assert f"MB, {command.folder / 'copy.db'}" in command("doctor").stderr
    assert command("db", "backup", "--note", str(command.folder / "none")).exit_code == 2
    command("db", "backup", "--note", str(command.folder / "config.yaml"))
    assert f"MB, {command.folder / 'config.yaml'}" in command("doctor").stderr
    with closing(sqlite3.connect(command.folder / "monitor.db")) as database, database:
        database.execute("UPDATE backups SET made_at = '2020-01-01 00:00:00.000000'")
    done = command("doctor")
    assert done.exit_code == 1
    assert "BAD  backup: 2020-01-01 00:00 UTC" in done.stderr


def test_a_database_of_an_older_schema_is_backed_up_too(command: Command) -> None:
    with closing(sqlite3.connect(command.folder / "monitor.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0009'")
    assert "backed up to" in command("db", "backup", str(command.folder / "copy.db")).stderr


def test_doctor_names_what_is_sick_and_what_to_do(filled: Command) -> None:
    with closing(sqlite3.connect(filled.folder / "monitor.db")) as database, database:
        database.execute("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00.000000'")
        database.execute("UPDATE deliveries SET created_at = '2020-01-01 00:00:00.000000'")
    done = filled("doctor")
    assert done.exit_code == 1
    assert "BAD  daemon: a feed has been due for" in done.stderr
    assert "start it with `monitor run`" in done.stderr
    assert "BAD  feeds: 1 failing: 전자신문… → see `monitor feeds`" in done.stderr
    assert "BAD  outbox: 1 waiting, the oldest for" in done.stderr
    assert "BAD  dead deliveries: 1 → see" in done.stderr


@pytest.mark.parametrize("options", [[], ["--running"]])
def test_doctor_says_what_to_do_about_a_broken_database(command: Command, options: list[str]) -> None:
    (command.folder / "monitor.db").write_bytes(b"no database at all" * 200)
    done = command("doctor", *options)
    assert done.exit_code == 1
    assert "BAD  database: the file is not a database" in done.stderr
    assert "→ set `database` to another path or restore a backup" in done.stderr
    assert ("ok   configuration: 1 watchlists" in done.stderr) is not bool(options)


def test_doctor_asks_only_for_the_daemon_in_a_health_check(filled: Command) -> None:
    done = filled("doctor", "--running", "--json")
    assert done.exit_code == 0
    (finding,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (finding["name"], finding["well"]) == ("daemon", True)


@pytest.mark.parametrize(
    ("channels", "seen"),
    [("{}", "no channel: nobody is told"), ("{desk: {url: 'slakc://secret-token'}}", "channels.desk.url")],
)
def test_doctor_looks_at_the_channels(command: Command, channels: str, seen: str) -> None:
    (command.folder / "config.yaml").write_text(f"database: sqlite:///monitor.db\nchannels: {channels}\n")
    done = command("doctor")
    assert done.exit_code == 1
    assert seen in done.stderr
    assert "secret-token" not in done.output


def test_polling_an_unknown_feed_is_a_usage_error(command: Command) -> None:
    done = command("poll", "--feed", "없음")
    assert isinstance(done.exception, ConfigurationError)
    assert "--feed 없음: no enabled feed" in str(done.exception)


def test_the_version_is_printed(command: Command) -> None:
    assert command("--version").stdout.strip().count(".") == 2


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ConfigurationError((Problem("a", "one", file="c.yaml", line=2, column=3),)), 2, "c.yaml:2:3: a: one"),
        (StorageError("the disk is full", "free some space"), 1, "monitor: the disk is full, free some space"),
    ],
)
def test_errors_end_in_a_line_and_an_exit_code(
    error: Exception, code: int, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(program, "app", fail)
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == code
    assert text in capsys.readouterr().err


def test_channels_are_listed_without_their_secrets(command: Command) -> None:
    (command.folder / "config.yaml").write_text(
        "channels:\n  desk: {url: 'log://'}\n"
        "  mail: {url: 'mailto://me:geheim123@x.kr?to=a@x.kr,b@x.kr', digest: '08:00'}\n",
        encoding="utf-8",
    )
    rows = [json.loads(line) for line in command("channels", "--json").stdout.splitlines()]
    assert [(row["name"], row["recipients"], row["digest"]) for row in rows] == [
        ("desk", [], None),
        ("mail", ["a@x.kr", "b@x.kr"], "08:00"),
    ]
    shown = command("channels")
    assert "mail" in shown.stdout
    assert "geheim123" not in shown.output + json.dumps(rows)


def test_init_writes_a_configuration_that_passes_the_check_and_touches_no_other(command: Command) -> None:
    assert command("init").exit_code == 1
    (command.folder / "config.yaml").unlink()
    assert "written" in command("init").stderr
    assert command("check", "--strict").exit_code == 0
    schema = command.folder / "config.schema.json"
    assert schema.read_text(encoding="utf-8") == command("schema").stdout
    schema.write_text("mine", encoding="utf-8")
    (command.folder / "config.yaml").unlink()
    done = command("init")
    assert (done.exit_code, "is not written (File exists)" in done.stderr) == (0, True)
    assert schema.read_text(encoding="utf-8") == "mine"
    (command.folder / "config.yaml").unlink()
    (command.folder / "config.yaml").symlink_to(command.folder / "no" / "folder.yaml")
    assert command("init").exit_code == 1


def test_init_explains_the_configuration_in_english_if_asked(command: Command) -> None:
    (command.folder / "config.yaml").unlink()
    assert command("init", "--lang", "en").exit_code == 0
    assert "language: en" in (command.folder / "config.yaml").read_text(encoding="utf-8")
    assert command("check", "--strict").exit_code == 0
