"""Which addresses a webhook may lead to: public ones, and what the operator names.

Whoever may set a webhook must not reach by it what only the server can reach: the machine itself,
its neighbours, a cloud's metadata service. Source: OWASP, Server-Side Request Forgery Prevention.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from meetingtracker.rules.errors import N_, RuleBroken

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 500
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?"
)
_PORTS = {"https": 443, "http": 80}

# What older Pythons call global, or what no public server has.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook leads: `path` with its query, as it goes into the request line."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        """As WEBHOOK_ALLOW names it, and as the Host header says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def target_of(url: str, allowed: Collection[str] = ()) -> Target:
    """Read an address. Raises RuleBroken (field "url") for one that no webhook may have.

    `allowed`: "host:port" of what the operator lets it reach; http is for those alone.
    """
    if len(url) > LONGEST or not all("!" <= c <= "~" for c in url) or "\\" in url:
        raise _refused()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise _refused() from None
    if parts.scheme not in _PORTS or "@" in parts.netloc or parts.fragment or port == 0:
        raise _refused()
    if not _is_host(host):
        raise _refused()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host.rstrip("."), port or _PORTS[parts.scheme], path)
    if target.name in allowed:
        return target
    if target.scheme != "https":
        raise RuleBroken(N_("A webhook needs https."), field="url")
    if (address := _number(target.host)) and not is_public(address):
        raise _refused()
    return target


def is_public(address: IP) -> bool:
    """Whether everybody could reach it; one wrapped in another is looked at unwrapped."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return (
        address.is_global
        and not address.is_multicast
        and not any(address.version == net.version and address in net for net in _NEVER)
    )


def _number(host: str) -> IP | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_host(host: str) -> bool:
    """A name, or an address as everybody writes it: 127.1 and 0x7f.1 are neither."""
    if _number(host):
        return "%" not in host
    last = host.rstrip(".").rpartition(".")[2]
    return bool(_HOST.fullmatch(host)) and not re.fullmatch(r"\d+|0x[0-9a-f]*", last)


def _refused() -> RuleBroken:
    return RuleBroken(N_("Give a public address like https://example.com/meetings."), field="url")
