"""What mkdocs asks while it builds the site: the list of decisions is made of the decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

DECISIONS: Final = Path(__file__).parents[1] / "docs" / "decisions"


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """A page's text; that of the decisions with a link to each."""
    if page.file.src_uri != "decisions.md":
        return markdown
    titles = {one.name: one.read_text(encoding="utf-8").splitlines()[0] for one in sorted(DECISIONS.glob("*.md"))}
    return markdown + "".join(f"\n- [{title[2:]}](decisions/{name})" for name, title in titles.items())
