from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import httpcore
import pytest

from monitor.core.errors import FetchError, FetchFailure
from monitor.ingest.addresses import GuardedBackend, SystemResolver, may_connect
from monitor.pipeline.records import FeedSpec, Fresh, PollRequest
from tests.fakes.feedserver import FeedServer, Served, rss

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeReader, Read

PRIVATE = [
    *("127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),
    *("::1", "fd00::1"),
]
ANY = "0.0.0.0"  # noqa: S104 - to be refused, not bound
NEVER = [
    *(ANY, "0.1.2.3", "169.254.169.254", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::"),
    *("64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "::7f00:1", "::ffff:169.254.169.254", "::ffff:0.0.0.0"),
    *("3fff::1", "5f00::1"),
]
PUBLIC = [
    "8.8.8.8",
    "203.248.252.2",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert may_connect(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize("address", [*PRIVATE, "::ffff:127.0.0.1", "::ffff:10.0.0.1"])
def test_private_addresses_are_allowed_only_by_config(address: str) -> None:
    assert not may_connect(ipaddress.ip_address(address), allow_private=False)
    assert may_connect(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("allow_private", [False, True])
def test_addresses_that_lead_elsewhere_are_never_allowed(address: str, allow_private: bool) -> None:  # noqa: FBT001
    assert not may_connect(ipaddress.ip_address(address), allow_private=allow_private)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.0.0.2", "127.1", "0", ANY, "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1"),
        *(
            "017700000001",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "127.0.0.1.",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::]",
        ),
        *("[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[::127.0.0.1]", "１２７.0.0.1"),
    ],
)
async def test_fault_35_no_form_of_loopback_is_connected_to(server: FeedServer, read: Read, host: str) -> None:
    server.serve("/rss.xml", Served(rss("한빛")))
    with pytest.raises(FetchError) as caught:
        await read(server.url("/rss.xml", host), allow_private=False)
    assert caught.value.failure in {FetchFailure.REFUSED_ADDRESS, FetchFailure.DNS, FetchFailure.BAD_URL}
    assert server.connections == 0


class Rebinding:
    """A name server that gives one answer after another."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:  # noqa: ARG002 - whatever is asked
        self.asked += 1
        return self.answers.pop(0)


async def test_fault_35_a_name_is_resolved_once_and_the_checked_address_connected_to(
    server: FeedServer, make_reader: MakeReader
) -> None:
    names = Rebinding(["127.0.0.1"], ["169.254.169.254"])
    server.serve("/rss.xml", Served(rss("한빛")))
    reader = make_reader(names)
    reading = await reader.read(PollRequest(FeedSpec("한빛", server.url("/rss.xml", "rebinding.example.kr"))))
    assert isinstance(reading, Fresh)
    assert names.asked == 1
    with pytest.raises(FetchError) as caught:
        await reader.read(PollRequest(FeedSpec("한빛", server.url("/rss.xml", "rebinding.example.kr"))))
    assert caught.value.failure is FetchFailure.REFUSED_ADDRESS
    assert server.connections == 1


async def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    backend = GuardedBackend(Rebinding(["8.8.8.8", "127.0.0.1"]), allow_private=False)
    with pytest.raises(FetchError) as caught:
        await backend.connect_tcp("mixed.example.kr", 80)
    assert caught.value.failure is FetchFailure.REFUSED_ADDRESS


async def test_the_next_checked_address_is_tried_if_one_does_not_answer(server: FeedServer) -> None:
    backend = GuardedBackend(Rebinding(["::1", "127.0.0.1"]), allow_private=True)
    stream = await backend.connect_tcp("two.example.kr", server.port)
    await stream.aclose()


async def test_no_address_that_answers_is_a_connect_error() -> None:
    with FeedServer() as closed:
        port = closed.port
    backend = GuardedBackend(Rebinding(["127.0.0.1"]), allow_private=True)
    with pytest.raises(httpcore.ConnectError):
        await backend.connect_tcp("closed.example.kr", port)


async def test_a_name_without_address_is_not_found() -> None:
    backend = GuardedBackend(Rebinding([]), allow_private=True)
    with pytest.raises(FetchError) as caught:
        await backend.connect_tcp("none.example.kr", 80)
    assert caught.value.failure is FetchFailure.DNS


async def test_the_systems_resolver_names_each_address_once() -> None:
    resolver = SystemResolver()
    assert await resolver("127.0.0.1", 80) == ["127.0.0.1"]
    assert await resolver("0x7f.1", 80) == ["127.0.0.1"]
    resolver.close()


async def test_fault_35_a_redirect_into_a_private_network_is_refused(
    server: FeedServer, make_reader: MakeReader
) -> None:
    url = server.serve("/out", Served(redirect="http://169.254.169.254/latest/meta-data/"))
    with pytest.raises(FetchError) as caught:
        await make_reader().read(PollRequest(FeedSpec("한빛", url)))
    assert caught.value.failure is FetchFailure.REFUSED_ADDRESS
