from __future__ import annotations

import re
from pathlib import Path

from tests.faults.__main__ import Seen, table
from tests.faults.catalogue import FAULTS

NUMBERED = re.compile(r"def test_fault_(\d\d)_")


def test_every_numbered_test_is_of_a_fault_in_the_catalogue() -> None:
    tests = Path(__file__).parents[1]
    numbers = {
        int(number)
        for file in tests.rglob("test_*.py")
        for number in NUMBERED.findall(file.read_text(encoding="utf-8"))
    }
    assert numbers <= set(FAULTS)


def test_the_table_says_the_worst_that_was_seen() -> None:
    seen = [Seen("a", "survived", 1.0), Seen("b", "failure", 2.0, "lost")]
    lines = table({1: seen, 2: [Seen("c", "skipped", 0, "no server")]}).splitlines()
    assert lines[2].endswith("| failure: b | 2 | 3.0 |")
    assert lines[3].endswith("| not run here: no server | 1 | 0.0 |")
    assert lines[4].endswith("| no test | 0 | 0.0 |")
