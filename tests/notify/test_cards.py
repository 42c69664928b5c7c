from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alerting import Reason
from monitor.notify.cards import discord_body, teams_card
from monitor.notify.render import render, story_url
from monitor.notify.slackblocks import to_slack
from tests.notify.samples import article, content, hit, report

if TYPE_CHECKING:
    from monitor.notify.rendering import Rendering
    from monitor.notify.wording import Language

SEOUL = ZoneInfo("Asia/Seoul")
ARMED = "@everyone [눌러](https://evil.example) <!channel> <@1> **딥시크** `x` ~~y~~ # <b>z</b>"
ARTICLE = "https://news.example.kr/view?no=12&page=1"
PAGE = "https://news.example.kr/stories/7"
BULK = content(*[hit(of=article(f"딥시크 {n} " + "긴 제목 " * 20)) for n in range(80)], reason=Reason.DIGEST)
LIST = content(hit(weak="cut"), hit("엔비디아", of=article("엔비디아 소식"), word="엔비디아"), reason=Reason.DIGEST)


def rendered(of: Any, page: str = "", language: Language = "ko") -> Rendering:
    return replace(render(of, language, SEOUL), story_url=page)


def runs(card: Any) -> list[dict[str, Any]]:
    (attachment,) = card["attachments"]
    return [run for block in attachment["content"]["body"] for run in block.get("inlines", ())]


def actions(card: Any) -> list[tuple[str, str]]:
    return [(one["title"], one["url"]) for one in card["attachments"][0]["content"]["actions"]]


def test_a_card_of_teams_has_the_title_as_link_the_rest_small_matches_bold_and_facts() -> None:
    card: Any = teams_card(rendered(report()))
    title = [run for run in runs(card) if run.get("selectAction")]
    assert {run["selectAction"]["url"] for run in title} == {ARTICLE}
    assert "".join(run["text"] for run in title) == "中딥시크, 새 추론 모델 공개"
    assert {"type": "TextRun", "text": "딥시크", "weight": "Bolder"} in runs(card)
    assert [run["text"] for run in runs(card) if run.get("isSubtle")] == ["가나다신문 | 10-06(화) 14:30"]
    facts = [block["facts"] for block in card["attachments"][0]["content"]["body"] if block["type"] == "FactSet"]
    assert facts == [[{"title": "감시 목록", "value": "DeepSeek"}]]
    assert actions(card) == [("기사 보기", ARTICLE)]


def test_the_button_opens_the_page_of_the_story_where_there_is_one() -> None:
    assert actions(teams_card(rendered(report(), PAGE))) == [("스토리 보기", PAGE)]
    assert actions(teams_card(rendered(report(), PAGE, "en"))) == [("Open the story", PAGE)]
    assert actions(teams_card(rendered(BULK))) == []


def test_every_text_of_an_article_is_a_literal_run_in_teams() -> None:
    card: Any = teams_card(rendered(report(ARMED)))
    kinds = {block["type"] for block in card["attachments"][0]["content"]["body"]}
    assert kinds == {"RichTextBlock", "FactSet"}
    hostile: Any = teams_card(rendered(content(hit("[a](https://evil.example) *b*"))))
    ((fact,),) = [block["facts"] for block in hostile["attachments"][0]["content"]["body"] if "facts" in block]
    assert "](" not in fact["value"]
    assert "*b*" not in fact["value"]


def test_a_card_of_teams_keeps_within_28_kb_and_counts_what_is_missing() -> None:
    text = json.dumps(teams_card(rendered(BULK)))
    assert 10_000 < len(text) < 28_000
    assert "길이 제한으로 줄였습니다" in text.encode().decode("unicode_escape")


@pytest.mark.parametrize("of", [LIST, content(notes=("한 줄",), reason=Reason.NOTICE), report("")])
def test_lists_notices_and_articles_without_a_title_have_cards(of: Any) -> None:
    assert all(run["text"] for run in runs(teams_card(rendered(of))))
    body = discord_body(rendered(of))
    assert body["embeds"][0]["description"].strip()


def test_an_embed_of_discord_has_the_title_as_link_and_bold_matches() -> None:
    body = discord_body(rendered(report(), PAGE))
    (embed,) = body["embeds"]
    assert (embed["title"], embed["url"]) == ("中딥시크, 새 추론 모델 공개", ARTICLE)
    assert "**딥시크**\u200b가 새" in embed["description"]
    assert embed["description"].endswith(f"[스토리 보기]({PAGE})")
    assert body["content"] == "\\[DeepSeek\\]"


def test_nothing_in_a_title_pings_forges_or_marks_up_on_discord() -> None:
    for of in (report(ARMED), content(hit(of=article(ARMED)), hit("가", of=article(ARMED)), reason=Reason.DIGEST)):
        body = discord_body(rendered(of))
        assert body["allowed_mentions"] == {"parse": []}
        said = json.dumps(body, ensure_ascii=False)
        for armed in ("@everyone", "](https://evil", "<@1>", "<!channel>", "~~y~~", "`x`"):
            assert armed not in said
    link = discord_body(rendered(content(hit(of=article(url="https://n.kr/a(b) c")), reason=Reason.DIGEST)))
    assert "](https" not in link["embeds"][0]["description"]
    spaced = discord_body(rendered(content(hit(of=article(url="https://n.kr/a(b)")), reason=Reason.DIGEST)))
    assert "](https://n.kr/a%28b%29)" in spaced["embeds"][0]["description"]


def test_an_embed_keeps_the_limits_of_discord() -> None:
    body = discord_body(rendered(report("딥시크 **" * 100)))
    assert len(body["embeds"][0]["title"]) <= 256
    bulk = discord_body(rendered(BULK))["embeds"][0]["description"]
    assert 2000 < len(bulk) <= 4096
    assert "길이 제한으로 줄였습니다" in bulk
    assert len(discord_body(rendered(BULK))["content"]) <= 200


def test_a_line_that_begins_like_a_list_is_none() -> None:
    body = discord_body(rendered(content(notes=("- 첫째", "1. 둘째"), reason=Reason.NOTICE)))
    assert body["embeds"][0]["description"].split("\n") == ["\\- 첫째", "\\1. 둘째"]


def test_slack_has_a_button_only_if_it_is_asked_for_and_else_a_link_to_the_page() -> None:
    button: Any = to_slack(rendered(report(), PAGE), button=True)["blocks"][-1]
    assert button["type"] == "actions"
    assert (button["elements"][0]["url"], button["elements"][0]["text"]["text"]) == (PAGE, "스토리 보기")
    article_button: Any = to_slack(rendered(report()), button=True)["blocks"][-1]
    assert (article_button["elements"][0]["url"], article_button["elements"][0]["text"]["text"]) == (
        ARTICLE,
        "기사 보기",
    )
    link: Any = to_slack(rendered(report(), PAGE))["blocks"][-1]
    assert link["elements"][0]["text"] == f"<{PAGE}|스토리 보기>"
    for body in (to_slack(rendered(BULK), button=True), to_slack(rendered(report()))):
        blocks: Any = body["blocks"]
        assert "actions" not in {block["type"] for block in blocks}
    assert len(to_slack(rendered(BULK, PAGE), button=True)["blocks"]) <= 50


def test_an_alert_of_one_story_has_its_page_if_people_reach_the_dashboard() -> None:
    one = content(replace(hit(), story_id=7))
    assert story_url(one, "https://news.example.kr/") == PAGE
    assert story_url(one, "") == ""
    assert story_url(content(replace(hit(), story_id=7), replace(hit("가"), story_id=8)), "https://x.kr") == ""
    assert story_url(report(), "https://x.kr") == ""
