"""Tells public IP addresses from others. The product calls addresses that staff typed only on the public internet.

A function runs inside AWS. On the loopback, in a private network or at a metadata address, it could reach services that
the person who typed the address cannot reach. The lists are IANA's registries of special-purpose addresses
(https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry). `ipaddress.is_global` is
no replacement: it differs between releases of Python, and accepts forms of IPv6 that contain an IPv4 address.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by a carrier (CGNAT)
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local: the metadata of instances, containers and functions
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)

_GLOBAL_UNICAST = ip_network("2000::/3")
"""All addresses that IANA gives to the public internet. Not among them: loopback, link-local, unique-local, multicast,
addresses that contain an IPv4 address (mapped, compatible, NAT64), and AWS's metadata address fd00:ec2::254."""

_NOT_PUBLIC_6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments, Teredo among them: it carries an IPv4 address
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: carries an IPv4 address
            "2620:4f:8000::/48",  # delegated to AS112, a sink
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(address: str) -> bool:
    """Whether this is an address of the public internet, written as the resolver writes addresses.

    An IPv6 address with a zone (`fe80::1%eth0`) is none.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NOT_PUBLIC_4)
    in_use = parsed in _GLOBAL_UNICAST and parsed.scope_id is None
    return in_use and not any(parsed in network for network in _NOT_PUBLIC_6)


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
