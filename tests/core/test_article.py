from __future__ import annotations

from monitor.core.article import TEXT_FIELDS, Article


def test_each_text_field_can_be_asked_for_by_name() -> None:
    article = Article(identity="i", url="", title="제목", summary="요약", content="본문")
    assert [article.field(name) for name in TEXT_FIELDS] == ["제목", "요약", "본문"]
