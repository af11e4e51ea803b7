"""Which network addresses a stranger may send us to."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable

Resolver = Callable[[str, int], list[str]]
"""Host name and port → numeric addresses; raises OSError."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def parse_literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """`host` as a numeric address (`10.0.0.1`, `[::1]`), or None where it is a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").split("%", 1)[0])
    except ValueError:
        return None


def is_public(address: str) -> bool:
    """True where the numeric `address` is on the open internet.

    IPv6 forms that carry an IPv4 address (mapped, 6to4, NAT64) count as what they carry, because that is where the
    packets go.
    """
    found = parse_literal(address)
    if found is None:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast


def is_private_literal(host: str) -> bool:
    """True where `host`, as written in an address, plainly means a private machine: `192.168.1.5`, `localhost`."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return parse_literal(host) is not None and not is_public(host)


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of `host`, in the system's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_within(resolver: Resolver, host: str, port: int, *, seconds: float) -> list[str]:
    """`resolver(host, port)`, given up after `seconds`. Raises OSError; TimeoutError is one.

    The system's resolver cannot be interrupted, so it runs in a thread that is left behind when it hangs.
    """
    answers: queue.Queue[list[str] | OSError] = queue.Queue()

    def look() -> None:
        try:
            answers.put(resolver(host, port))
        except OSError as error:
            answers.put(error)
        except UnicodeError:
            answers.put(OSError("not a host name"))

    threading.Thread(target=look, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.01))
    except queue.Empty:
        raise TimeoutError("the name was not resolved in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer
