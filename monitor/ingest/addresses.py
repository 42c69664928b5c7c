"""Which network addresses a feed may lead us to, and a network backend that connects to no other."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import httpcore
from httpcore._backends.anyio import AnyIOBackend  # httpcore gives no public name to its asyncio backend

from monitor.core.errors import FetchError, FetchFailure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from httpcore import SOCKET_OPTION

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_CONNECT_TIMEOUT_S: Final = 10.0
_MOST_ADDRESSES: Final = 4
_RESOLVER_THREADS: Final = 8
# Networks that `is_global` lets through but that lead elsewhere than they say: translation and tunnels into IPv4
# (which may be private), site-local, documentation and segment routing.
_MISLEADING: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip
_PRIVATE: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
)


def may_connect(address: Address, *, allow_private: bool) -> bool:
    """Whether an address is public; with `allow_private`, also loopback and private networks.

    Link-local addresses (where clouds keep their credentials), multicast and reserved ones are never allowed.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return may_connect(address.ipv4_mapped, allow_private=allow_private)
        if address.scope_id:
            return False
    if _within(address, _PRIVATE):
        return allow_private
    return address.is_global and not address.is_multicast and not _within(address, _MISLEADING)


def _within(address: Address, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def refuse_private_name(host: str) -> None:
    """Behind a proxy, which resolves names itself, at least refuse what names a private address outright.

    Raises:
        FetchError: REFUSED_ADDRESS.
    """
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        raise FetchError(FetchFailure.REFUSED_ADDRESS, host)
    try:
        # inet_aton knows the odd spellings: 127.1, 0x7f000001, 017700000001, 2130706433.
        address: Address = ipaddress.ip_address(name if ":" in name else socket.inet_aton(name))
    except (OSError, ValueError):
        return
    if not may_connect(address, allow_private=False):
        raise FetchError(FetchFailure.REFUSED_ADDRESS, host)


class Resolver(Protocol):
    """Looks a name up once."""

    async def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of a host, as text.

        Raises:
            OSError: there are none.
        """
        ...


class SystemResolver:
    """The system's resolver in threads of its own, so that a hanging name server delays nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolver")

    async def __call__(self, host: str, port: int) -> list[str]:
        """Look up; glibc's odd spellings of IPv4 (decimal, octal, hexadecimal, short) come out as what they mean."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Let the threads end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, refuses it if any of its addresses is not allowed, and connects to what was checked.

    As the checked address itself is connected to, a name that changes its answer (DNS rebinding) gains nothing.
    """

    def __init__(self, resolve: Resolver, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._backend = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first checked address that answers."""
        addresses = await self._checked(host, port)
        for address in addresses[:-1]:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout or _CONNECT_TIMEOUT_S, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._backend.connect_tcp(
            addresses[-1], port, timeout or _CONNECT_TIMEOUT_S, local_address, socket_options
        )

    async def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchError(FetchFailure.DNS, host) from error
        if not addresses:
            raise FetchError(FetchFailure.DNS, host)
        for address in addresses:
            if not may_connect(ipaddress.ip_address(address), allow_private=self._allow_private):
                raise FetchError(FetchFailure.REFUSED_ADDRESS, host)
        return addresses[:_MOST_ADDRESSES]
