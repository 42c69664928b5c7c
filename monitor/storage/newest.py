"""Which article and hit are the newest that are stored: what an alert can tell of that is sent now."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select

from monitor.storage.tables import ARTICLES, HITS

_ARTICLE: Final = select(func.max(ARTICLES.c.id)).scalar_subquery()
_HIT: Final = select(func.max(HITS.c.id)).scalar_subquery()

NEWEST: Final = select(_ARTICLE.label("article_id"), _HIT.label("hit_id"))

NEWEST_READ: Final[dict[str, Any]] = {"read_article_id": _ARTICLE, "read_hit_id": _HIT}
"""Values for deliveries: their alert is read, or withheld, now."""
