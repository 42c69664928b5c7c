"""Read every feed of a folder as a poll would: what could not be read, and what fell over.

    python bench/corpus.py FOLDER

FOLDER holds feeds as they were served, at any depth. Exits with 1 if reading one raised anything but a FetchError, or
if one was left with more replacement characters than the better of UTF-8 and CP949 leaves by itself.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from monitor.core.errors import FetchError
from monitor.ingest.parse import ParseJob, parse

_CODECS = ("utf-8", "cp949")
_FIRST_HANGUL, _LAST_HANGUL = "가", "힣"


def truly_bad(body: bytes) -> int:
    """The replacement characters that no choice of codec spares, those in the body itself included."""
    return min(body.decode(codec, "replace").count("\ufffd") for codec in _CODECS)


def read(file: Path) -> str:
    """What came of a file, in a few words; raises what is not ours."""
    body = file.read_bytes()
    job = ParseJob(
        body, "", f"https://feeds.example/{file.name}", "feed", "", "Asia/Seoul", (), datetime.now(UTC), 500
    )
    try:
        parsed = parse(job)
    except FetchError as error:
        return f"refused: {error.failure.value}"
    if parsed.unreadable > truly_bad(body):
        return f"unreadable: {parsed.unreadable} characters, {truly_bad(body)} of them truly bad"
    titles = "".join(entry.article.title + entry.article.summary for entry in parsed.entries)
    hangul = any(_FIRST_HANGUL <= letter <= _LAST_HANGUL for letter in titles)
    return "read, with Hangul" if hangul else "read"


def main() -> int:
    """Read them all, name what is wrong, and count the rest."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    found: Counter[str] = Counter()
    wrong = 0
    for file in sorted(path for path in options.parse_args().folder.rglob("*") if path.is_file()):
        try:
            outcome = read(file)
        except Exception:  # noqa: BLE001 - this is what is looked for
            outcome = "fell over"
            traceback.print_exc(limit=-3)
        if outcome.startswith(("fell over", "unreadable")):
            wrong += 1
            print(f"{file}: {outcome}")
        found[outcome.partition(":")[0] if outcome.startswith("unreadable") else outcome] += 1
    for outcome, count in found.most_common():
        print(f"{count:6} {outcome}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
