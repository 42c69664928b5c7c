"""Every comparison in one run, as one table: bench.md and bench.json, or the folder that is named.

    python bench/table.py [FOLDER] [--articles ARTICLES.jsonl] [--peers PYTHON] [--quick] [--only SCRIPT…]

Each script runs alone, measures by turns whatever it compares, and prints as it does by itself; what it notes is
gathered. `--peers` is an interpreter that has the other programs, as `bench/peers.py` says; `--quick` takes smaller
sizes, to see that all of it works. A script that fails is named in the table, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
NAMED: Final = ("feedparser", "httpx", "SQLAlchemy", "daachorse", "apprise")
PARTS: Final = {
    "polls": "Polling on loopback",
    "matching": "Matching",
    "stories": "Stories",
    "search": "Search in the history",
    "storage": "Storing a poll",
    "latency": "From publication to the alert",
    "memory": "Memory",
    "growth": "Growth",
}


def scripts(asked: argparse.Namespace) -> dict[str, list[str]]:
    """The arguments of each script, by its name, in order."""
    few = asked.quick
    articles = [str(asked.articles)] if asked.articles else []
    peers = ["--python", asked.peers, *(("--feeds", "10") if few else ("--rounds", "3"))]
    found = {
        **({"peers": peers} if asked.peers else {}),
        "matching": articles + (["--terms", "100", "--queries", "100", "--vocabulary", "1000"] if few else []),
        "stories": articles + (["--window", "2000", "--measured", "200"] if few else []),
        "search": ["2000"] if few else [],
        "storage": ["10"] if few else [],
        "latency": ["--rounds", "5"] if few else [],
        "growth": ["--feeds", "10", "20", "--articles", "1000"] if few else [],
        "cluster": ["1"] if few else [],
    }
    return {name: words for name, words in found.items() if not asked.only or name in asked.only}


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Run them; where and with what, the figures, and what failed."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.jsonl"
        file.touch()
        for name, words in scripts(asked).items():
            print(f"\n== {name}", flush=True)
            environment = {**os.environ, "BENCH_FIGURES": str(file), "PYTHONPATH": str(HERE.parent)}
            command = [sys.executable, str(HERE / f"{name}.py"), *words]
            if subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603 - our own scripts
                failed.append(name)
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {**_place(), "failed": failed, "figures": rows}


def _place() -> dict[str, Any]:
    names = {name: version(name) for name in ("korean-news-monitor", *NAMED)}
    models = [line for line in _cpu() if line.startswith("model name")]
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": models[0].partition(":")[2].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": names,
    }


def _cpu() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def markdown(found: dict[str, Any]) -> str:
    """The table of each part, under the machine and the versions."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    lines = [
        f"Measured {found['at']} on {found['processor']}, {found['cores']} cores, load {found['load']} at the start,",
        f"Python {found['python']}, {versions}.",
        "",
        "A ratio over 1 says how many times better this is than what stands beside it, in the same run.",
    ]
    if found["failed"]:
        lines += ["", f"Failed: {', '.join(found['failed'])}."]
    for part, title in PARTS.items():
        rows = [row for row in found["figures"] if row["part"] == part]
        if rows:
            lines += ["", f"## {title}", "", "| What | Figure | Ratio | Against |", "|---|---:|---:|---|"]
            lines += [_line(row) for row in rows]
    return "\n".join(lines) + "\n"


def _line(row: dict[str, Any]) -> str:
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}" if row["ratio"] < 10 else f"{row['ratio']:,.0f}"  # noqa: PLR2004
    value = f"{row['value']:,.0f}" if row["value"] >= 100 else f"{row['value']:.2f}"  # noqa: PLR2004 - enough digits
    return f"| {row['what']} | {value} {row['unit']} | {ratio} | {row['against']} |"


def main() -> int:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", nargs="?", type=Path, default=Path())
    options.add_argument("--articles", type=Path)
    options.add_argument("--peers")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--only", nargs="*", default=())
    asked = options.parse_args()
    began_s = time.monotonic()
    found = run(asked)
    text = markdown(found)
    print(f"\n{text}\n{(time.monotonic() - began_s) / 60:.0f} minutes")
    (asked.folder / "bench.md").write_text(text, encoding="utf-8")
    (asked.folder / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(bool(found["failed"]))


if __name__ == "__main__":
    sys.exit(main())
