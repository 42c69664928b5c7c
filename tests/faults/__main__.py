"""Run every test of a fault at full size, print a table, and write it where it is asked to.

    python -m tests.faults [TABLE.md]

Exit 1: a fault was not survived, or has no test.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, parse

from tests.faults.catalogue import FAULTS

FULL: Final = {
    "MONITOR_TEST_EDITS": "200",
    "MONITOR_TEST_KILLS": "50",
    "MONITOR_TEST_HITS": "10000",
    "MONITOR_TEST_FEEDS": "10000",
    "MONITOR_TEST_SECONDS": "60",
    "MONITOR_TEST_OUTAGES_S": "1 5 45",
    "MONITOR_TEST_PARTITION_S": "60",
}
"""What the ordinary run of the tests makes smaller."""

_NAME: Final = re.compile(r"test_fault_(\d\d)_(\w+)(\[.*\])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seen:
    """How one test ended; `why` says why it was skipped or what failed."""

    name: str
    outcome: str
    seconds: float
    why: str = ""


def run() -> dict[int, list[Seen]]:
    """Run the tests; what was seen, by the number of the fault."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "faults.xml"
        asked = ["-n", "2", "-q", "-p", "no:cacheprovider", "-k", "test_fault_", "--timeout", "600", "tests"]
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "pytest", *asked, f"--junit-xml={report}"], env=FULL | os.environ, check=False
        )
        cases = parse(report).iter("testcase")  # noqa: S314 - written by pytest a moment ago
        found: defaultdict[int, list[Seen]] = defaultdict(list)
        for case in cases:
            named = _NAME.fullmatch(case.get("name", ""))
            if named:
                found[int(named[1])].append(_seen(named[2] + (named[3] or ""), case))
    return found


def _seen(name: str, case: Element) -> Seen:
    seconds = float(case.get("time", "0"))
    for outcome in ("failure", "error", "skipped"):
        child = case.find(outcome)
        if child is not None:
            return Seen(name, outcome, seconds, child.get("message", "").splitlines()[0])
    return Seen(name, "survived", seconds)


def table(found: dict[int, list[Seen]]) -> str:
    """A Markdown table: the number, the fault, how many tests say what, and how long they took."""
    lines = ["| No. | Fault | Seen | Tests | Seconds |", "|---|---|---|---|---|"]
    for number, fault in FAULTS.items():
        seen = found.get(number, [])
        worst = _worst(seen)
        shown = fault.replace("<", "&lt;").replace("|", "\\|")
        lines.append(f"| {number} | {shown} | {worst} | {len(seen)} | {sum(one.seconds for one in seen):.1f} |")
    return "\n".join(lines) + "\n"


def _worst(seen: list[Seen]) -> str:
    for outcome in ("failure", "error"):
        failed = [one for one in seen if one.outcome == outcome]
        if failed:
            return f"{outcome}: {failed[0].name}"
    survived = [one for one in seen if one.outcome == "survived"]
    if not survived:
        return f"not run here: {seen[0].why}" if seen else "no test"
    return "survived"


def main() -> int:
    """Print the table; 1 if a fault was not survived."""
    found = run()
    text = table(found)
    sys.stdout.write(text)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    return int(any(_worst(found.get(number, [])) != "survived" for number in FAULTS))


if __name__ == "__main__":
    sys.exit(main())
