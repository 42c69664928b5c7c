"""A PostgreSQL server of the tests' own, made of the programs that this machine has. Nothing on it survives."""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING: Final = "PostgreSQL is not installed (Debian: apt-get install postgresql); what it promises was not tested"

ON_SQLITE: Final = pytest.mark.parametrize("either_database", ["sqlite"], indirect=True)
"""For a test of what is so on SQLite alone, in a room whose database is either."""

# Nothing here outlives the tests, so nothing waits for the disk.
_FORGETFUL: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS: Final = (
    "shared_buffers=32MB",
    "max_connections=60",
    "autovacuum=off",
    "timezone=America/New_York",
)

_EMPTY: Final = """
DO $$
DECLARE name text;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(name::regclass, 1, false);
    END LOOP;
END $$
"""


@functools.cache
def programs() -> Path | None:
    """The folder with PostgreSQL's programs, the newest of this machine; None if there is none."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _user() -> dict[str, object]:
    """Who runs the server: root may not, so that one lends it to another user of the machine."""
    if os.getuid() != 0:
        return {}
    names = {one.pw_name for one in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


NEEDED: Final = pytest.mark.skipif(programs() is None, reason=MISSING)
"""For a test that is of PostgreSQL alone."""


@dataclass(slots=True)
class Server:
    """A server on a socket in a folder of its own; with `port`, on that port of `host` too.

    Unless it is `durable`, it waits for no disk.
    """

    port: int | None = None
    durable: bool = False
    host: str = "127.0.0.1"
    folder: Path = field(init=False)
    _process: subprocess.Popen[bytes] | None = None
    _templates: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="knm-pg-"))
        user = _user()
        if user:
            os.chown(self.folder, int(str(user["user"])), int(str(user["group"])))
        self._run("initdb", "-D", str(self._cluster), "-U", "monitor", "-A", "trust", "-E", "UTF8", "--no-sync")
        if self.port:
            with (self._cluster / "pg_hba.conf").open("a", encoding="utf-8") as rules:
                rules.write("host all all samenet trust\n")

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - the machine's own server
            [self._path(program), *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            **_user(),  # type: ignore[call-overload]
        )

    def _path(self, program: str) -> str:
        folder = programs()
        assert folder is not None, MISSING
        return str(folder / program)

    def start(self) -> None:
        """Start it and wait until it answers."""
        listen = ["-c", f"listen_addresses={self.host if self.port else ''}"]
        listen += ["-p", str(self.port)] if self.port else []
        settings = [
            word for setting in (*_SETTINGS, *(() if self.durable else _FORGETFUL)) for word in ("-c", setting)
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the machine's own server
                [self._path("postgres"), "-D", str(self._cluster), "-k", str(self.folder), *listen, *settings],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                **_user(),  # type: ignore[call-overload]
            )
        end = time.monotonic() + 30
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it at once, its connections with it; what was committed is there after a start."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def close(self) -> None:
        """Stop it and forget all of it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def execute(self, *statements: str, database: str = "postgres") -> Sequence[tuple[object, ...]]:
        """Run statements, each a transaction; the rows of the last one."""
        with psycopg.connect(self._words(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _words(self, database: str) -> str:
        return f"host={self.folder} port={self.port or 5432} user=monitor dbname={database}"

    def url(self, database: str) -> str:
        """The address of a database as config.yaml has it."""
        if self.port:
            return f"postgresql+psycopg://monitor@{self.host}:{self.port}/{database}"
        return f"postgresql+psycopg://monitor@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database; its address."""
        self.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def empty(self, database: str) -> None:
        """Make a database as good as new: nobody connected, no rows, numbers from 1. Faster than another copy."""
        self.execute(_EMPTY, database=database)
