"""Whether `monitor backtest` shows exactly the articles that a new alias gains, counted without the product.

    python bench/gained.py ARTICLES.jsonl [--term NAME] [--alias ALIAS]

Each line of the file has `title` and `summary`. A database is filled with them, and the command is run as it is by
hand: a term with one spelling against the same term with the alias. Beside it the articles are counted from the file
alone: as `grep` finds the alias, and by the rules of docs/watchlists.md, written anew as a regular expression: no
Hangul before; behind it no Hangul, or a particle that agrees with the last consonant; a space may stand in the middle
of four syllables, and where the script changes. Tails of Hangul that are no such particle are listed, to be judged by
eye. Exit 1 if the two differ.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.bootstrap import open_storage
from monitor.core.article import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.pipeline.ports import Work

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
HANGUL, SYLLABLES_OF_A_VOWEL, LETTERS_OF_A_PHRASE = "가-힣", 28, 4
ALWAYS = (
    "의 도 만 에 엔 에서 에서의 에서도 에선 에게 까지 부터 보다 처럼 마저 조차 뿐 같은 인 이다 이라고 이라는 "
    "이라며 이며 측 등 들 발"
)
VOWEL = "는 가 를 와 와의 나 로 로부터 로서 라 라고 라는 다 고 며 였다"
CONSONANT = "은 이 을 과 과의 이나 으로 으로부터 으로서 이란 이었다"


def pattern(spelling: str) -> re.Pattern[str]:
    """A spelling where it may stand as a name; `behind` is its tail of Hangul."""
    middle = len(spelling) // 2
    letters = re.escape(spelling)
    if re.fullmatch(f"[{HANGUL}]{{{LETTERS_OF_A_PHRASE},}}", spelling):
        letters = f"{spelling[:middle]} ?{spelling[middle:]}"
    letters = re.sub(f"(?<=[{HANGUL}])(?=[A-Za-z])|(?<=[A-Za-z])(?=[{HANGUL}])", " ?", letters)
    hangul, latin = f"[{HANGUL}]", "[A-Za-z0-9]"
    before = f"(?<!{hangul if re.match(hangul, spelling) else latin})"
    after = "" if re.match(hangul, spelling[-1]) else f"(?!{latin})"
    return re.compile(f"{before}{letters}{after}(?P<behind>[{HANGUL}]*)", re.IGNORECASE)


def particles(spelling: str) -> set[str]:
    """What may stand behind a spelling; both kinds behind letters that are no Hangul."""
    last = spelling[-1]
    if not re.fullmatch(f"[{HANGUL}]", last):
        return {*ALWAYS.split(), *VOWEL.split(), *CONSONANT.split()}
    ends_in_vowel = (ord(last) - ord("가")) % SYLLABLES_OF_A_VOWEL == 0
    return {*ALWAYS.split(), *(VOWEL if ends_in_vowel else CONSONANT).split()}


def tails(row: dict[str, Any], spelling: str) -> list[str]:
    """What stands behind each place at which an article may hold a spelling."""
    parts = (unicodedata.normalize("NFKC", row.get(key) or "") for key in ("title", "summary"))
    return [found["behind"] for part in parts for found in pattern(spelling).finditer(part)]


def holds(row: dict[str, Any], spelling: str) -> bool:
    """Whether an article holds a spelling by the rules."""
    return any(not tail or tail in particles(spelling) for tail in tails(row, spelling))


def fill(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    """Store the articles; the place in the file is in the address."""
    for number, row in enumerate(rows):
        at = BEGAN + timedelta(minutes=number)
        address = f"https://news.example/{number}"
        article = Article(str(number), address, row["title"], row.get("summary") or "", published_at=at)
        work.articles.add(article, at)


def configuration(spellings: Sequence[str]) -> str:
    """One watchlist over one term."""
    written = json.dumps(list(spellings), ensure_ascii=False)
    return (
        f"database: sqlite:///gained.db\nterms: {{A: {{kind: organisation, any: {written}}}}}\n"
        "watchlists: [{name: A, any: ['@A']}]\nchannels: {desk: {url: 'log://'}}\n"
    )


def gained(folder: Path) -> set[int]:
    """The places in the file of the articles that the command says are gained; none is lost.

    Raises:
        ValueError: some are lost.
    """
    words = ("--config", str(folder / "config.yaml"), "backtest", "--config", str(folder / "new.yaml"), "--json")
    done = subprocess.run([sys.executable, "-m", "monitor", *words], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    watchlist = json.loads(done.stdout.splitlines()[0])
    if watchlist["lost"]:
        raise ValueError("an alias makes a term lose articles")
    return {int(change["url"].rpartition("/")[2]) for change in watchlist["gained"]}


async def prepare(folder: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Make and fill the database."""
    async with open_storage(folder / "config.yaml") as opened:
        await opened.storage.write(lambda work: fill(work, rows))


def main() -> None:
    """Count both ways and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--term", default="Anthropic")
    parser.add_argument("--alias", default="앤스로픽")
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.yaml").write_text(configuration([asked.term]), encoding="utf-8")
        (folder / "new.yaml").write_text(configuration([asked.term, asked.alias]), encoding="utf-8")
        asyncio.run(prepare(folder, rows))
        shown = gained(folder)
    grep = {place for place, row in enumerate(rows) if asked.alias in f"{row['title']}\n{row.get('summary') or ''}"}
    known = {place for place, row in enumerate(rows) if holds(row, asked.term)}
    counted = {place for place, row in enumerate(rows) if holds(row, asked.alias)} - known
    strange = Counter(tail for row in rows for tail in tails(row, asked.alias)) - Counter()
    others = {tail: count for tail, count in strange.items() if tail and tail not in particles(asked.alias)}
    print(f"{len(rows):,} articles; {len(known)} hold {asked.term}; {len(grep)} have the letters {asked.alias}")
    print(
        f"by the rules {len(counted)} are gained; monitor backtest shows {len(shown)}; {len(counted & shown)} in both"
    )
    print(f"other tails: {others or 'none'}")
    for sign, places in (("-", counted - shown), ("+", shown - counted)):
        for place in sorted(places):
            print(f"{sign} line {place + 1}: {rows[place]['title']}")
    sys.exit(counted != shown)


if __name__ == "__main__":
    main()
