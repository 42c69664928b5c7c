"""Nothing that a title or an address holds pings a room, forges a link or inserts a header, on any channel."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from apprise import Apprise, NotifyFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.alerting import Reason
from monitor.notify.channels import _written
from monitor.notify.render import TITLE_LIMIT, render
from monitor.notify.rendering import with_title
from monitor.notify.slackblocks import to_slack
from monitor.notify.templating import BUILT_IN, write_built_in
from monitor.notify.views import Kind, defused
from tests.notify.samples import article, content, hit

if TYPE_CHECKING:
    from monitor.notify.rendering import Rendering

PIECES = (
    *("<!channel>", "<!here|x>", "<@U123>", "<#C1>", "@here", "@everyone", "@channel", "<@&1>", "&lt;!channel&gt;"),
    *('<at user_id="all">', '<m userId="all">', "</at>", "@**all**", "@_**all**", "@*team*", "x@**all**"),
    *(
        "<https://evil.example|눌러>",
        "<//evil.example|눌러>",
        "< https://evil.example|눌러>",
        "<mailto:x@evil.kr|눌러>",
    ),
    *("[눌러](https://evil.example)", "](", "[", "](https://evil.example)", "<", "@", "**all**"),
    *("\r\nBcc: evil@x.kr\r\n\r\n", "\u202e", "\u2066", "\u200b", "\x00", "\u2028"),
    *("<script>x</script>", '"><img src=x>', "</a>", "*_~`", "딥시크", " ", "가" * 300),
)
ADDRESSES = (
    *("https://a.kr/x|거짓>*<!channel>", 'https://a.kr/"><script>', "javascript:alert(1)", "https://a.kr/x"),
    *(
        "https://a.kr/\r\nX: y",
        "https://a.kr/[x](https://evil.example)",
        "https://a.kr/@everyone",
        "https://a.kr/@**all**",
        "",
    ),
)
TITLES = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), min_size=1, max_size=8).map("".join)
TAG = re.compile(r"<[^>]*>")
SERVICES = (
    *("mmost://127.0.0.1/3ccdd113474722377935511fc85d3dd4", "synology://127.0.0.1/tokentoken1"),
    *("lark://abcdefghij1234567890", "feishu://abcdefghij1234567890"),
    *(
        "zulip://botname@apprise/a8b0c9d1e2f3a4b5c6d7e8f9a0b1c2d3",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ),
    *("gchat://workspace1/keykeykey1/tokentoken1", "wecombot://botkey", "dingtalk://12345678"),
)
READ_AS_MORE = re.compile(r"<[\s\w/@!#&:]|@[*_]|\]\(|(?<![0-9A-Za-z_])@(everyone|here|channel|all)")


@st.composite
def renderings(draw: Any) -> Rendering:
    urls = st.sampled_from(ADDRESSES)
    of = [article(draw(TITLES), draw(TITLES), url=draw(urls), identity=str(n)) for n in range(2)]
    reason = draw(st.sampled_from(Reason))
    told = content(*(hit(draw(TITLES), one) for one in of), reason=reason, notes=(draw(TITLES),))
    return render(told, draw(st.sampled_from(["ko", "en"])), ZoneInfo("Asia/Seoul"))


@settings(max_examples=150, deadline=None)
@given(renderings())
def test_slack_reads_only_our_own_links_in_it(rendering: Rendering) -> None:
    body = to_slack(rendering)
    assert "<" not in body["text"]
    for block in body["blocks"]:
        (shown,) = block.get("elements") or [block["text"]]
        text = shown["text"]
        assert shown["verbatim"] is True
        assert all(re.fullmatch(r"<https://a\.kr/[^<>|]*\|[^<>]*>", tag) for tag in TAG.findall(text))
        assert text.count("<") == text.count(">") == len(TAG.findall(text))


@settings(max_examples=150, deadline=None)
@given(renderings())
def test_html_holds_only_our_own_tags(rendering: Rendering) -> None:
    tags = TAG.findall(write_built_in(Kind.HTML, with_title(rendering)))
    assert all(re.fullmatch(r'</?b>|</a>|<br>|<a href="https://a\.kr/[^"<>]*">', tag) for tag in tags)


@settings(max_examples=100, deadline=None)
@given(renderings())
def test_a_mail_holds_only_the_tags_of_its_template(rendering: Rendering) -> None:
    written = write_built_in(Kind.MAIL_HTML, rendering)
    body = written.partition("<body")[2]
    names = {re.split(r"[\s>]", tag[1:].lstrip("/"))[0] for tag in TAG.findall(body)}
    assert names <= {"body", "div", "h1", "h2", "p", "a", "b", "br", "span", "html"}
    assert all(url.startswith("https://a.kr/") for url in re.findall(r'href="([^"]*)"', body))
    assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", body))


@settings(max_examples=150, deadline=None)
@given(renderings())
def test_chat_services_read_no_mention_and_no_masked_link_in_it(rendering: Rendering) -> None:
    safe = defused(with_title(rendering))
    for text in (safe.title, write_built_in(Kind.TEXT, safe)):
        assert READ_AS_MORE.search(text) is None


@pytest.mark.parametrize("url", SERVICES)
@settings(max_examples=20, deadline=None)
@given(rendering=renderings())
def test_no_service_is_handed_a_mention_or_a_masked_link(url: str, rendering: Rendering) -> None:
    plugin: Any = Apprise.instantiate(url)
    title, body, body_format = _written(plugin, rendering, BUILT_IN)
    seen = body
    if body_format is NotifyFormat.HTML:  # only our own tags are tags; the rest is what a reader of them sees
        seen = html.unescape(re.sub(r'</?b>|</a>|<br>|<a href="https://a\.kr/[^"<>]*">', "", body))
    assert READ_AS_MORE.search(title) is None
    assert READ_AS_MORE.search(seen) is None


@settings(max_examples=150, deadline=None)
@given(renderings())
def test_a_title_is_one_short_line_without_controls(rendering: Rendering) -> None:
    assert len(rendering.title) <= TITLE_LIMIT
    assert not set(rendering.title) & set("\r\n\x00\u2028\u202e\u2066")
